"""Which rows does a document keep, and which of its operations work on them?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.documents import Source, SourceFormat
from agent.planner.readers.openapi import read
from agent.planner.resolve import resolve
from agent.types import AttributeType, DeleteBehaviour, Generator, OperationKind, RelationKind

if TYPE_CHECKING:
    from agent.planner.reading import Reading

Json = Any  # the tests reach into it
K = OperationKind
T = AttributeType
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
FASTAPI_DECIMAL = {"anyOf": [{"type": "number"}, TEXT]}
_DIGITS = r"(?:\d{0,8}|(?=[\d.]{1,11}0*$)\d{0,8}\.\d{0,2}0*$)"
PYDANTIC_DECIMAL = {
    "anyOf": [{"type": "number"}, TEXT | {"pattern": rf"^(?!^[-+.]*$)[+-]?0*{_DIGITS}"}]
}
DJANGO_DECIMAL = TEXT | {"format": "decimal", "pattern": r"^-?\d{0,8}(?:\.\d{0,2})?$"}


def thing(*required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}


def many(items: Json) -> Json:
    return {"type": "array", "items": items}


def holding(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def call(answer: Json = None, body: Json = None, code: str = "200") -> Json:
    made: Json = {"responses": {code: {} if answer is None else holding(answer)}}
    return made if body is None else made | {"requestBody": holding(body)}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def reading(paths: Json, **schemas: Json) -> Reading:
    data = {"openapi": "3.0.0", "paths": paths, "components": {"schemas": schemas}}
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    resolve(found.spec)
    return found


def kinds(found: Reading) -> list[OperationKind]:
    return [operation.kind for operation in found.spec.operations]


BOOK = thing(id=NUMBER, title=TEXT)
NEW_BOOK = thing("title", title=TEXT)


@pytest.mark.parametrize("answer", [None, thing(token=TEXT), thing(message=TEXT)])
def test_what_is_sent_to_log_in_is_no_row(answer: Json) -> None:
    found = reading({"/auth/login": {"post": call(answer, thing(name=TEXT, password=TEXT))}})
    assert kinds(found) == [K.CUSTOM]
    assert found.spec.entities == ()
    assert "nothing in the document asks for its token" in found.questions[0].text


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/books", None), ("/books", thing(message=TEXT, id=NUMBER)), ("/library", BOOK)],
)
def test_what_is_named_as_many_or_shown_is_a_row(path: str, answer: Json) -> None:
    found = reading({path: {"post": call(answer, NEW_BOOK)}})
    assert kinds(found) == [K.CREATE]


def test_a_body_that_changes_what_nothing_shows_is_no_row() -> None:
    found = reading({"/tasks/status/{id}": {"put": call(None, thing(status=TEXT))}})
    assert kinds(found) == [K.CUSTOM]


def test_a_part_of_a_path_that_says_the_method_again_is_passed_over() -> None:
    found = reading(
        {
            "/books/list": {"get": call(many(BOOK))},
            "/books/create": {"post": call(None, NEW_BOOK)},
            "/books/find/{id}": {"get": call(BOOK)},
            "/books/edit/{id}": {"put": call(None, NEW_BOOK)},
            "/books/delete/{id}": {"delete": call()},
        }
    )
    assert kinds(found) == [K.LIST, K.CREATE, K.READ, K.REPLACE, K.DELETE]
    assert [e.name for e in found.spec.entities] == ["Book"]
    assert found.spec.operations[3].path == "/books/edit/{id}"


def test_a_post_to_a_row_changes_it() -> None:
    paths = {"/books/{id}": {"get": call(ref("Book")), "post": call(ref("Book"), NEW_BOOK)}}
    assert kinds(reading(paths, Book=BOOK)) == [K.READ, K.UPDATE]


def test_what_an_answer_only_tells_is_no_part_of_a_row() -> None:
    done = thing(message=TEXT, id=NUMBER)
    found = reading(
        {
            "/books": {"get": call(many(ref("Book"))), "post": call(done, NEW_BOOK, "201")},
            "/books/{id}": {"delete": call(thing(message=TEXT))},
        },
        Book=BOOK,
    )
    assert kinds(found) == [K.LIST, K.CREATE, K.DELETE]
    assert [a.name for a in found.spec.entities[0].attributes] == ["id", "title"]
    output = found.spec.operations[1].output
    assert output is not None
    shown = next(s for s in found.spec.schemas if s.name == output.schema_name)
    assert [f.name for f in shown.fields] == ["id"]
    assert "left out: message" in found.warnings[0].message


def test_what_an_answer_has_to_tell_is_named_where_no_row_has_it() -> None:
    found = reading(
        {
            "/books": {"get": call(many(BOOK))},
            "/books/{id}": {"delete": call(thing("rank", rank=NUMBER))},
        }
    )
    assert kinds(found) == [K.LIST, K.CUSTOM]
    assert "its answer has to show rank" in found.questions[0].text


def test_a_row_may_stand_under_a_word_for_success() -> None:
    wrapped = thing("success", status=NUMBER, success=ref("Book"))
    found = reading({"/books/{id}": {"get": call(ref("BookReply"))}}, Book=BOOK, BookReply=wrapped)
    output = found.spec.operations[0].output
    assert output is not None
    assert output.wrapper == "success"
    assert [a.name for a in found.spec.entities[0].attributes] == ["id", "title"]


def test_a_resource_has_the_name_that_path_and_schema_share() -> None:
    found = reading(
        {
            "/books": {"post": call(ref("BookDto"), ref("BookDto"))},
            "/books/{id}": {"get": call(ref("BookWithAuthorsDto"))},
        },
        BookDto=BOOK,
        BookWithAuthorsDto=thing(id=NUMBER, title=TEXT, authors=many(TEXT)),
    )
    assert [e.name for e in found.spec.entities] == ["Book"]


def test_an_item_of_an_order_is_no_order() -> None:
    order, item = thing("id", id=NUMBER, note=TEXT), thing("id", id=NUMBER, quantity=NUMBER)
    paths = {
        "/orders/{orderId}": {"get": call(ref("OrderResponse"))},
        "/order-items/{id}": {"get": call(ref("OrderItemResponse"))},
        "/rows/{id}": {"get": call(ref("RowItemResponse")), "put": call(None, ref("RowItem"))},
    }
    schemas = {"OrderResponse": order, "OrderItemResponse": item, "OrderItemCreate": item}
    rows = {"RowItemResponse": item, "RowItem": item}
    found = reading(paths, **schemas, **rows)
    assert [entity.name for entity in found.spec.entities] == ["Order", "OrderItem", "Row"]


def test_a_body_called_like_the_row_above_is_not_of_the_row_below() -> None:
    paths = {"/pet/{petId}/tutor/{tutorId}": {"put": call(None, ref("Pet")), "delete": call()}}
    found = reading(paths, Pet=thing(name=TEXT))
    assert kinds(found) == [K.CUSTOM, K.CUSTOM]
    assert found.spec.entities == ()


def test_lists_on_both_sides_are_one_relation() -> None:
    author = thing(id=NUMBER, name=TEXT, books=many(ref("Book")), edited=many(ref("Book")))
    book = thing(id=NUMBER, author=ref("Author"), editors=many(ref("Author")))
    found = reading(
        {"/books/{id}": {"get": call(ref("Book"))}, "/authors/{id}": {"get": call(ref("Author"))}},
        Book=book,
        Author=author,
    )
    relations = {r.name: (r.kind, r.inverse) for e in found.spec.entities for r in e.relations}
    assert relations == {
        "author": (RelationKind.MANY_TO_ONE, "books"),
        "editors": (RelationKind.MANY_TO_MANY, "edited"),
    }


@pytest.mark.parametrize(
    "beside",
    [
        ["total", "page", "size", "pages"],  # of fastapi-pagination
        ["count", "next", "previous"],  # of Django REST framework
        ["object", "url", "has_more"],  # of Stripe
        ["kind", "etag", "nextPageToken"],  # of Google
        ["_links", "_meta"],
    ],
)
def test_what_usual_libraries_tell_of_a_list_is_no_row(beside: list[str]) -> None:
    counted = [each for each in beside if each in {"total", "page", "size", "pages", "count"}]
    page = thing("items", *counted, items=many(ref("Thing")), **dict.fromkeys(beside, NUMBER))
    found = reading({"/things": {"get": call(page)}}, Thing=BOOK)
    assert kinds(found) == [OperationKind.LIST]


def test_a_list_keeps_its_total_where_other_lists_tell_more() -> None:
    few = thing("books", "count", books=many(ref("Book")), count=NUMBER)
    all_of_it = {"items": many(ref("Pen")), "total": NUMBER, "page": NUMBER}
    pens = call(thing("items", "total", "page", **all_of_it))
    pens["parameters"] = [{"name": "page", "in": "query", "schema": NUMBER}]
    paths = {"/books": {"get": call(few)}, "/pens": {"get": pens}, "/old": {"get": call(few)}}
    found = reading(paths, Book=BOOK, Pen=thing(id=NUMBER, ink=TEXT))
    envelope = found.spec.api.list_envelope
    assert (envelope.items, envelope.total, envelope.page) == ("items", "total", "page")
    books, shown = found.spec.operations[0].output, found.spec.operations[1].output
    assert books is not None
    assert (books.wrapper, books.total, books.array) == ("books", "count", True)
    assert shown is not None
    assert (shown.wrapper, shown.total) == (None, None)
    assert not found.warnings


def test_rules_of_items_are_kept() -> None:
    items = {"tags": many(TEXT | {"maxLength": 9}), "sizes": many(NUMBER | {"minimum": 1})}
    given = {"get": call(many(ref("Book"))), "post": call(ref("Book"), ref("New"), "201")}
    found = reading({"/books": given}, Book=thing(id=NUMBER, **items), New=thing(**items))
    tags, sizes = found.spec.entities[0].attributes[1:]
    assert (tags.array, tags.length) == (True, 9)
    assert (sizes.array, sizes.minimum) == (True, 1)


def test_a_time_that_nobody_sends_is_null_unless_it_is_always_shown_or_named_so() -> None:
    time = {"type": "string", "format": "date-time"}
    loose = time | {"nullable": True}
    trip = thing(
        "id",
        "startedAt",
        id=NUMBER,
        startedAt=time,
        finishedAt=loose,
        paidAt=time,
        creditedAt=loose,
        createdAt=time,
        updatedAt=loose,
    )
    paths = {"/trips": {"get": call(many(ref("Trip"))), "post": call(ref("Trip"), thing(to=TEXT))}}
    found = reading(paths, Trip=trip)
    given = {a.name: (a.nullable, a.generated) for a in found.spec.entities[0].attributes}
    assert given["started_at"] == given["created_at"] == (False, Generator.NOW)
    assert given["updated_at"] == (False, Generator.NOW_ON_UPDATE)
    assert given["finished_at"] == given["paid_at"] == given["credited_at"] == (True, None)
    told = {a.about: a.text for a in found.assumptions}
    assert "is shown always and need not be sent" in told["Trip.started_at"]
    assert "the time of the last change" in told["Trip.updated_at"]
    assert "Trip.created_at" in told
    assert "Trip.finished_at" not in told


@pytest.mark.parametrize(
    ("conflict", "behaviour"),
    [({}, DeleteBehaviour.CASCADE), ({"409": {}}, DeleteBehaviour.RESTRICT)],
)
def test_a_row_with_rows_below_it_is_kept_where_the_document_has_a_409(
    conflict: Json, behaviour: DeleteBehaviour
) -> None:
    paths = {
        "/books": {"get": call(many(BOOK)), "post": call(BOOK, NEW_BOOK)},
        "/books/{id}": {"delete": {"responses": {"204": {}} | conflict}},
        "/books/{id}/notes": {"get": call(many(thing(id=NUMBER, text=TEXT)))},
    }
    found = reading(paths)
    note = next(e for e in found.spec.entities if e.name == "Note")
    assert note.relations[0].on_delete is behaviour
    told = [a.text for a in found.assumptions if a.text.startswith("Deleting a Book deletes")]
    assert len(told) == (0 if conflict else 1)


def test_what_may_be_null_in_a_row_is_still_a_resource() -> None:
    shelf = thing(id=NUMBER, name=TEXT)
    book = thing(id=NUMBER, title=TEXT, place={"anyOf": [ref("Shelf"), {"type": "null"}]})
    found = reading(
        {
            "/books": {"get": call(many(ref("Book")))},
            "/shelves": {"get": call(many(ref("Shelf")))},
        },
        Book=book,
        Shelf=shelf,
    )
    (relation,) = found.spec.entities[0].relations
    assert (relation.name, relation.target, relation.nullable) == ("place", "Shelf", True)


AS_TEXT = {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,8}(\.[0-9]{1,2})?$"}
IN_BOTH = {"anyOf": [{"type": "number", "multipleOf": 0.01, "minimum": 0}, AS_TEXT]}


@pytest.mark.parametrize(
    ("shown", "sent", "kind", "form"),
    [
        (AS_TEXT, IN_BOTH, "decimal", "text"),
        (AS_TEXT, AS_TEXT, "decimal", "text"),
        ({"type": "number", "multipleOf": 0.01}, {"type": "number"}, "decimal", "number"),
        (AS_TEXT | {"format": "code"}, AS_TEXT | {"format": "code"}, "text", "number"),
        (AS_TEXT | {"pattern": "^[^a-z]*$"}, TEXT, "text", "number"),
    ],
)
def test_texts_that_tell_their_digits_are_decimals(
    shown: Json, sent: Json, kind: str, form: str
) -> None:
    paths = {
        "/books": {
            "get": call(many(thing("price", id=NUMBER, price=shown))),
            "post": call(thing("price", id=NUMBER, price=shown), thing("price", price=sent)),
        }
    }
    found = reading(paths)
    price = next(a for a in found.spec.entities[0].attributes if a.name == "price")
    assert price.type.value == kind
    assert found.spec.api.decimals == form
    if form == "text":
        assert (price.precision, price.scale) == (10, 2)


@pytest.mark.parametrize("path", ["/", "/links"])
def test_a_row_at_the_root_is_what_its_schema_says(path: str) -> None:
    link = ref("Link")
    one = {"get": call(link), "delete": call(code="204")}
    paths = {path: {"post": call(link, link, "201")}, "/{code}": one}
    spec = reading(paths, Link=thing("code", code=TEXT, url=TEXT)).spec
    assert [(e.name, e.primary_key) for e in spec.entities] == [("Link", ("code",))]
    kinds = {f"{o.method} {o.path}": o.kind for o in spec.operations}
    assert kinds == {f"POST {path}": K.CREATE, "GET /{code}": K.READ, "DELETE /{code}": K.DELETE}


def test_a_row_at_the_root_whose_schema_has_no_name_is_none() -> None:
    found = reading({"/{code}": {"get": call(thing("url", url=TEXT))}})
    assert [o.kind for o in found.spec.operations] == [K.CUSTOM]
    assert "nothing says that rows are kept under its path" in found.questions[0].text


def test_a_part_that_is_called_after_the_whole_is_a_value() -> None:
    attributes = thing("title", title=TEXT)
    article = thing("id", id=TEXT, attributes=ref("ArticleAttributes"))
    around = thing("data", data=ref("Article"), included=many({"type": "object"}))
    found = reading(
        {
            "/articles": {
                "get": call(thing("data", data=many(ref("Article")), meta=thing(total=NUMBER))),
                "post": call(ref("ArticleDocument"), thing("data", data=ref("Article")), "201"),
            },
            "/articles/{id}": {"get": call(ref("ArticleDocument"))},
        },
        Article=article,
        ArticleAttributes=attributes,
        ArticleDocument=around,
    )
    (entity,) = found.spec.entities
    assert [(a.name, a.type.value) for a in entity.attributes] == [
        ("id", "string"),
        ("attributes", "json"),
    ]
    assert not entity.relations
    assert {o.kind for o in found.spec.operations} == {K.LIST, K.CREATE, K.READ}


def pageable(**least: Json) -> Reading:
    page = thing(
        content=many(ref("Thing")),
        totalElements=NUMBER,
        sort=thing(sorted={"type": "boolean"}),
        pageable=thing(pageNumber=NUMBER),
        empty={"type": "boolean"},
    )
    asked = thing("page", page=NUMBER | least, size=NUMBER, sort=many(TEXT))
    given = {"name": "pageable", "in": "query", "required": True, "schema": asked}
    listing = call(ref("PageThing")) | {"parameters": [given]}
    one = {"/things/{id}": {"get": call(ref("Thing"))}}
    row = thing("id", id=NUMBER, name=TEXT)
    return reading({"/things": {"get": listing}, **one}, Thing=row, PageThing=page)


@pytest.mark.parametrize(
    ("least", "first"), [({"minimum": 0}, 0), ({"default": 0}, 0), ({"default": 1}, 1), ({}, 1)]
)
def test_an_object_in_the_query_is_its_parts_and_pages_begin_where_they_do(
    least: Json, first: int
) -> None:
    spec = pageable(**least).spec
    listing = spec.operations[0]
    assert (listing.kind, listing.paginated) == (K.LIST, True)
    assert [p.name for p in listing.parameters] == ["sort"]
    paging, around = spec.api.paging, spec.api.list_envelope
    assert (paging.page_parameter, paging.limit_parameter) == ("page", "size")
    assert paging.first_page == first
    assert (around.items, around.total) == ("content", "totalElements")


def test_what_a_common_answer_may_tell_beside_its_rows_and_does_not_is_told() -> None:
    (told,) = [each.message for each in pageable().warnings if each.code == "answer-plainer"]
    assert told.endswith("beside its rows is left out: sort, empty")


@pytest.mark.parametrize(
    ("marks", "names"),
    [
        ({}, ["name"]),
        ({"style": "deepObject"}, ["filter[name]"]),
        ({"explode": False}, ["filter"]),
        ({"style": "pipeDelimited"}, ["filter"]),
    ],
)
def test_how_an_object_stands_in_the_query(marks: Json, names: list[str]) -> None:
    given = {"name": "filter", "in": "query", "schema": thing(name=TEXT)} | marks
    listing = call(many(thing(name=TEXT))) | {"parameters": [given]}
    spec = reading({"/things": {"get": listing}}).spec
    assert [p.name for p in spec.operations[0].parameters] == names


def test_what_is_changed_is_not_told_to_be_deleted() -> None:
    row = thing("id", id=NUMBER, name=TEXT)
    told = call(thing("message", message=TEXT, deleted={"type": "boolean"}))
    body = {"requestBody": {"content": {"application/json": {"schema": ref("Thing")}}}}
    found = reading({"/things/{id}": {"get": call(ref("Thing")), "put": told | body}}, Thing=row)
    output = found.spec.operations[1].output
    assert output is not None
    (shown,) = [s for s in found.spec.schemas if s.name == output.schema_name]
    assert [field.name for field in shown.fields] == ["message"]


def test_a_list_outside_of_bodies_is_one_text_and_that_is_told() -> None:
    given = {"name": "X-Ids", "in": "header", "schema": many(NUMBER)}
    found = reading({"/things": {"get": call(many(thing(name=TEXT))) | {"parameters": [given]}}})
    (parameter,) = found.spec.operations[0].parameters
    assert parameter.type is AttributeType.STRING
    (told,) = [each.message for each in found.warnings if each.code == "parameter-plainer"]
    assert told.endswith("a list of values is one text")


def test_an_answer_in_which_nothing_is_needs_no_row() -> None:
    row = thing("id", id=NUMBER, name=TEXT)
    paths = {"/things/{id}": {"get": call(ref("Thing")), "delete": call(ref("Empty"))}}
    spec = reading(paths, Thing=row, Empty={"type": "object"}).spec
    deleting = spec.operations[1]
    assert deleting.kind is K.DELETE
    assert deleting.output is not None
    (shown,) = [s for s in spec.schemas if s.name == deleting.output.schema_name]
    assert shown.fields == ()


def test_what_is_not_kept_of_a_value_is_told() -> None:
    row = thing(
        "id",
        id=NUMBER,
        address=TEXT | {"format": "ipv4"},
        day=TEXT | {"format": "date", "default": "2024-01-01"},
    )
    answer = {"content": {"application/vnd.api+json": {"schema": row}}}
    one = {"get": {"responses": {"200": answer}}}
    told = "\n".join(w.message for w in reading({"/things/{id}": one}).warnings)
    assert "the format 'ipv4' is not checked" in told
    assert "the default '2024-01-01' of 'day' is not kept" in told
    assert "is answered as application/json, not as application/vnd.api+json" in told


def deleting(answer: Json) -> Reading:
    row = thing("id", id=NUMBER, name=TEXT)
    paths = {"/things/{id}": {"get": call(ref("Thing")), "delete": call(answer)}}
    return reading(paths, Thing=row)


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        (thing("message", message=TEXT), {"message": "Done."}),
        (
            thing("success", "id", success={"type": "boolean"}, id=NUMBER, message=TEXT),
            {"id": None, "success": True, "message": "Done."},
        ),
        (thing("status", status=TEXT | {"enum": ["failed", "ok"]}), {"status": "ok"}),
    ],
)
def test_an_answer_in_words_is_made_up_and_that_is_assumed(
    answer: Json, fields: dict[str, Json]
) -> None:
    found = deleting(answer)
    operation = found.spec.operations[1]
    assert operation.kind is K.DELETE
    assert operation.output is not None
    (shown,) = [s for s in found.spec.schemas if s.name == operation.output.schema_name]
    assert {f.name: f.says for f in shown.fields} == fields
    assert any("is made up, and always the same" in a.text for a in found.assumptions)


@pytest.mark.parametrize(
    "answer",
    [
        thing("count", count=NUMBER),
        thing("message", message=TEXT, Message=TEXT),
        thing("message", message=TEXT | {"pattern": "^A"}),
        thing("status", status=TEXT | {"enum": ["failed"]}),
    ],
)
def test_an_answer_of_other_words_is_nobodys(answer: Json) -> None:
    assert deleting(answer).spec.operations[1].kind is K.CUSTOM


@pytest.mark.parametrize(
    ("rows", "row", "below"),
    [
        ("/things.json", "/things/{id}.json", "/things/{thingId}/parts.json"),
        ("/Things", "/Things({id})", "/Things({thingId})/Parts"),
        ("/Things", "/Things('{id}')", "/Things('{thingId}')/Parts"),
    ],
)
def test_however_a_key_is_written_into_a_path_it_is_one(rows: str, row: str, below: str) -> None:
    shown = thing("id", id=TEXT, name=TEXT)
    spec = reading(
        {
            rows: {"get": call(many(ref("Thing")))},
            row: {"get": call(ref("Thing")), "delete": call(code="204")},
            below: {"get": call(many(thing("size", size=NUMBER)))},
        },
        Thing=shown,
    ).spec
    kinds = {f"{o.method} {o.path}": o.kind for o in spec.operations}
    assert kinds == {
        f"GET {rows}": K.LIST,
        f"GET {row}": K.READ,
        f"DELETE {row}": K.DELETE,
        f"GET {below}": K.LIST,
    }


def test_a_range_of_statuses_is_told() -> None:
    listing = call(many(thing(name=TEXT)))
    listing["responses"]["4XX"] = {"description": ""}
    found = reading({"/things": {"get": listing}})
    assert any("/responses/4XX: names no status" in w.message for w in found.warnings)


def test_what_is_deleted_is_told_by_its_key_whatever_that_is_called() -> None:
    row = thing("sid", sid=TEXT, name=TEXT)
    gone = thing("id", "deleted", id=TEXT, deleted={"type": "boolean"})
    spec = reading({"/things/{sid}": {"get": call(ref("Thing")), "delete": call(gone)}}, Thing=row)
    shown = spec.spec.schemas[-1]
    assert [(f.name, f.attribute, f.says) for f in shown.fields] == [
        ("id", "sid", None),
        ("deleted", None, True),
    ]


@pytest.mark.parametrize(
    ("kind", "relations"),
    [
        (NUMBER, [("author_row", "Author", ("author",))]),
        (TEXT, []),
        ({"type": "string", "format": "uuid"}, []),
    ],
)
def test_a_number_called_like_a_row_with_such_a_key_names_it(
    kind: Json, relations: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    book = thing("id", "author", id=NUMBER, author=kind)
    paths = {"/books/{id}": {"get": call(ref("Book"))}, "/authors/{id}": {"get": call(BOOK)}}
    (found,) = [each for each in reading(paths, Book=book).spec.entities if each.name == "Book"]
    assert [(r.name, r.target, r.attributes) for r in found.relations] == relations


def test_a_default_of_what_is_sent_counts_more_than_none_of_what_is_shown() -> None:
    new = thing("title", title=TEXT, breed=TEXT | {"default": "mixed"})
    cat = thing("id", "title", "breed", id=NUMBER, title=TEXT, breed=TEXT)
    found = reading({"/cats": {"post": call(ref("Cat"), ref("NewCat"))}}, Cat=cat, NewCat=new)
    (breed,) = [a for a in found.spec.entities[0].attributes if a.name == "breed"]
    assert breed.default == "mixed"


@pytest.mark.parametrize(
    ("shown", "changed", "length"),
    [
        (TEXT, TEXT | {"maxLength": 40}, 40),
        (TEXT, TEXT, None),  # who changes it may say more
        (TEXT, TEXT | {"maxLength": 50}, 50),
        (TEXT | {"maxLength": 30}, TEXT | {"maxLength": 40}, 30),
    ],
)
def test_what_is_sent_keeps_the_rules_that_every_body_has(
    shown: Json, changed: Json, length: int | None
) -> None:
    cat = thing("id", "name", id=NUMBER, name=shown)
    paths = {
        "/cats": {"post": call(ref("Cat"), thing("name", name=TEXT | {"maxLength": 40}))},
        "/cats/{id}": {"get": call(ref("Cat")), "patch": call(ref("Cat"), thing(name=changed))},
    }
    found = reading(paths, Cat=cat)
    (name,) = [a for a in found.spec.entities[0].attributes if a.name == "name"]
    assert name.length == length
    told = [w.message for w in found.warnings if "'maxLength' is checked only as far" in w.message]
    assert len(told) == (length in {None, 50})
    assert all("post/requestBody" in each for each in told)


@pytest.mark.parametrize(
    ("shown", "given", "kind"),
    [
        (TEXT, TEXT | {"format": "date"}, T.DATE),
        (TEXT, TEXT | {"enum": ["tom", "cat"]}, T.ENUM),
        (TEXT, TEXT | {"format": "weekday"}, T.TEXT),
        (TEXT, FASTAPI_DECIMAL, T.DECIMAL),
        (TEXT, PYDANTIC_DECIMAL, T.DECIMAL),
        (TEXT, DJANGO_DECIMAL, T.DECIMAL),
        (DJANGO_DECIMAL, DJANGO_DECIMAL, T.DECIMAL),
        (FASTAPI_DECIMAL, FASTAPI_DECIMAL, T.JSON),  # a number, or any other text
        (NUMBER, FASTAPI_DECIMAL, T.BIGINT),
    ],
)
def test_what_bodies_say_of_a_text_counts_where_answers_say_nothing(
    shown: Json, given: Json, kind: AttributeType
) -> None:
    cat = thing("id", "name", id=NUMBER, name=shown)
    paths = {"/cats": {"post": call(ref("Cat"), thing("name", name=given))}}
    found = reading(paths, Cat=cat)
    (name,) = [a for a in found.spec.entities[0].attributes if a.name == "name"]
    assert name.type is kind
    if kind is T.DECIMAL:
        digits = (18, 6) if given is FASTAPI_DECIMAL else (10, 2)
        assert (name.precision, name.scale) == digits
        is_told = any("is a decimal of 18 digits" in a.text for a in found.assumptions)
        assert is_told == (given is FASTAPI_DECIMAL)
    is_json = any("JSON of any form" in w.message for w in found.warnings)
    assert is_json == (shown is FASTAPI_DECIMAL)


def test_a_decimal_has_the_most_digits_that_a_body_has_and_is_told_where_none_are_read() -> None:
    def price(*bodies: Json) -> tuple[int | None, int | None, int]:
        cat = thing("id", "price", id=NUMBER, price=TEXT)
        new, *changed = (thing("price", price=each) for each in bodies)
        paths: Json = {"/cats": {"post": call(ref("Cat"), new)}}
        if changed:
            paths["/cats/{id}"] = {"get": call(ref("Cat")), "patch": call(ref("Cat"), changed[0])}
        found = reading(paths, Cat=cat)
        (kept,) = [a for a in found.spec.entities[0].attributes if a.name == "price"]
        told = sum("is a decimal of 18 digits" in a.text for a in found.assumptions)
        return kept.precision, kept.scale, told

    def of(before: int, after: int) -> Json:
        pattern = rf"^-?\d{{0,{before}}}(?:\.\d{{0,{after}}})?$"
        return TEXT | {"format": "decimal", "pattern": pattern}

    assert price(of(8, 2), of(10, 4)) == (14, 4, 0)
    assert price(of(10, 4), of(8, 2)) == (14, 4, 0)
    assert price(of(12, 6)) == (18, 6, 0)
    pattern = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d{0,8}0*$"
    assert price({"anyOf": [{"type": "number"}, TEXT | {"pattern": pattern}]}) == (18, 6, 1)


def test_rules_of_what_is_in_a_list_count_where_answers_say_nothing() -> None:
    cat = thing("id", "names", id=NUMBER, names={"type": "array", "items": TEXT})
    new = thing("names", names={"type": "array", "items": TEXT | {"maxLength": 9}})
    other = thing(names={"type": "array", "items": TEXT | {"maxLength": 5}})
    paths: Json = {"/cats": {"post": call(ref("Cat"), new)}}
    (names,) = [a for a in reading(paths, Cat=cat).spec.entities[0].attributes if a.array]
    assert names.length == 9
    paths["/cats/{id}"] = {"get": call(ref("Cat")), "patch": call(ref("Cat"), other)}
    found = reading(paths, Cat=cat)
    (names,) = [a for a in found.spec.entities[0].attributes if a.array]
    assert names.length is None
    assert sum("'maxLength' is checked only" in w.message for w in found.warnings) == 2


@pytest.mark.parametrize("empty", [{"enum": [""]}, {"enum": [None]}, {"enum": ["", None]}])
def test_a_list_of_values_may_have_an_empty_one(empty: Json) -> None:
    some_day = {"oneOf": [TEXT | {"enum": ["mon", "tue"]}, empty]}
    cat = thing("id", id=NUMBER, day=some_day)
    paths = {"/cats": {"post": call(ref("Cat"), thing(day=some_day))}}
    found = reading(paths, Cat=cat)
    (day,) = [a for a in found.spec.entities[0].attributes if a.name == "day"]
    assert day.nullable
    if "" in empty["enum"]:
        assert (day.type, day.length, day.pattern) == (T.STRING, 3, "^(?:|mon|tue)$")
    else:
        assert day.type is T.ENUM
    assert found.warnings == ()


def test_a_step_between_numbers_is_told() -> None:
    paths = {"/cats": {"post": call(ref("Cat"), thing("id", id=NUMBER | {"multipleOf": 5}))}}
    found = reading(paths, Cat=thing("id", id=NUMBER | {"multipleOf": 5}))
    assert any("'multipleOf' is not checked" in w.message for w in found.warnings)


@pytest.mark.parametrize("schema", [{}, {"title": "Response Delete Cat"}, {"type": "object"}])
def test_a_delete_may_answer_anything(schema: Json) -> None:
    gone = {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}
    paths = {"/cats/{id}": {"get": call(ref("Cat")), "delete": gone}}
    found = reading(paths, Cat=thing("id", id=NUMBER))
    assert [o.kind for o in found.spec.operations] == [K.READ, K.DELETE]


def test_what_is_made_is_not_answered_with_nothing_where_anything_may_be() -> None:
    paths = {
        "/cats/{id}": {"get": call(ref("Cat"))},
        "/cats": {"post": call({}, thing("name", name=TEXT))},
    }
    found = reading(paths, Cat=thing("id", id=NUMBER, name=TEXT))
    assert [o.kind for o in found.spec.operations] == [K.READ, K.CUSTOM]


@pytest.mark.parametrize("wire", ["ownerDetail", "ownerObj"])
def test_a_row_that_is_shown_beside_its_key_is_one_relation(wire: str) -> None:
    person, shown = thing("id", id=NUMBER), ref("Person")
    cat = thing("id", "owner", wire, id=NUMBER, owner=NUMBER, **{wire: shown})
    paths = {
        "/people": {"post": call(ref("Person"), thing())},
        "/people/{id}": {"get": call(ref("Person"))},
        "/owners/{id}": {"get": call(ref("Owner"))},
        "/cats": {"post": call(ref("Cat"), thing("owner", owner=NUMBER))},
    }
    cat["properties"][wire] = ref("Owner")
    found = reading(paths, Cat=cat, Person=person, Owner=thing("id", id=NUMBER))
    (kept,) = [e for e in found.spec.entities if e.name == "Cat"]
    assert [(r.target, r.attributes, r.nullable) for r in kept.relations] == [
        ("Owner", ("owner",), False)
    ]


@pytest.mark.parametrize("wire", ["author", "approver"])
def test_a_row_of_another_name_than_the_key_beside_it_is_another_one(wire: str) -> None:
    cat = thing("id", "userId", wire, id=NUMBER, userId=NUMBER, **{wire: ref("User")})
    paths = {
        "/users/{id}": {"get": call(ref("User"))},
        "/cats": {"post": call(ref("Cat"), thing("userId", userId=NUMBER))},
    }
    found = reading(paths, Cat=cat, User=thing("id", id=NUMBER))
    (kept,) = [e for e in found.spec.entities if e.name == "Cat"]
    assert {r.name for r in kept.relations} == {"user", wire}


def test_rows_that_are_made_below_others_alone_always_have_them() -> None:
    ear = thing("id", "catId", id=NUMBER, catId=NUMBER)
    paths = {
        "/cats/{id}": {"get": call(ref("Cat"))},
        "/cats/{id}/ears": {"post": call(ref("Ear"), thing(size=NUMBER))},
        "/ears/{id}": {"get": call(ref("Ear"))},
    }
    schemas = {"Cat": thing("id", id=NUMBER), "Ear": ear}
    found = reading(paths, **schemas)
    (kept,) = [e for e in found.spec.entities if e.name == "Ear"]
    assert [(r.target, r.nullable) for r in kept.relations] == [("Cat", False)]
    paths["/ears"] = {"post": call(ref("Ear"), thing(size=NUMBER))}
    (kept,) = [e for e in reading(paths, **schemas).spec.entities if e.name == "Ear"]
    assert [(r.target, r.nullable) for r in kept.relations] == [("Cat", True)]


def test_rows_that_no_operation_makes_are_asked_for() -> None:
    one: Json = {"get": call(ref("Book")), "put": call(ref("Book"), NEW_BOOK), "delete": call()}
    asked = "No operation of the document makes rows of Book: where do they come from?"
    found = reading({"/books/{id}": one}, Book=BOOK)
    assert [note.text for note in found.questions] == [asked]
    made = {"/books": {"post": call(ref("Book"), NEW_BOOK)}, "/books/{id}": one}
    assert reading(made, Book=BOOK).questions == ()


def test_rows_that_are_made_inside_of_others_are_not_asked_for() -> None:
    shelf = thing("books", id=NUMBER, books=many(ref("Book")))
    found = reading(
        {
            "/shelves": {"post": call(ref("Shelf"), ref("Shelf"))},
            "/books": {"get": call(many(ref("Book")))},
        },
        Shelf=shelf,
        Book=thing("title", title=TEXT),
    )
    assert not any("makes rows of" in note.text for note in found.questions)


def test_what_stands_around_a_list_and_is_not_served_is_told() -> None:
    inner = thing(number=NUMBER, total=NUMBER)
    page = thing(items=many(ref("Book")), meta=inner, next=TEXT, last={"type": "boolean"})
    found = reading({"/books": {"get": call(ref("Page"))}}, Book=BOOK, Page=page)
    assert found.spec.api.list_envelope.total == "meta.total"
    (told,) = [note.message for note in found.warnings if note.code == "answer-plainer"]
    assert told.endswith("left out: meta.number, next, last")


def refusing(error: Json) -> Reading:
    """Return how books are read of which none is refused with a body."""
    answers = {"200": holding(many(ref("Book"))), "400": holding(ref("Failure"))}
    return reading({"/books": {"get": {"responses": answers}}}, Book=BOOK, Failure=error)


def test_errors_of_another_shape_are_told() -> None:
    found = refusing(thing(problem=thing(what=TEXT), trace=thing(line=NUMBER)))
    (told,) = [note.message for note in found.warnings if note.code == "error-body"]
    assert "#/components/schemas/Failure: errors have another shape" in told


def test_an_error_under_one_key_is_served_so() -> None:
    found = refusing(thing(error=thing(code=TEXT, message=TEXT)))
    envelope = found.spec.api.error_envelope
    assert (envelope.error, envelope.message) == ("error.code", "error.message")
    assert envelope.component == "Failure"
    assert not found.warnings


@pytest.mark.parametrize(
    ("schema", "absent"), [("HTTPValidationError", 404), ("ValidationProblem", 422)]
)
def test_what_fastapi_names_everywhere_is_not_what_absent_rows_get(
    schema: str, absent: int
) -> None:
    refused = {"content": {"application/json": {"schema": ref(schema)}}}
    one = call(ref("Cat"))
    one["responses"]["422"] = refused
    problems = thing(detail=many(thing(msg=TEXT)))
    schemas = {"Cat": thing("id", id=NUMBER), schema: problems}
    found = reading({"/cats/{id}": {"get": one}}, **schemas)
    assert found.spec.api.statuses.not_found == absent
    assert found.spec.api.statuses.invalid == 422


def test_bounds_that_are_no_numbers_are_passed_over() -> None:
    cat = thing("id", id=NUMBER, name=TEXT | {"maxLength": "9"})
    new, other = thing(name=TEXT | {"maxLength": 5}), thing(name=TEXT | {"maxLength": "7"})
    paths = {
        "/cats": {"post": call(ref("Cat"), new)},
        "/cats/{id}": {"get": call(ref("Cat")), "patch": call(ref("Cat"), other)},
    }
    (name,) = [a for a in reading(paths, Cat=cat).spec.entities[0].attributes if a.name == "name"]
    assert name.length is None


@pytest.mark.parametrize("values", [["", {"a": 1}], [[1], "b"], ["", 1], [""]])
def test_values_of_no_list_are_any_of_the_type(values: list[Json]) -> None:
    new = thing(name=TEXT | {"enum": values})
    paths = {"/cats": {"post": call(ref("Cat"), new), "get": call(many(ref("Cat")))}}
    found = reading(paths, Cat=thing("id", id=NUMBER, name=TEXT))
    (name,) = [a for a in found.spec.entities[0].attributes if a.name == "name"]
    assert name.type is T.TEXT
    assert any("closed list" in w.message for w in found.warnings)

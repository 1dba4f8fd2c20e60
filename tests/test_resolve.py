"""What does resolving make of a spec that is hard to take at its word? And what does it refuse?"""

from __future__ import annotations

import pytest

from agent.errors import SpecError
from agent.planner.cycles import open_cycles
from agent.planner.notes import Notes
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import Plan, resolve
from agent.types import (
    Access,
    Attribute,
    BackendSpec,
    Entity,
    Generator,
    Operation,
    Relation,
)

HEAD = 'project x "x"\ntimestamps off\n'


def resolved(text: str) -> Plan:
    return resolve(parse(HEAD + text))


def entity(plan: Plan, name: str) -> Entity:
    return next(e for e in plan.spec.entities if e.name == name)


def attribute(plan: Plan, name: str) -> Attribute:
    owner, _, member = name.partition(".")
    return next(a for a in entity(plan, owner).attributes if a.name == member)


def operation(plan: Plan, name: str) -> Operation:
    return next(o for o in plan.spec.operations if o.name == name)


def says(plan: Plan, words: str) -> bool:
    return any(words in note.text for note in plan.assumptions)


# --- the first row ---


def test_a_required_self_reference_is_made_optional() -> None:
    plan = resolved("entity Node\n  parent -> Node")
    assert attribute(plan, "Node.parent_id").nullable
    assert entity(plan, "Node").relations[0].nullable
    assert says(plan, "Node.parent is optional")


def test_a_foreign_key_that_was_given_is_indexed_as_one_that_is_made() -> None:
    plan = resolved(
        "entity Box\n  no: integer key\n  row: integer key\n"
        "entity Lid\n  no: integer\n  row: integer\n"
        "  other: integer\n  last: integer?\n  big: integer\n"
        "  box -> Box via (no, row) = (no, row)\n"
        "  first -> Lid via other = id\n  next -> Lid? via last = id\n  cap -> Lid via big = id\n"
        "  id: integer key\n  unique(last, no)\n  index(big) named own_index\n"
    )
    lid = entity(plan, "Lid")
    assert [a.name for a in lid.attributes if a.index] == ["other"]
    assert [(i.attributes, i.name) for i in lid.indexes] == [
        (("big",), "own_index"),
        (("no", "row"), None),
    ]
    assert [note.text for note in plan.assumptions if "gets an index" in note.text] == [
        "Lid (no, row) gets an index: rows are found by what they refer to.",
        "Lid.other gets an index: rows are found by what they refer to.",
    ]
    assert resolve(plan.spec).spec == plan.spec


def test_one_relation_of_a_circle_is_made_optional() -> None:
    plan = resolved("entity A1\n  b -> B1\nentity B1\n  c -> C1\nentity C1\n  a -> A1")
    nullable = [r.nullable for e in plan.spec.entities for r in e.relations]
    assert nullable == [False, False, True]


def test_a_user_can_register_before_what_refers_to_users() -> None:
    plan = resolved("auth jwt\nentity Firm\n  boss -> User\nentity User\n  firm -> Firm")
    assert attribute(plan, "User.firm_id").nullable
    assert not attribute(plan, "Firm.boss_id").nullable


def test_who_registers_says_what_every_user_refers_to() -> None:
    users = "\nentity Firm\n  name: text\nentity User\n  firm -> Firm\n  other -> Firm?"
    assert says(resolved("auth jwt" + users), "Who registers says User.firm by its key")
    assert not says(resolved("auth jwt" + users), "says User.other")
    assert not says(resolved("auth jwt closed" + users), "Who registers")


def test_a_path_over_long_names_is_kept() -> None:
    one, two = "a" * 60, "b" * 60
    plan = resolved(f"entity Sheet\n  {two}: integer key\n  tags <-> Tag as {one}\nentity Tag")
    assert any(p.binds and len(p.binds) > 100 for o in plan.spec.operations for p in o.parameters)


@pytest.mark.parametrize(("kind", "usual"), [("custom", True), ("read Bike\n  out Shown", False)])
def test_a_custom_operation_comes_beside_the_usual_ones(kind: str, usual: bool) -> None:  # noqa: FBT001 - a case
    bike = "entity Bike\n  label: text\nschema Shown for Bike: id, label\n"
    kind = f"{kind} Bike" if kind == "custom" else kind
    plan = resolved(f"{bike}operation one: GET /bikes/{{id}}/one {kind}\n  path id = id")
    assert any(o.name == "list_bikes" for o in plan.spec.operations) is usual


def test_users_own_themselves_whatever_their_attributes_are_called() -> None:
    plan = resolved("auth jwt\nentity User\n  self: text")
    assert entity(plan, "User").owner == "self"
    assert attribute(plan, "User.self_").column == "self"


def test_a_circle_of_keys_is_refused() -> None:
    with pytest.raises(SpecError, match="need each other"):
        resolved("entity A1\n  b -> B1\n  key(b)\nentity B1\n  a -> A1\n  key(a)")


# --- names ---


@pytest.mark.parametrize(
    ("name", "plural"), [("A", "a_rows"), ("Operation", "operation_rows"), ("Order", "orders")]
)
def test_a_plural_is_explicit_and_safe(name: str, plural: str) -> None:
    (only,) = resolved(f"entity {name}\n  n: string(4)").spec.entities
    assert only.plural == plural


def test_entities_that_differ_in_case_only_are_kept_apart() -> None:
    plan = resolved("entity AB\n  n: date\nentity Ab\n  n: date\nentity C\n  cs <-> AB")
    assert [e.name for e in plan.spec.entities] == ["AB", "Ab2", "C"]
    assert [e.table for e in plan.spec.entities] == ["abs", "abs2", "cs"]
    assert says(plan, "Entity 'Ab' is called Ab2")


def test_columns_that_differ_in_case_only_are_kept_apart() -> None:
    plan = resolved('entity T\n  one: date column "When"\n  two: date column "when"')
    assert [a.column for a in entity(plan, "T").attributes if a.name != "id"] == ["When", "when_2"]
    assert says(plan, "Column 'when' is kept as 'when_2'")


def test_long_names_are_cut_and_stay_apart() -> None:
    long = "an_extremely_long_name_that_goes_on_and_on_until_it_reaches_beyond_any_limit_of_names"
    text = f"entity {long}_one\n  {long}_a: integer\n  {long}_b: integer\n  others <-> {long}_two\n"
    plan = resolved(text + f"entity {long}_two\n  {long}_one -> {long}_one")
    names = [o.name for o in plan.spec.operations]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 120


def test_a_letter_that_looks_like_a_digit_gets_an_underscore() -> None:
    plan = resolved("entity Thing\n  l: string(4)")
    assert attribute(plan, "Thing.l_").column == "l"
    fields = next(s.fields for s in plan.spec.schemas if s.name == "ThingResponse")
    assert [f.name for f in fields] == ["id", "l"]


@pytest.mark.parametrize("name", ["Steps", "Slug", "Whole", "ValueError", "Detail", "Claims"])
def test_names_of_emitted_modules_are_not_used_for_entities(name: str) -> None:
    (only,) = resolved(f"entity {name}\n  n: date").spec.entities
    assert only.name == f"{name}Record"


def test_a_filter_gives_way_to_the_path() -> None:
    plan = resolved(
        "auth jwt\nentity Paper\n  user -> User as papers cascade\n"
        "  readers <-> User as read_papers"
    )
    parameters = [p.name for p in operation(plan, "list_user_read_papers").parameters]
    assert parameters.count("user_id") == 1


def test_a_filter_does_not_shadow_what_a_page_has() -> None:
    plan = resolved("entity Thing\n  offset: integer\n  limit: integer")
    names = {p.name for p in operation(plan, "list_things").parameters}
    assert {"offset_is", "limit_is"} <= names
    assert not {"offset", "limit"} & names


@pytest.mark.parametrize("name", ["Doc", "Redoc"])
def test_a_collection_makes_room_for_the_documentation(name: str) -> None:
    plan = resolved(f"entity {name} plural {name.lower()}s\n  n: date\nentity Other plural redoc")
    paths = {o.path for o in plan.spec.operations}
    assert not {"/docs", "/redoc"} & paths
    assert "/redoc-items" in paths


def test_a_collection_makes_room_for_the_health_check() -> None:
    plan = resolved("api /\nentity Ready plural ready\n  n: date")
    assert operation(plan, "list_ready").path == "/ready-items"
    assert says(plan, "/ready is taken already")


# --- what rows can hold ---


def test_what_nothing_sets_may_be_written() -> None:
    plan = resolved(
        "entity T\n  a: string(5) readonly\n  b: integer = 4 readonly\n  c: date? readonly"
    )
    access = {a.name: a.access for a in entity(plan, "T").attributes}
    assert access["a"] is Access.READ_WRITE
    assert access["b"] is access["c"] is Access.READ_ONLY
    assert says(plan, "T.a may be written")


def test_only_a_whole_key_counts_by_itself() -> None:
    plan = resolved("entity T\n  a: integer = identity\n  b: integer = identity\n  key(a, b)")
    assert [x.generated for x in entity(plan, "T").attributes] == [None, None]
    assert says(plan, "T.a is given by clients")
    alone = resolved("entity T\n  a: integer = identity\n  key(a)")
    assert attribute(alone, "T.a").generated is Generator.IDENTITY


def test_a_password_is_told_the_same_way_everywhere() -> None:
    plan = resolved("entity Vault\n  code: password\n  spare: password(20)?")
    assert {(a.access, a.length) for a in entity(plan, "Vault").attributes if a.name != "id"} == {
        (Access.WRITE_ONLY, 255)
    }


def test_accounts_of_a_table_that_was_there() -> None:
    plan = resolved(
        "auth jwt\nkey integer\nentity User\n  id: integer = identity\n  email: string(80)\n"
        "  password_hash: string(60)\n  role: string(20)\n  key(id)"
    )
    user = {a.name: a for a in entity(plan, "User").attributes}
    assert (user["password"].access, user["password"].length) == (Access.WRITE_ONLY, 255)
    assert user["password"].column == "password_hash"
    assert (user["role"].access, user["role"].default) == (Access.READ_ONLY, "user")
    assert user["roles"].default == ["user"]
    assert user["email"].unique
    created = next(s.fields for s in plan.spec.schemas if s.name == "UserCreate")
    assert [f.name for f in created] == ["email", "password"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [("", True), ("allow update: owner, agent", False), ("allow update: agent", False)],
)
def test_a_step_on_rows_that_a_role_may_not_change_is_told(*, rule: str, told: bool) -> None:
    steps = "open -> closed by agent, closed -> open by owner, open -> gone by admin"
    ticket = f"entity Ticket owner user\n  user -> User\n  state: {steps}\n  {rule}\n"
    warnings = [each.message for each in resolved(f"auth jwt\nentity User\n{ticket}").warnings]
    out_of_reach = (
        "Ticket: 'agent' may take a step, but only on rows of their own. `allow update: owner,"
        " admin, agent` lets them take it on others'."
    )
    assert warnings == ([out_of_reach] if told else [])


def test_a_slip_in_what_rules_name_is_told() -> None:
    plan = resolved("auth jwt\nentity A\n  allow update: ownr, superuser, editor\n")
    assert [each.message for each in plan.warnings] == [
        "'ownr' is taken for a role: did you mean 'owner'?"
    ]


def test_roles_that_rules_name_are_roles() -> None:
    plan = resolved(
        "auth jwt\nentity T\n  s: a -> b by clerk\n  allow list: editor, public\n"
        "  allow read: owner\n  user -> User"
    )
    assert plan.spec.auth.roles == ("user", "admin", "editor", "clerk")
    assert says(plan, "'clerk' is a role")


def test_rules_without_accounts_are_warned_of() -> None:
    (warning,) = resolved("entity T\n  n: date\n  allow list: editor").warnings
    assert warning.pointer == "/entities/0/access"


NOTES = """auth {auth}
entity Note
  title: string(50)
  user -> User cascade
  tags <-> Tag as notes
  allow delete: nobody
  allow update: nobody
entity Tag
  name: string(50)
  allow list: nobody
operation retitle: POST /notes/{{id}}/drop delete Note
operation shout: POST /shout custom
  allow nobody
entity User
  name: string(50)
"""


@pytest.mark.parametrize("auth", ["jwt", "none"])
def test_what_nobody_may_is_left_out(auth: str) -> None:
    text = NOTES.format(auth=auth)
    plan = resolved(text.replace("operation retitle: POST /notes/{id}/drop delete Note\n", ""))
    about = {(o.method.value, o.path) for o in plan.spec.operations if o.entity in {"Note", "Tag"}}
    tag = "/tags/{tag_id}"
    assert about == {
        *[("GET", "/notes"), ("POST", "/notes"), ("GET", "/notes/{note_id}")],
        *[("GET", f"{tag}/notes"), ("POST", "/tags")],
        *[(method, tag) for method in ("GET", "PUT", "PATCH", "DELETE")],
    }
    assert says(plan, "Nobody may DELETE /notes/{note_id}: the project has no such operation")
    assert says(plan, "Nobody may POST /shout")
    assert not any(o.permission == () for o in plan.spec.operations)
    again = resolve(plan.spec)
    assert again.spec == plan.spec
    assert not again.warnings


def test_what_nobody_may_is_not_done_by_an_operation_that_says_nothing() -> None:
    plan = resolved(NOTES.format(auth="jwt"))
    assert not [o for o in plan.spec.operations if o.entity == "Note"]
    assert says(plan, "Nobody may POST /notes/{id}/drop")


def test_what_nobody_may_says_nothing_of_owners() -> None:
    plan = resolved(NOTES.format(auth="jwt"))
    assert entity(plan, "Note").owner == "user"
    assert entity(plan, "Note").access.read == ("owner", "admin")


def test_bindings_may_name_what_resolving_adds() -> None:
    plan = resolve(
        parse(
            'project x "x"\nauth jwt\nentity Post\n  title: string(20)\n  user -> User\n'
            "  index(created_at, user_id)\n"
            "schema View for Post: id, created_at, author = user -> Who\n"
            "schema Who for User: id, mail = email\n"
            "operation posts: GET /posts list Post\n  out View\n  sort created_at"
        )
    )
    assert operation(plan, "get_posts").sort == ("created_at",)


def test_a_foreign_key_may_share_what_another_relation_makes() -> None:
    plan = resolved(
        "key integer\nentity Tenant\n  name: string(5)\nentity Dept\n  tenant -> Tenant\n"
        "  number: integer\n  key(tenant, number)\nentity Emp\n"
        "  dept -> Dept via (tenant_id, dept_number)\n  dept_number: integer\n  tenant -> Tenant"
    )
    relations = {r.name: r.attributes for r in entity(plan, "Emp").relations}
    assert relations == {"dept": ("tenant_id", "dept_number"), "tenant": ("tenant_id",)}


def test_a_column_that_cannot_be_null_is_not_set_to_null() -> None:
    plan = resolved("entity P\n  n: date\nentity T\n  p -> P set-null\n  q -> P? set-null")
    assert [r.on_delete for r in entity(plan, "T").relations] == ["restrict", "set-null"]
    assert says(plan, "p_id cannot be null")


# --- refusals ---


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('entity T\n  d: date = "yesterday"', "/entities/0/attributes/0/default"),
        ('entity T\n  d: integer = "x"', "/entities/0/attributes/0/default"),
        ('entity T\n  d: string(2) = "abc"', "/entities/0/attributes/0/default"),
        ("enum E: a, b\nentity T\n  d: E = c", "/entities/0/attributes/0/default"),
        ("entity T\n  d: decimal(4,2) = 1.255", "/entities/0/attributes/0/default"),
        ("entity T\n  d: decimal(4,2) = 100", "/entities/0/attributes/0/default"),
        ("entity T\n  d: integer = 7 <= 5", "/entities/0/attributes/0/default"),
        ("entity T\n  d: smallint = 40000", "/entities/0/attributes/0/default"),
        ("entity T\n  d: integer >= 5 <= 4", "/entities/0/attributes/0/maximum"),
        ("entity T\n  d: integer > 5 < 6", "/entities/0/attributes/0/exclusiveMaximum"),
        ("entity T\n  d: string(9..3)", "/entities/0/attributes/0/minLength"),
        ('entity T\n  d: string(9) pattern "("', "/entities/0/attributes/0/pattern"),
        ('entity T\n  d: string(9) pattern "^(?=a)b$"', "/entities/0/attributes/0/pattern"),
        ("entity T\n  d: string(9) = now", "/entities/0/attributes/0/generated"),
        ("entity T\n  d: json unique", "/entities/0/attributes/0"),
        ("entity T\n  d: boolean unique", "/entities/0/attributes/0"),
        ("entity T\n  d: string(4)[] unique", "/entities/0/attributes/0"),
        *(
            (f"entity T\n  d: {kind}\n  key(d)", "/entities/0/attributes/0")
            for kind in ("json", "binary", "password", "boolean", "float", "duration", "date[]")
        ),
        ("auth jwt\nentity User\n  a: date\n  b: date\n  key(a, b)", "/entities/0/primaryKey"),
        ("auth jwt\nentity User\n  roles: integer", "/entities/0/attributes/0/type"),
        ("auth jwt\nentity T\n  n: date\n  allow list: owner", "/entities/0/access"),
        ("entity T\n  n: date\n  unique(m)", "/entities/0/uniques/0/attributes"),
        ("entity T\n  n: date\n  key(m)", "/entities/0/primaryKey"),
        ("entity T\n  o -> T via m", "/entities/0/relations/0/attributes"),
        ("entity T\n  n: date\nschema S for T: m", "/schemas/0/fields/0/attribute"),
        (
            "entity T\n  n: date\nschema S for T: id\noperation a: POST /ts create T\n  in S",
            "/operations/0/input",
        ),
        (
            "entity T\n  n: date\noperation a: GET /ts list T\n  sort m",
            "/operations/0/sort/0",
        ),
        (
            "entity T\n  n: date\noperation a: GET /ts list T\noperation b: GET /ts list T",
            "/operations/1/path",
        ),
        (
            "entity A\nschema S for A: id\noperation o: GET /a list A\n  out S[] wrapped x total x",
            "/operations/0/output/total",
        ),
        (
            "entity A\nschema S for A: id\noperation o: GET /a/{id} read A\n  out S total y",
            "/operations/0/output/total",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(text: str, pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        resolved(text)
    assert pointer in [fault.pointer for fault in caught.value.faults]


def test_what_the_clock_fills_and_a_client_might_send_is_told_by_name() -> None:
    plan = resolved(
        "entity Order\n  placed_on: date = now\n  seen: datetime = now readonly\n"
        "  created_on: date = now\n  note: text"
    )
    told = [note for note in plan.assumptions if "clients cannot send it" in note.text]
    assert [note.about for note in told] == ["Order.placed_on"]
    assert "leave its default (now) out" in told[0].text


def test_what_texts_cannot_be_that_stand_in_addresses_is_told_by_name() -> None:
    plan = resolved(
        "entity Country\n  code: string(2) key\n  name: string(9)\n"
        "entity City\n  code: string(9) key pattern '^[a-z]+$'\n"
        "entity Note\n  text: text\n"
        "entity Rate\n  country -> Country\n  year: string(4)\n  key(country, year)\n"
        "entity Seen\n  code: string(2) key\n  crud list, read"
    )
    told = [note for note in plan.assumptions if "stand in addresses" in note.text]
    assert [note.about for note in told] == ["Country.code"]
    assert told[0].text.endswith("something else than dots: Country.code, Rate.year.")


def test_decimals_that_say_nothing_of_their_digits_hold_their_own_numbers() -> None:
    plan = resolved(
        "entity A\n  a: decimal = 0.125\n  b: decimal >= 0.0001\n  c: decimal\n  d: decimal(9,2)"
    )
    found = [attribute(plan, f"A.{name}") for name in "abcd"]
    assert [(a.precision, a.scale) for a in found] == [(19, 3), (20, 4), (18, 2), (9, 2)]
    assert says(plan, "behind the point: A.a (19, 3), A.b (20, 4), A.c (18, 2).")


@pytest.mark.parametrize(
    ("given", "digits"),
    [
        ("<= 100000000000000000000", (23, 2)),
        (">= -12345678901234567890 <= 0.125", (23, 3)),
        ("= 12345678901234567890", (22, 2)),
        (f"<= 1{'0' * 63}", (65, 2)),
        ("<= 999999999999.99", (18, 2)),
    ],
)
def test_decimals_have_room_for_the_digits_before_the_point(
    given: str, digits: tuple[int, int]
) -> None:
    found = attribute(resolved(f"entity A\n  a: decimal {given}"), "A.a")
    assert (found.precision, found.scale) == digits


def test_a_chain_of_required_relations_may_be_longer_than_calls_can_nest() -> None:
    chain = [
        Entity(name=f"E{i}", relations=(Relation(name="next", target=f"E{i + 1}"),))
        for i in range(3000)
    ]
    spec = BackendSpec(entities=(*chain, Entity(name="E3000")))
    assert open_cycles(spec, Notes()).entities == spec.entities


def test_a_long_text_is_searched_and_sorted_and_compared_where_it_is_a_name() -> None:
    text = (
        "entity A\n  code: text unique\n  slug: text\n  title: text\n  note: text[]\n  index(slug)"
    )
    spec = resolve(parse(f"project x\ntimestamps off\n{text}")).spec
    listing = next(o for o in spec.operations if o.kind == "list")
    assert listing.search == ("code", "slug", "title")
    assert listing.sort == ("id", "code", "slug", "title")
    assert [p.binds for p in listing.parameters] == ["id", "code", "slug"]


def test_many_circles_are_told_once_and_long_ones_in_short() -> None:
    pairs = "".join(f"entity A{i}\n  b -> B{i}\nentity B{i}\n  a -> A{i}\n" for i in range(40))
    told = [a.text for a in resolve(parse(f"project x\n{pairs}")).assumptions]
    (text,) = [each for each in told if "circle" in each]
    assert text.startswith("These relations are optional, as each closed a circle")
    assert text.endswith("B18.a, B19.a and 20 more.")
    ring = "".join(f"entity A{i}\n  a -> A{(i + 1) % 40}\n" for i in range(40))
    told = [a.text for a in resolve(parse(f"project x\n{ring}")).assumptions]
    (text,) = [each for each in told if "need each other" in each]
    assert "A19.a and 20 more need each other" in text


@pytest.mark.parametrize(("kind", "default", "kept"), [("integer", "7", 7), ("json", "{}", None)])
def test_a_default_that_a_key_cannot_have_is_left_out(
    kind: str, default: str, kept: int | None
) -> None:
    lines = f"entity A\n  id: bigint key\nentity B\n  a_id: {kind} = {default}\n"
    plan = resolve(parse(f"{lines}  a -> A via a_id = id\n"))
    (found,) = (x for e in plan.spec.entities for x in e.attributes if x.name == "a_id")
    assert found.default == kept
    told = any("its default is no such value" in each.text for each in plan.assumptions)
    assert told is (kept is None)

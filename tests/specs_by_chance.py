"""Which specs does nobody choose? Strategies: sound in their shape, names that are meant ill."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from agent.types import (
    Access,
    AccessRules,
    Api,
    Attribute,
    AttributeType,
    Auth,
    AuthMethod,
    BackendSpec,
    Body,
    Check,
    CrudAction,
    Database,
    DeleteBehaviour,
    Entity,
    EnumType,
    ErrorEnvelope,
    Generator,
    HttpMethod,
    Index,
    JoinTable,
    KeyKind,
    KeyPlace,
    ListEnvelope,
    Operation,
    Paging,
    Parameter,
    ParameterPlace,
    Relation,
    RelationKind,
    Schema,
    SchemaField,
    Transition,
    Unique,
)

T = AttributeType
HOSTILE = (
    # Python, its builtins and what classes have
    *(
        "class",
        "def",
        "None",
        "self",
        "cls",
        "__class__",
        "__init__",
        "__dict__",
        "_",
        "__",
        "print",
    ),
    *("type", "list", "str", "int", "object", "id", "Exception", "async", "match", "super", "mro"),
    # pydantic, SQLAlchemy, FastAPI, and the templates
    *("model_config", "model_fields", "copy", "json", "dict", "schema", "validate", "metadata"),
    *("registry", "query", "Base", "Mapped", "relationship", "Depends", "Request", "APIRouter"),
    *(
        "Session",
        "session",
        "app",
        "main",
        "core",
        "db",
        "config",
        "settings",
        "router",
        "conftest",
    ),
    # SQL
    *("select", "order", "group", "user", "table", "index", "primary", "null", "check", "from"),
    *("a'; DROP TABLE x; --", "a--b", "a/*b*/", "x%s", ":name", "$1", "[x]", "?"),
    # paths, shells, markup, Jinja, and formats
    *("../x", "/etc/passwd", "..", ".", "C:x", "con", "NUL.txt", "a/b", "~", "-rf", "$(id)", "`x"),
    *("{{ 7*7 }}", "{% raw %}", "{# x #}", "{x}", "%(x)s", "<script>", "&amp;", "#", "@x", "!x"),
    # scripts, marks, and what looks alike
    *(
        "用户",
        "Ünïcode",
        "ß",
        "\u017f",
        "İ",
        "\u0131",
        "Ⅳ",
        "²",
        "٣",
        "é",
        "e\u0301",
        "\u202eabc",
        "a\u200bb",
    ),
    *(
        "😀",
        "👩‍👩‍👧",
        "\u2028",
        "a\u00a0b",
        "\ufeff",
        "\u00ad",
        "ﬁ",
        "\uff41",
        "\uff21",
        "\x85",
        "\u0378",
    ),
    # length, digits, case, and clashes
    *("a" * 120, "é" * 120, "A_" * 60, "1", "1a", "a1", "a_1", "A1", "user_id", "UserId", "userId"),
    *("User", "USER", "users", "Users", "Item", "item", "items", "is", "it's", "a b", "a-b", "a.b"),
    *("created_at", "updated_at", "is_active", "roles", "password", "email", "page", "limit", "q"),
)
TEXTS = (
    *(
        "",
        " ",
        '"',
        '"""',
        "'''",
        "\\",
        "\\N",
        "\\u0041",
        "{{ x }}",
        "{% endraw %}",
        "#}",
        "%",
        "\n",
    ),
    *(
        "a\nb",
        "\r\n",
        "\t",
        "*/",
        "-->",
        "```",
        "${x}",
        "\u2028",
        "\x85",
        "😀",
        "# noqa",
        "e\u0301",
    ),
    *("x" * 200, "x" * 4000, '\\"', "'; DROP TABLE x; --", "\\'''", 'ends in "', "ends in \\"),
)
_PLAIN = re.compile("[a-z]{1,20}")
EXPRESSIONS = ("x > 1", "a = 'b'", "1 = 1", "a <", "x; DROP TABLE y", "'", "\\", "a LIKE '%s'")
PATTERNS = (
    "^[a-z]+$",
    "a'b",
    '"',
    "\\d+",
    "[",
    "(a+)+$",
    "{{",
    "\\",
    "^\\p{L}$",
    "é",
    "(?i)x",
    "\n",
)
WITHOUT_ACCOUNTS = (AuthMethod.NONE, AuthMethod.KEYS)
ROLES = ("user", "admin", "a-b", "a.b", "a:b", "None", "class", "x" * 60)
PATHS = (
    "/x",
    "/{id}",
    "/a{b}",
    "/..",
    "/%2e",
    "/{",
    "/'",
    "/{{x}}",
    "/é",
    "/a:b",
    "/users",
    "/x/{y}/z",
    "/{a-b}/{a_b}",
    "/{`b}",
    f"/{{{'a' * 121}}}",
)

plain = st.sampled_from(("Book", "Author", "title", "year", "shelf", "note", "size", "state"))
hostile = st.sampled_from([name for name in HOSTILE if "`" not in name])
anything = st.text(
    st.characters(exclude_characters='"`\\\x7f', exclude_categories=["Cs"], min_codepoint=32),
    min_size=1,
    max_size=20,
)
called = st.one_of(hostile, hostile, plain, anything)
texts = st.one_of(st.none(), st.none(), st.sampled_from(TEXTS))
maybe = st.one_of(st.none(), st.none(), st.none(), called)
flag = st.sampled_from((False, False, False, True))
_DEFAULTS: dict[AttributeType, tuple[Any, ...]] = {
    T.STRING: ('"', "'", "{{ x }}", "\\", "x", "\n", "😀"),
    T.TEXT: ('"""', "\\", "", "x" * 300),
    T.INTEGER: (0, -1, 7, 2**31 - 1),
    T.BIGINT: (0, 2**63 - 1),
    T.BOOLEAN: (True, False),
    T.FLOAT: (0.1, -1e300, 5),
    T.DECIMAL: (1, 0.5),
    T.JSON: ({}, [], {"a": [1, {"'": '"'}]}, "x"),
    T.DATE: ("2024-02-29",),
    T.TIME: ("10:00:00",),
}


_GENERATED = {
    T.UUID: Generator.UUID,
    T.DATETIME: Generator.NOW,
    T.DATE: Generator.NOW,
    T.TIME: Generator.NOW_ON_UPDATE,
}


@st.composite
def attributes(draw: st.DrawFn, enums: list[EnumType]) -> Attribute:
    """Draw an attribute whose sizes and default mostly fit."""
    kind = draw(st.sampled_from([*T] if enums else [kind for kind in T if kind is not T.ENUM]))
    facts: dict[str, Any] = {}
    if kind is T.ENUM:
        enum = draw(st.sampled_from(enums))
        facts["enum"] = enum.name
        steps = [
            Transition(source=a, target=b, roles=draw(st.sampled_from(((), ("user",), ("a-b",)))))
            for a, b in zip(enum.values, enum.values[1:], strict=False)
        ]
        facts["transitions"] = tuple(steps) if draw(flag) else ()
        facts["default"] = draw(st.sampled_from((None, enum.values[0])))
    elif kind in {T.STRING, T.BINARY}:
        facts["length"] = draw(st.sampled_from((None, 1, 40, 255, 10_000)))
        facts["pattern"] = draw(st.sampled_from(PATTERNS)) if draw(flag) else None
    elif kind is T.DECIMAL:
        facts |= {"precision": draw(st.integers(1, 38)), "scale": draw(st.integers(0, 6))}
    if kind in {T.INTEGER, T.FLOAT, T.DECIMAL} and draw(flag):
        facts["minimum"] = draw(st.sampled_from((0, -3, 1.5, 10**6)))
    if kind in _GENERATED and draw(flag):
        facts["generated"] = _GENERATED[kind]
    elif kind in _DEFAULTS and draw(flag):
        facts["default"] = draw(st.sampled_from(_DEFAULTS[kind]))
    is_array = not {"default", "generated"} & facts.keys() and draw(flag) and draw(flag)
    return Attribute(
        name=draw(called),
        type=kind,
        array=is_array,
        nullable=draw(flag),
        unique=draw(flag) and not is_array and kind not in {T.JSON, T.TEXT, T.BINARY, T.BOOLEAN},
        index=draw(flag) and not is_array and kind not in {T.JSON, T.TEXT, T.BINARY},
        access=draw(st.sampled_from((*[Access.READ_WRITE] * 5, *Access))),
        column=draw(maybe),
        comment=draw(texts),
        **facts,
    )


@st.composite
def relations(draw: st.DrawFn, targets: list[str]) -> Relation:
    """Draw a relation to one of the entities."""
    kind = draw(st.sampled_from((*[RelationKind.MANY_TO_ONE] * 3, *RelationKind)))
    through = None
    if kind is RelationKind.MANY_TO_MANY and draw(flag):
        through = JoinTable(table=draw(called), on_delete=draw(st.sampled_from(DeleteBehaviour)))
    return Relation(
        name=draw(called),
        target=draw(st.sampled_from(targets)),
        kind=kind,
        inverse=draw(maybe),
        nullable=draw(st.booleans()),
        on_delete=draw(st.sampled_from((DeleteBehaviour.RESTRICT, DeleteBehaviour.CASCADE))),
        through=through,
        constraint=draw(maybe),
        comment=draw(texts),
    )


def key_places() -> st.SearchStrategy[KeyPlace]:
    """Give places of keys, under names that a request may have."""
    places = st.sampled_from(("header", "query", "cookie", "bearer", "basic"))
    names = st.sampled_from(
        ("X-API-Key", "api_key", "$x'y", "a&b", "self", "session", "1st", "key")
    )
    return st.builds(KeyPlace, place=places, name=names)


@st.composite
def indexes(draw: st.DrawFn, rules: tuple[str, ...], own: list[Attribute]) -> Index:
    """Draw an index; one of some rows asks for a column of a name that is plain."""
    plain = [a.name for a in own if _PLAIN.fullmatch(a.name) and a.column is None]
    asked = [f"{name} {words}" for name in plain for words in ("IS NULL", "IS NOT NULL")]
    where = draw(st.sampled_from((None, "1 = 1", *asked)))
    return Index(attributes=rules, name=draw(maybe), unique=draw(flag), where=where)


@st.composite
def entities(
    draw: st.DrawFn, name: str, targets: list[str], enums: list[EnumType], *, secured: bool
) -> Entity:
    """Draw an entity; its members have names of their own."""
    own = draw(st.lists(attributes(enums), max_size=4, unique_by=lambda part: part.name))
    links = draw(st.lists(relations(targets), max_size=2, unique_by=lambda part: part.name))
    taken = {attribute.name for attribute in own}
    links = [link for link in links if link.name not in taken]
    able = [a.name for a in own if a.type in {T.STRING, T.INTEGER, T.DATE} and not a.array]
    rules: tuple[str, ...] = ()
    if able:
        rules = tuple(draw(st.lists(st.sampled_from(able), min_size=1, unique=True)))
    is_unique, is_index, is_checked = draw(flag), draw(flag), draw(flag)
    people = st.sampled_from((None, ("public",), ("authenticated",), ("admin",), ("a-b", "user")))
    access = AccessRules(list=draw(people), create=draw(people)) if secured else AccessRules()
    to_one = [link.name for link in links if link.kind is RelationKind.MANY_TO_ONE]
    key = draw(st.lists(st.sampled_from([*able, *to_one]), max_size=2, unique=True)) if able else []
    owner = draw(st.sampled_from((None, None, *to_one))) if secured else None
    crud = draw(st.lists(st.sampled_from(CrudAction), unique=True)) if draw(flag) else None
    return Entity(
        name=name,
        primary_key=tuple(key) if draw(flag) else (),
        owner=owner,
        crud=None if crud is None else tuple(crud),
        table=draw(maybe),
        db_schema=None,
        plural=draw(maybe),
        attributes=tuple(own),
        relations=tuple(links),
        uniques=(Unique(attributes=rules, name=draw(maybe)),) if rules and is_unique else (),
        indexes=(draw(indexes(rules, own)),) if rules and is_index else (),
        checks=(Check(expression=draw(st.sampled_from(EXPRESSIONS))),) if is_checked else (),
        access=access,
        comment=draw(texts),
    )


@st.composite
def operations(draw: st.DrawFn, schema: Schema | None, titles: list[str]) -> Operation:
    """Draw an operation of its own, with a rule in words."""
    body = Body(schema_name=schema.name, array=draw(flag)) if schema else None
    method = draw(st.sampled_from(HttpMethod))
    takes = method not in {HttpMethod.GET, HttpMethod.DELETE} and draw(st.booleans())
    return Operation(
        name=draw(called),
        method=method,
        entity=draw(st.sampled_from((None, *titles))),
        path=draw(st.sampled_from(PATHS)),
        parameters=tuple(
            Parameter(
                name=name,
                place=draw(st.sampled_from((ParameterPlace.QUERY, ParameterPlace.HEADER))),
                type=draw(st.sampled_from((T.STRING, T.INTEGER, T.DATE, T.UUID))),
                required=draw(flag),
                comment=draw(texts),
            )
            for name in draw(st.lists(called, max_size=2, unique=True))
        ),
        input=body if takes else None,
        output=body if draw(st.booleans()) else None,
        summary=draw(texts),
        rule=draw(st.sampled_from([text for text in TEXTS if text.strip()])),
    )


@st.composite
def apis(draw: st.DrawFn) -> Api:
    """Draw an API, at times with other names for what answers are made of."""
    api = Api(
        base_path=draw(st.sampled_from(("", "/api/v1", "/~x"))),
        field_case=draw(st.sampled_from(("snake", "camel"))),
        decimals=draw(st.sampled_from(("text", "number"))),
    )
    if not draw(flag):
        return api
    renamed = {
        "list_envelope": ListEnvelope(items=draw(called), total=draw(maybe)),
        "error_envelope": ErrorEnvelope(error=draw(called), detail=draw(maybe)),
        "paging": Paging(page_parameter=draw(called), search_parameter=draw(called)),
    }
    return api.model_copy(update=renamed)


@st.composite
def specs(draw: st.DrawFn) -> BackendSpec:
    """Draw a given spec: one to three entities, enums, now and then more."""
    secured = draw(st.booleans())
    titles = draw(st.lists(called, min_size=1, max_size=3, unique=True))
    enums = [
        EnumType(name=name, values=tuple(values), comment=draw(texts))
        for name, values in draw(
            st.lists(
                st.tuples(called, st.lists(called, min_size=1, max_size=4, unique=True)),
                max_size=1,
            )
        )
    ]
    fields = draw(st.lists(called, min_size=1, max_size=3, unique=True))
    schema = Schema(
        name=draw(called),
        fields=tuple(SchemaField(name=name, type=T.STRING, comment=draw(texts)) for name in fields),
    )
    has_schema = draw(flag)
    return BackendSpec(
        name=draw(called),
        description=draw(texts),
        database=draw(st.sampled_from(Database)),
        key=draw(st.sampled_from(KeyKind)),
        timestamps=draw(st.booleans()),
        api=draw(apis()),
        auth=Auth(
            method=AuthMethod.JWT if secured else draw(st.sampled_from(WITHOUT_ACCOUNTS)),
            keys=() if secured else draw(st.lists(key_places(), max_size=2).map(tuple)),
            user=draw(st.sampled_from((*titles, "User"))),
            roles=tuple(dict.fromkeys(("user", "admin", draw(st.sampled_from(ROLES))))),
        ),
        enums=tuple(enums),
        entities=tuple(draw(entities(name, titles, enums, secured=secured)) for name in titles),
        schemas=(schema,) if has_schema else (),
        operations=(draw(operations(schema if has_schema else None, titles)),)
        if draw(flag)
        else (),
    )

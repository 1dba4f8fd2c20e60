"""Does every BackendSpec come back from the text that was written for it?"""

from __future__ import annotations

from enum import EnumMeta
from random import Random
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import pytest
from pydantic import JsonValue

from agent.planner.readers.spec_language import parse
from agent.planner.spec_writer import write
from agent.types import BackendSpec, EnumType, Name, RefusalKind, Role, SpecModel, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERYTHING = """
project shop "Users and their orders" version 0.2.0
database mysql
python 3.12
key integer
timestamps off
omitted "line 7: a trigger"
omitted 'line 9: a "view"'
auth jwt user Account login name password secret roles-in groups active - \
roles member, boss admin boss closed by header X-API-Key as api_key, bearer
api /api/v2 case camel decimals number
  list items=data total=meta.count page=- limit=size pages=- offset=from
  errors success=- status=code error=title detail=error.m media-type="application/problem+json" \
message=m fields=f path=p url=u timestamp=t component=Problem
  status created=200 updated=202 deleted=200 malformed=422 unauthenticated=403 \
forbidden=404 not-found=410 conflict=400 invalid=400
  paging page=p first-page=0 limit=n sort=by order=dir search=find default-limit=10 max-limit=50 \
offset=skip clamps=both
  info title="Shop, the public API" version="2024-06"

enum Size "how big": small, medium, "extra large"

entity User "People who buy" table sales.app_users plural people owner self
  id: integer key = identity
  email: email(5..255)[]? unique index column "e mail" pattern '^\\d+"$' "as \\n typed"
  price: decimal(10, 2) >= 0 <= 9 > -1 < 9.5 = 0
  seen: datetime = now naive hidden
  size: Size = medium
  status: pending -> confirmed by staff or admin -> shipped | cancelled
  manager -> User? as reports set-null via (a, b) = (x, y) constraint fk "boss"
  tags <-> Tag through s.user_tag(user_id, tag_id) links restrict
  unique(email, status) named uq
  index(age) unique where "age > 3" named ix
  check("total >= 0") named positive
  allow list, read: public
  allow create: nobody
  allow update, delete: owner, admin
  crud list, read

schema ProductOut for Product component product.v1 open "seen": id, unitPrice = unit_price,
  store -> StoreOut[] "c",
  said: string says "Done.", sure: boolean says true, proof: string means access-token,
  note?: string?, s: Size, x: - relation r, y? = y never-null, z -> StoreOut refers,
    t: string length 9 min-length 1 pattern '^a$', n: integer >= 0 <= 9 > -1 < 10

operation list_products: GET /stores/{slug}/products list Product via tags
  id listProducts
  tags Products, "for all"
  deprecated
  open
  silent
  takes "text/csv"
  gives "text/html"
  refusals invalid=400 not-found=410
  statuses 304, 500
  path slug = store.slug
  query maxPrice: decimal = price at-most required "c"
  in ProductIn wrapped product bare
  out ProductOut[] wrapped products total "how many"
  status 202
  allow public
  sort price, name
  search name
  set status = "cancelled"
  summary "s"
  rule "free words"
  unpaged
"""


def round_trip(spec: BackendSpec) -> None:
    text = write(spec)
    assert parse(text) == spec
    assert write(parse(text)) == text


def parts(model: SpecModel) -> list[SpecModel]:
    found = [model]
    for _, value in model:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, SpecModel):
                found += parts(item)
    return found


def models(annotation: object, found: set[type[SpecModel]]) -> set[type[SpecModel]]:
    if isinstance(annotation, type) and issubclass(annotation, SpecModel):
        if annotation not in found:
            found.add(annotation)
            for field in annotation.model_fields.values():
                models(field.annotation, found)
    else:
        for argument in get_args(annotation):
            models(argument, found)
    return found


def test_the_specimen_leaves_no_field_of_any_model_at_its_default() -> None:
    spec = parse(EVERYTHING)
    seen = {
        (type(part), name)
        for part in parts(spec)
        for name, value in part
        if value != type(part).model_fields[name].get_default(call_default_factory=True)
    }
    every = {(model, name) for model in models(BackendSpec, set()) for name in model.model_fields}
    assert every - seen == set()
    round_trip(spec)


def test_the_text_is_a_normal_form_to_read() -> None:
    text = write(parse("entity  Shirt\n colour : red|green=red\n user->User cascade # x"))
    assert text == (
        "project backend\n\nenum ShirtColour: red, green\n\n"
        "entity Shirt\n  colour: ShirtColour = red\n  user -> User cascade\n"
    )


def test_long_lists_are_wrapped() -> None:
    spec = BackendSpec(enums=(EnumType(name="E", values=tuple(f"value_{i}" for i in range(99))),))
    assert max(map(len, write(spec).split("\n"))) <= 100
    round_trip(spec)


CHANGED = 0.5
NAMES = [
    *("a", "User", "order.user", "a-b", "s.t", "order line", "項目", "it's", "#1", "1st", "-", "("),
    *("enum", "string", "none", "nobody", "null", "true", "now", "by", "via", "api", "entity", ":"),
    *("schema", "operation", "unique", "key", "index", "check", "allow", "crud", "a, b", "\u2028"),
]
TEXTS = [
    *(
        "x",
        "\u00ad",
        "a\nb",
        '"',
        "'",
        "\\d",
        "\\'",
        "# no",
        "日本",
        "\x85\u2028",
        "\ufeff",
        "\t'\"",
    ),
]
NUMBERS = [0, -1, 2.5, 1e22, -1e-7, 10**30, 1.0]
VALUES = [None, True, False, *NUMBERS, *TEXTS, *NAMES, "", [], {}, [1, [None]], {"a b": {"": "'"}}]
KNOWN: list[tuple[object, Sequence[object]]] = [
    (Name, NAMES),
    (Role, ["user", "admin", "a-b", "s.t", "by", "owner:x"]),
    (Text, ["", *TEXTS]),
    (JsonValue, VALUES),
]
# fields with a pattern of their own
SPECIAL: dict[str, Sequence[object]] = {
    "KeyPlace.name": ["Authorization", "X-Key", "a.b"],
    "Operation.refusals": [{}, {RefusalKind.INVALID: 400}, {RefusalKind.NOT_FOUND: 410}],
    "Operation.statuses": [(), (304,), (100, 599)],
    "ErrorEnvelope.path": [None, "path"],
    "takes": [None, "text/csv"],
    "gives": [None, "text/html"],
    "path": ["/", "/a/{b}", "/a(b", "/{", "/a'b", "/日", "/a,", "//"],
    "base_path": ["", "/api/v1", "/~a"],
    "version": ["0.1.0", "10.20.30"],
    "pattern": [None, "", *TEXTS],
    "expression": TEXTS,
}


def any_value(hint: object, dice: Random, limits: Sequence[object] = ()) -> object:
    """Make a value for a type hint of agent.types, within a field's limits."""
    for known, choices in KNOWN:
        if hint == known:
            return dice.choice(choices)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType, Literal}:
        chosen = dice.choice(arguments)
        return chosen if origin is Literal else any_value(chosen, dice, limits)
    if origin is tuple:
        least = max((getattr(limit, "min_length", 0) for limit in limits), default=0)
        return tuple(any_value(arguments[0], dice) for _ in range(dice.randint(least, 3)))
    if origin is dict:
        return {dice.choice(NAMES): dice.choice(VALUES) for _ in range(dice.randint(0, 2))}
    if origin is Annotated:
        return any_value(arguments[0], dice, arguments[1:])
    return any_scalar(hint, dice, limits)


def any_scalar(hint: object, dice: Random, limits: Sequence[object]) -> object:
    if hint is bool:
        return dice.choice([True, False])
    if hint in {int, float}:
        if not limits:
            return dice.choice(NUMBERS)
        low = max(getattr(limit, "ge", 0) for limit in limits)
        return dice.randint(low, min(getattr(limit, "le", 1000) for limit in limits))
    if isinstance(hint, type) and issubclass(hint, SpecModel):
        return any_model(hint, dice)
    return dice.choice(list(hint)) if isinstance(hint, EnumMeta) else None


def any_model(model: type[SpecModel], dice: Random) -> SpecModel:
    """Make an instance of a model, about half of its fields left at their defaults."""
    hints = get_type_hints(model, include_extras=True)
    fields = {}
    for name, field in model.model_fields.items():
        if field.is_required() or dice.random() < CHANGED:
            special = SPECIAL.get(f"{model.__name__}.{name}") or SPECIAL.get(name)
            limits = field.metadata
            fields[name] = dice.choice(special) if special else any_value(hints[name], dice, limits)
    return model(**fields)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_written_reads_back_the_same(seed: int) -> None:
    spec = any_model(BackendSpec, Random(seed))  # noqa: S311 - a repeatable choice, no secret
    assert isinstance(spec, BackendSpec)
    round_trip(spec)

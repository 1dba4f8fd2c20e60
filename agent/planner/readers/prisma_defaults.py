"""Which default or generator is a Prisma @default? Functions become the nearest generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lark import Token, Tree

from agent.planner.readers.prisma_values import arguments, call, items, plain
from agent.planner.readers.sql_defaults import UnknownDefaultError, default_of
from agent.planner.readers.sql_tokens import Token as SqlToken
from agent.planner.readers.sql_tokens import tokens as sql_tokens
from agent.planner.readers.written import brief
from agent.types import AttributeType as T
from agent.types import Generator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Models, Part

_WHOLE = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT})
_TEXTS = frozenset({T.TEXT, T.STRING})
_UUIDS = frozenset({"uuid", "cuid", "ulid", "nanoid", "auto"})


def put_default(
    node: Branch | Token, made: Part, where: str, models: Models, values: Mapping[str, str] | None
) -> None:
    """Give an attribute its default or generator; ``values`` are those of its enum."""
    fields = made.fields
    function = call(node)
    if function and isinstance(node, Tree) and _function(function, node, made, where, models):
        return
    if fields.get("generated") is Generator.NOW_ON_UPDATE:
        return  # it is set at the first change already: the creation
    try:
        found = _found(node, function, fields, models, values)
    except UnknownDefaultError:
        shown = f"{function}()" if function else plain(node)
        models.tell(f"{where}: the default {brief(shown)} is left out", made.offset)
        return
    fields.update(found)


def _function(name: str, node: Branch, made: Part, where: str, models: Models) -> bool:
    """Set a generator; tell whether the function is one."""
    fields = made.fields
    if name == "autoincrement" and fields["type"] in _WHOLE:
        fields["generated"] = Generator.IDENTITY
        if arguments(node).named:
            models.unused("how autoincrement() counts is", made.offset)
    elif name == "sequence" and fields["type"] in _WHOLE:
        fields["generated"] = Generator.IDENTITY
    elif name in _UUIDS and fields["type"] in {*_TEXTS, T.UUID}:
        fields |= {"type": T.UUID, "generated": Generator.UUID}
        fields.pop("length", None)
        if name != "uuid":
            models.warn("type-changed", f"{where}: {name}() becomes a uuid", made.offset)
    elif name == "now" and fields["type"] in {T.DATETIME, T.DATE, T.TIME}:
        fields.setdefault("generated", Generator.NOW)
    else:
        return False
    return True


def _found(
    node: Branch | Token,
    function: str | None,
    fields: dict[str, Any],
    models: Models,
    values: Mapping[str, str] | None,
) -> dict[str, Any]:
    kind = fields["type"]
    if function == "dbgenerated" and isinstance(node, Tree):
        inner = arguments(node).first
        text = plain(inner) if inner is not None else ""
        made = list(sql_tokens(text, 0, models.text.dialect))
        if not made:
            raise UnknownDefaultError
        found = default_of(made, kind, array=bool(fields.get("array")))
        if found.get("generated") is Generator.UUID:
            fields["type"] = T.UUID
            fields.pop("length", None)
        return found
    if function:
        raise UnknownDefaultError
    if fields.get("array"):
        return {"default": [_one(each, kind, values) for each in items(node)]}
    return {"default": _one(plain(node), kind, values)}


def _one(text: str, kind: T, values: Mapping[str, str] | None) -> object:
    if values is not None:
        return values.get(text, text)
    bare = text.upper() in {"TRUE", "FALSE"}
    token = SqlToken("word" if bare else "string", text, text.upper() if bare else "", 0, 0)
    return default_of([token], kind, array=False).get("default")

"""What are the arguments of a Prisma attribute? By name and by place, as plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lark import Token, Tree

from agent.planner.readers.grammars import part, parts, tokens

if TYPE_CHECKING:
    from agent.planner.readers.grammars import Branch

_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(slots=True)
class Arguments:
    """Arguments of an attribute or a call."""

    named: dict[str, Branch | Token] = field(default_factory=dict)
    first: Branch | Token | None = None

    def get(self, name: str) -> str | None:
        """Return a named argument as plain words."""
        return plain(self.named[name]) if name in self.named else None

    def listed(self, name: str) -> tuple[str, ...] | None:
        """Return the names in a list that is named, or stands first."""
        found = self.named.get(name, self.first)
        return None if found is None else items(found)


def arguments(branch: Branch) -> Arguments:
    """Return the arguments of an attribute, a rule or a call."""
    found = Arguments()
    inner = part(branch, "arguments")
    for argument in parts(inner, "argument") if inner is not None else ():
        value = argument.children[-1]
        if len(argument.children) > 1:
            found.named[str(argument.children[0])] = value
        elif found.first is None:
            found.first = value
    return found


def plain(node: Branch | Token) -> str:
    """Return a value as words: a text without quotes, a name, the first of a list."""
    while isinstance(node, Tree):
        if node.data == "name":
            return ".".join(tokens(node))
        if node.data == "call":
            return str(tokens(node, "NAME")[0])
        if not node.children:
            return ""
        node = node.children[0]
    if node.type != "STRING":
        return str(node)
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), node[1:-1])


def items(node: Branch | Token) -> tuple[str, ...]:
    """Return the values in a list as words; one that stands alone is its own list."""
    if isinstance(node, Tree) and node.data == "list":
        return tuple(plain(child) for child in node.children)
    return (plain(node),)


def call(node: Branch | Token | None) -> str | None:
    """Return the name of what is called, where it is a call."""
    is_call = isinstance(node, Tree) and node.data == "call"
    return plain(node) if is_call and node is not None else None

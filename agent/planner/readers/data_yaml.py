"""What does a text of YAML hold, and where does each part of it stand?

It is read as 1.2 does (``no`` is a text, as is a date) and tags of somebody's own are passed over:
nothing but plain data is ever made. Aliases are shared and not copied; what they would unfold to is
counted, and places are looked up in the nodes, as a map of all of them would unfold, too.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from agent.contract.faults import unescaped
from agent.contract.text import MAX_DEPTH, MAX_DIGITS
from agent.errors import SourceError

if TYPE_CHECKING:
    from yaml.nodes import Node

    from agent.planner.readers.written import Written

MOST_VALUES = 3_000_000
"""Values that a text may unfold to."""
MOST_CHARACTERS = 12_000_000
"""A million takes two seconds to read, where one of JSON takes a tenth of one."""
_TAG = "tag:yaml.org,2002:"
_SCALARS = {
    "bool": (re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    "int": (re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    "float": (
        re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
        "-+.0123456789",
    ),
    "null": (re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    "merge": (re.compile("^<<$"), "<"),
}
"""What a plain word of YAML 1.2 is, and the signs that it begins with; any other is a text."""

_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Words: Any = type("_Words", (_BASE,), {"yaml_implicit_resolvers": {}})  # nothing of 1.1 in it
for _name, (_form, _first) in _SCALARS.items():
    _Words.add_implicit_resolver(f"{_TAG}{_name}", _form, list(_first))


class YamlText:
    """A text, its nodes, and the data that they hold."""

    def __init__(self, text: Written, code: str) -> None:
        """Read a text; ``code`` is that of its faults.

        Raises:
            SourceError: it is no YAML, gives a key twice, is too large or too deep.

        """
        self._members: dict[int, dict[str, tuple[int, Node]]] = {}
        self.root = _composed(text, code)
        self.data: Any = _Walk(text, code).of(self.root, 0).data if self.root else None

    def offset(self, pointer: str) -> int:
        """Return where a part stands, or the nearest around it; members begin at their keys."""
        node, offset = self.root, 0
        for part in pointer.split("/")[1:]:
            inner = self._step(node, unescaped(part)) if node else None
            if inner is None:
                break
            offset, node = inner
        return offset

    def _step(self, node: Node, key: str) -> tuple[int, Node] | None:
        """Return where a part of a list or an object begins, and its node."""
        if isinstance(node, SequenceNode):
            is_there = key.isdecimal() and int(key) < len(node.value)
            inner = node.value[int(key)] if is_there else None
            return (int(inner.start_mark.index), inner) if inner else None
        return self._members_of(node).get(key)

    def _members_of(self, node: Node) -> dict[str, tuple[int, Node]]:
        """Return the parts of an object by their keys, with those that are merged into it."""
        if not isinstance(node, MappingNode):
            return {}
        if (known := self._members.get(id(node))) is not None:
            return known
        merged: list[Node] = []
        members = self._members[id(node)] = {}
        for name, value in node.value:
            if found := _merged(name, value):
                merged += found
            elif isinstance(name.value, str):
                members[name.value] = (int(name.start_mark.index), value)
        for each in merged:
            for key, member in self._members_of(each).items():
                members.setdefault(key, member)
        return members


def _composed(text: Written, code: str) -> Node | None:
    if len(text.text) > MOST_CHARACTERS:
        what = f"the text has {len(text.text)} characters"
        expected = f"at most {MOST_CHARACTERS} of YAML; JSON may be longer"
        raise SourceError([text.fault(code, what, 0, expected)])
    try:
        root: Node | None = yaml.compose(text.text, Loader=_Words)
    except (yaml.YAMLError, RecursionError, UnicodeEncodeError) as error:
        parts = ("problem_mark", "context_mark", "problem", "context")
        mark, second, problem, around = (getattr(error, part, None) for part in parts)
        mark, problem = mark or second, str(problem or around or "it cannot be read")
        message = f"neither JSON nor YAML: {' '.join(problem.split())}"
        # by its offset: to YAML more signs than ours end a line
        raise SourceError([text.fault(code, message, mark.index if mark else 0)]) from error
    return root


@dataclass(frozen=True, slots=True)
class _Value:
    """What a node holds, the values that this unfolds to, and the levels inside of it."""

    data: Any
    size: int = 1
    height: int = 0


class _Walk:
    """A walk through the nodes of a text, each of which is read once."""

    def __init__(self, text: Written, code: str) -> None:
        self.text, self.code = text, code
        self._known: dict[int, _Value | None] = {}

    def of(self, node: Node, depth: int) -> _Value:
        """Return what a node holds."""
        if isinstance(node, ScalarNode):
            return _Value(_scalar(str(node.tag), str(node.value)))
        key = id(node)
        if key not in self._known:
            if depth >= MAX_DEPTH:
                self._too_deep(node)
            self._known[key] = None  # while it is read: who comes here again is inside of it
            if isinstance(node, MappingNode):
                found = self._mapping(node, depth)
            else:
                items = [self.of(each, depth + 1) for each in node.value]
                found = _around([each.data for each in items], items)
            self._known[key] = found
            if found.size > MOST_VALUES:
                self._refuse(node, f"the text unfolds to more than {MOST_VALUES} values")
            if depth + found.height > MAX_DEPTH:
                self._too_deep(node)
        known = self._known[key]
        if known is None:
            self._refuse(node, "an anchor contains itself", "a $ref for what is circular")
        if depth + known.height > MAX_DEPTH:
            self._too_deep(node)
        return known

    def _mapping(self, node: MappingNode, depth: int) -> _Value:
        data: dict[str, Any] = {}
        values: list[_Value] = []
        merged: list[Node] = []
        for key, value in node.value:
            # nobody asks for what is no text: it goes by what is written there
            name = key.value if isinstance(key.value, str) else self._written(key)
            if found := _merged(key, value):
                merged += found
                continue
            if name in data:
                self._refuse(key, f"the key '{name}' is given twice in one object")
            values.append(self.of(value, depth + 1))
            data[name] = values[-1].data
        for each in merged:
            inner = self.of(each, depth + 1)
            if not isinstance(inner.data, dict):
                self._refuse(each, "only an object can be merged into another")
            if inner.data.keys() - data.keys():
                values.append(inner)
            for name, value in inner.data.items():
                data.setdefault(name, value)
        return _around(data, values)

    def _written(self, node: Node) -> str:
        return self.text.shown(node.start_mark.index, node.end_mark.index)

    def _too_deep(self, node: Node) -> NoReturn:
        self._refuse(node, f"nested deeper than {MAX_DEPTH} levels", f"at most {MAX_DEPTH}")

    def _refuse(self, node: Node, message: str, expected: str | None = None) -> NoReturn:
        fault = self.text.fault(self.code, message, node.start_mark.index, expected)
        raise SourceError([fault])


def _around(data: Any, inside: list[_Value]) -> _Value:  # noqa: ANN401 - any data
    size = 1 + sum(each.size for each in inside)
    return _Value(data, size, 1 + max((each.height for each in inside), default=0))


def _scalar(tag: str, text: str) -> str | int | float | bool | None:
    """Return the value of a word; a tag that is not of JSON's kinds leaves the word as it is."""
    kind = tag.removeprefix(_TAG)
    if kind not in _SCALARS or not _SCALARS[kind][0].match(text):
        return text
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":  # to 1.2 a zero before it is only a zero
        return int(text) if len(text) <= MAX_DIGITS else math.inf
    if kind == "float":
        return float(text)
    return None if kind == "null" else text


def _merged(key: Node, value: Node) -> list[Node]:
    """Return the objects that a member of an object merges into it, where it is no usual member."""
    if key.tag != f"{_TAG}merge":
        return []
    return list(value.value) if isinstance(value, SequenceNode) else [value]

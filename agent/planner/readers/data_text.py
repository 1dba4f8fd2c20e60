"""What does a text of JSON or YAML hold, and where does each part of it stand?

Plain data of bounded size, with every key once. YAML is read as 1.2 does (``no`` is a text, as is a
date) and tags of somebody's own are passed over: nothing but plain data is ever made. Aliases are
shared and not copied; what they would unfold to is counted.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from agent.contract.faults import escaped, unescaped
from agent.contract.text import MAX_DEPTH, MAX_DIGITS, parse_json
from agent.errors import ContractError, SourceError

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

    from agent.planner.readers.written import Written

MOST_VALUES = 3_000_000
"""Values that a text may unfold to."""
MOST_YAML = 12_000_000
"""Characters of YAML: a million takes two seconds to read, and one of JSON a tenth of one."""
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_JSON = re.compile(r'[{\[]\s*["{}\[\]]')
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


class DataText:
    """A text, what it holds, and the places of its parts."""

    def __init__(self, text: Written, code: str) -> None:
        """Read a text; ``code`` is that of its faults.

        Raises:
            SourceError: it is neither JSON nor YAML, gives a key twice, is too large or too deep.

        """
        self.text = text
        self._root: Node | None = None
        self.data: Any = self._read(code)

    def offset(self, pointer: str) -> int:
        """Return where a part stands, or the nearest around it; members begin at their keys."""
        if self._root is not None:
            return _offset(self._root, pointer)
        known = self._offsets
        while pointer not in known and pointer:
            pointer = pointer.rpartition("/")[0]
        return known.get(pointer, 0)

    def at(self, pointer: str) -> Any:  # noqa: ANN401 - any data
        """Return the part that a JSON Pointer leads to.

        Raises:
            KeyError: there is none.

        """
        here = self.data
        for part in pointer.split("/")[1:]:
            key = unescaped(part)
            if isinstance(here, dict) and key in here:
                here = here[key]
            elif isinstance(here, list) and key.isdecimal() and int(key) < len(here):
                here = here[int(key)]
            else:
                raise KeyError(pointer)
        return here

    def _read(self, code: str) -> Any:  # noqa: ANN401 - any data
        start = self.text.text.lstrip()
        if not start.startswith(("{", "[")):
            return self._yaml(code)
        try:
            return parse_json(self.text.text)
        except ContractError as error:
            # an object of YAML's own begins in the same way
            if not _JSON.match(start):
                return self._yaml(code)
            raise SourceError(error.faults) from error

    def _yaml(self, code: str) -> Any:  # noqa: ANN401 - any data
        import yaml  # noqa: PLC0415 - most texts are JSON

        if len(self.text.text) > MOST_YAML:
            what = f"the text has {len(self.text.text)} characters"
            expected = f"at most {MOST_YAML} of YAML; JSON may be longer"
            raise SourceError([self.text.fault(code, what, 0, expected)])
        try:
            self._root = yaml.compose(self.text.text, Loader=_loader())
        except (yaml.YAMLError, RecursionError) as error:
            parts = ("problem_mark", "context_mark", "problem", "context")
            mark, second, problem, around = (getattr(error, part, None) for part in parts)
            mark, problem = mark or second, str(problem or around or "it cannot be read")
            message = f"neither JSON nor YAML: {' '.join(problem.split())}"
            # by its offset: to YAML more signs than ours end a line
            fault = self.text.fault(code, message, mark.index if mark else 0)
            raise SourceError([fault]) from error
        return _Walk(self.text, code).of(self._root, 0).data if self._root else None

    @cached_property
    def _offsets(self) -> dict[str, int]:
        return _offsets_of_json(self.text.text)


def _offsets_of_json(text: str) -> dict[str, int]:
    """Find where the values of a JSON text begin; members begin at their keys."""
    found = {"": 0}
    stack: list[tuple[str, int]] = []  # the pointer of each open one, and its index (-1: object)
    pointer, key = "", None
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark in "}]":
            stack.pop()
            key = None
        elif mark == ",":
            parent, index = stack[-1]
            stack[-1] = (parent, index if index < 0 else index + 1)
            key = None
        elif mark == ":":
            continue
        else:
            parent, index = stack[-1] if stack else ("", -1)
            if stack and index < 0 and key is None:
                key = escaped(str(json.loads(mark)))
                found[f"{parent}/{key}"] = match.start()
                continue
            pointer = f"{parent}/{key if index < 0 else index}" if stack else ""
            found.setdefault(pointer, match.start())
            if mark in "{[":
                stack.append((pointer, -1 if mark == "{" else 0))
                key = None
    return found


# --- YAML ---


def _loader() -> Any:  # noqa: ANN401 - the class of a loader, which types do not know
    """Return the loader of YAML 1.2: it knows what a plain word is, and makes nothing."""
    import yaml  # noqa: PLC0415 - as above

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    made: Any = type("Words", (base,), {"yaml_implicit_resolvers": {}})  # nothing of 1.1 in it
    for name, (form, first) in _SCALARS.items():
        made.add_implicit_resolver(f"{_TAG}{name}", form, list(first))
    return made


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
        from yaml.nodes import MappingNode, ScalarNode  # noqa: PLC0415 - as above

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


def _offset(node: Node, pointer: str) -> int:
    """Return where a part of a node stands, or the nearest around it."""
    offset = int(node.start_mark.index)
    for part in pointer.split("/")[1:]:
        inner = _step(node, unescaped(part))
        if inner is None:
            break
        offset, node = inner
    return offset


def _step(node: Node, key: str) -> tuple[int, Node] | None:
    """Return where a part of a list or an object begins, and its node."""
    from yaml.nodes import MappingNode, SequenceNode  # noqa: PLC0415 - as above

    if isinstance(node, SequenceNode):
        is_there = key.isdecimal() and int(key) < len(node.value)
        inner = node.value[int(key)] if is_there else None
        return (int(inner.start_mark.index), inner) if inner else None
    waiting, seen = [node], set[int]()
    while waiting:
        here = waiting.pop(0)
        if id(here) in seen or not isinstance(here, MappingNode):
            continue
        seen.add(id(here))
        for name, value in here.value:
            if name.value == key:
                return int(name.start_mark.index), value
        waiting += [each for name, value in here.value for each in _merged(name, value)]
    return None


def _merged(key: Node, value: Node) -> list[Node]:
    """Return the objects that a member of an object merges into it, where it is no usual member."""
    from yaml.nodes import SequenceNode  # noqa: PLC0415 - as above

    if key.tag != f"{_TAG}merge":
        return []
    return list(value.value) if isinstance(value, SequenceNode) else [value]

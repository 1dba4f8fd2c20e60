"""What does a JSON or YAML text hold, and where does each part of it stand?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.contract.faults import escaped
from agent.contract.text import MAX_DEPTH, parse_json
from agent.documents import Fault
from agent.errors import ContractError, SourceError

if TYPE_CHECKING:
    from yaml import CSafeLoader
    from yaml.nodes import Node

    from agent.planner.readers.written import Written

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_MOST_YAML = 500_000


def load(text: Written) -> tuple[Any, dict[str, int]]:
    """Return the data of a text, and the offset of each part by its JSON Pointer.

    Raises:
        SourceError: it is neither JSON nor YAML, or not within the limits of either.

    """
    if text.text.lstrip().startswith(("{", "[")):
        try:
            return parse_json(text.text), _offsets(text.text)
        except ContractError as error:
            raise SourceError(error.faults) from error
    return _yaml(text)


def _offsets(text: str) -> dict[str, int]:
    """Find where the values of a JSON text begin; members begin at their keys."""
    from json import loads  # noqa: PLC0415 - only here, for the escapes in keys

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
                key = escaped(str(loads(mark)))
                found[f"{parent}/{key}"] = match.start()
                continue
            pointer = f"{parent}/{key if index < 0 else index}" if stack else ""
            found.setdefault(pointer, match.start())
            if mark in "{[":
                stack.append((pointer, -1 if mark == "{" else 0))
                key = None
    return found


def _yaml(text: Written) -> tuple[Any, dict[str, int]]:
    import yaml  # noqa: PLC0415 - only for schemas in YAML

    if len(text.text) > _MOST_YAML:
        message = f"the text has {len(text.text)} characters"
        expected = f"at most {_MOST_YAML} of YAML; JSON may be longer"
        fault = Fault(code="json-schema-long", message=message, line=1, column=1, expected=expected)
        raise SourceError([fault])
    try:
        node = yaml.compose(text.text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = " ".join(str(getattr(error, "problem", None) or "it cannot be read").split())
        message = f"neither JSON nor YAML: {what}"
        # by its offset: to YAML more signs than ours end a line
        fault = text.fault("json-schema-syntax", message, mark.index if mark else 0)
        raise SourceError([fault]) from error
    walk = _Walk(text, yaml.CSafeLoader(""))
    return walk.data(node, "", 0), walk.found


class _Walk:
    """A walk through a YAML document; ``found`` are the offsets of its parts."""

    def __init__(self, text: Written, scalars: CSafeLoader) -> None:
        self.found: dict[str, int] = {}
        self.scalars = scalars
        self._starts = [0, *(match.end() for match in re.finditer(r"\n", text.text))]

    def data(self, node: Node | None, pointer: str, depth: int) -> Any:  # noqa: ANN401 - any data
        """Return what a node holds."""
        from yaml.nodes import MappingNode, SequenceNode  # noqa: PLC0415 - as above

        if node is None:
            return None
        if pointer in self.found or depth > MAX_DEPTH or len(self.found) > _MOST_YAML:
            what = "a key is given twice" if pointer in self.found else "this is nested too deep"
            line, column = node.start_mark.line + 1, node.start_mark.column + 1
            fault = Fault(code="json-schema-syntax", message=what, line=line, column=column)
            raise SourceError([fault])
        self.found[pointer] = self._offset(node)
        if isinstance(node, MappingNode):
            data: dict[str, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                part = f"{pointer}/{escaped(name)}"
                data[name] = self.data(value, part, depth + 1)
                self.found[part] = self._offset(key)
            return data
        if isinstance(node, SequenceNode):
            return [
                self.data(each, f"{pointer}/{index}", depth + 1)
                for index, each in enumerate(node.value)
            ]
        value = self.scalars.construct_object(node)
        return value if isinstance(value, str | int | float | bool | None) else str(node.value)

    def _offset(self, node: Node) -> int:
        line = min(node.start_mark.line, len(self._starts) - 1)
        return self._starts[line] + int(node.start_mark.column)

"""What does a text of JSON or YAML hold, and where does each part of it stand?

Plain data of bounded size, with every key once, whichever of the two it is.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.contract.faults import escaped, unescaped
from agent.contract.text import parse_json
from agent.errors import ContractError, SourceError

if TYPE_CHECKING:
    from agent.planner.readers.data_yaml import YamlText
    from agent.planner.readers.written import Written

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_JSON = re.compile(r'[{\[]\s*["{}\[\]]')


class DataText:
    """A text, what it holds, and the places of its parts."""

    def __init__(self, text: Written, code: str) -> None:
        """Read a text; ``code`` is that of its faults.

        Raises:
            SourceError: it is neither JSON nor YAML, gives a key twice, is too large or too deep.

        """
        self.text = text
        self._nodes: YamlText | None = None
        self.data: Any = self._read(code)

    def offset(self, pointer: str) -> int:
        """Return where a part stands, or the nearest around it; members begin at their keys."""
        if self._nodes is not None:
            return self._nodes.offset(pointer)
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
        from agent.planner.readers.data_yaml import YamlText  # noqa: PLC0415 - most texts are JSON

        self._nodes = YamlText(self.text, code)
        return self._nodes.data

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

"""What does a text of JSON or YAML hold? Plain data, of bounded size, with every key once.

YAML is read as 1.2 does (``no`` is a text, as is a date), by a loader that makes nothing but plain
data. Aliases are shared and not copied; what they would unfold to is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from agent.contract.text import parse_json
from agent.documents import Fault
from agent.errors import ContractError, SourceError
from agent.planner.readers.written import Written

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

MOST_VALUES = 3_000_000
"""Values that a document may unfold to."""
DEEPEST = 100
"""Levels of values inside values."""
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^[-+]?[0-9]+$")
_FLOAT = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")


def load(text: str) -> dict[str, Any]:
    """Read a document.

    Raises:
        SourceError: it is neither JSON nor YAML, too deep or too large, gives a key twice, or is
            no object.

    """
    data = _json(text) if text.lstrip("\ufeff \t\r\n").startswith("{") else _yaml(text)
    if not isinstance(data, dict):
        raise _refused(
            "the document is no object", expected="an object with 'openapi' or 'swagger'"
        )
    _bounded(data)
    return data


def _json(text: str) -> Any:  # noqa: ANN401 - JSON data
    try:
        return parse_json(text)
    except ContractError as error:
        # an object of YAML's own begins in the same way
        if not re.match(r'\{\s*["}]', text.lstrip("\ufeff \t\r\n")):
            return _yaml(text)
        raise SourceError(error.faults) from error


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # either of two
    """Plain data from YAML 1.2."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - theirs
        """Build an object whose keys are texts, each of them once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                mark = key.start_mark
                raise _refused("a key is no text", mark.line + 1, mark.column + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.value in seen:
                raise _refused(
                    f"the key '{key.value}' is given twice in one object",
                    key.start_mark.line + 1,
                    key.start_mark.column + 1,
                )
            seen.add(key.value)
            key.tag = "tag:yaml.org,2002:str"
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found


def _whole(loader: _Loader, node: yaml.ScalarNode) -> int:
    """Read digits as a number: to YAML 1.2 a zero before them is only a zero."""
    return int(str(loader.construct_scalar(node)))


_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_implicit_resolver("", _NULL, [])  # a table of its own, and nothing of 1.1 in it
_Loader.yaml_implicit_resolvers.clear()
for _tag, _form, _first in (
    ("bool", _BOOL, "tTfF"),
    ("int", _INT, "-+0123456789"),
    ("float", _FLOAT, "-+.0123456789"),
    ("null", _NULL, ["~", "n", "N", ""]),
    ("merge", re.compile("^<<$"), "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _form, list(_first))


def _yaml(text: str) -> Any:  # noqa: ANN401 - plain data
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except SourceError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # by its offset: to YAML more signs than ours end a line
        place = Written(text).place(mark.index if mark else 0)
        raise _refused(f"this is no YAML: {error.problem or error.context}", *place) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        first = str(error).split("\n", maxsplit=1)[0]
        raise _refused(f"this is no YAML: {first}") from error
    except RecursionError as error:
        raise _too_deep() from error


def _bounded(data: object) -> None:
    """Refuse what contains itself, is too deep, or unfolds to too much."""
    sizes: dict[int, int] = {}
    inside: set[int] = set()

    def children(value: object) -> Iterable[object]:
        return (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        )

    stack: list[tuple[object, bool]] = [(data, False)]
    while stack:
        value, is_done = stack.pop()
        key = id(value)
        if is_done:
            inside.discard(key)
            sizes[key] = 1 + sum(sizes.get(id(child), 1) for child in children(value))
            if sizes[key] > MOST_VALUES:
                raise _refused(f"the document unfolds to more than {MOST_VALUES} values")
            continue
        if not isinstance(value, dict | list) or key in sizes:
            continue
        if key in inside:
            raise _refused("an anchor contains itself", expected="a $ref for what is circular")
        inside.add(key)
        if len(inside) > DEEPEST:
            raise _too_deep()
        stack.append((value, True))
        stack += [(child, False) for child in children(value)]


def _too_deep() -> SourceError:
    return _refused(f"values are nested in more than {DEEPEST} levels")


def _refused(
    message: str, line: int = 1, column: int = 1, expected: str | None = None
) -> SourceError:
    return SourceError(
        [Fault(code="openapi", message=message, line=line, column=column, expected=expected)]
    )

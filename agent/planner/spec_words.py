"""How are names, texts and lists written in the spec language? As short as reads back the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pydantic import JsonValue

_BARE = re.compile(r"[^\W\d]\w*(?:[-.]\w+)*")
_CONTROL = re.compile(r"[\x00-\x1f]")
_WIDTH = 96


def is_bare(name: str) -> bool:
    """Tell whether a name can stand without quotes."""
    return _BARE.fullmatch(name) is not None


def called(name: str, taken: Collection[str] = ()) -> str:
    """Write a name; one that has another meaning where it stands (``taken``) gets quotes."""
    return name if is_bare(name) and name not in taken else f'"{name}"'


def quoted(text: str) -> str:
    """Write a text, with escapes only where single quotes cannot spare them."""
    if ("\\" in text or '"' in text) and "'" not in text and not _CONTROL.search(text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def literal(value: JsonValue) -> str:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def option(keyword: str, name: str | None) -> list[str]:
    """Write a keyword with its name, or nothing where there is no name."""
    return [] if name is None else [keyword, called(name)]


def comment(text: str | None) -> list[str]:
    """Write a comment, or nothing where there is none."""
    return [] if text is None else [quoted(text)]


def listed(names: Iterable[str], nothing: str = "") -> str:
    """Write a list of names; ``nothing`` is the word for an empty one."""
    found = tuple(names)
    if found == (nothing,):
        return f'"{nothing}"'
    return ", ".join(called(name) for name in found) or nothing


def qualified(schema: str | None, table: str) -> str:
    """Write a table's name, after its database schema where it has one."""
    if schema is None:
        return f'"{table}"' if "." in table else called(table)
    plain = is_bare(schema) and is_bare(table) and "." not in schema + table
    return f"{schema}.{table}" if plain else f'"{schema}"."{table}"'


def wrapped(head: str, items: Iterable[str]) -> str:
    """Write a list after its head, going on in further lines where it gets long."""
    lines = [head]
    for item in items:
        if len(lines[-1]) + len(item) > _WIDTH and lines != [head]:
            lines.append("   ")
        lines[-1] += f" {item},"
    return "\n".join(lines).removesuffix(",")

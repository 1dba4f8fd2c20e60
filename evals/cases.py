"""What is asked, and what would be right? The labelled descriptions of a set (see README.md)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("prose")
SETS = ("tune", "report", "later")
_RELATION = re.compile(r"(\S+) (->|<->|1-1) (\S+)")
ACTIONS = ("list", "read", "create", "update", "delete")

Names = frozenset[str]
"""Names that are equally right."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relation: ``->`` many-to-one from left to right, ``<->`` many-to-many, ``1-1``."""

    left: Names
    kind: str
    right: Names


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody may do something with an entity; ``*`` in ``entity`` is every one."""

    action: str
    entity: Names
    who: Names


@dataclass(frozen=True, slots=True)
class Case:
    """One description with its labels; ``relations`` holds alternatives for each relation."""

    name: str
    text: str
    refuse: bool
    entities: tuple[tuple[Names, tuple[Names, ...]], ...] = ()
    relations: tuple[tuple[Link, ...], ...] = ()
    grants: tuple[Grant, ...] = ()


def cases(name: str) -> list[Case]:
    """Read the cases of a set."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return [_case(raw) for raw in tomllib.loads(text)["case"]]


def _case(raw: dict[str, Any]) -> Case:
    return Case(
        name=raw["name"],
        text=raw["text"].strip(),
        refuse=raw.get("refuse", False),
        entities=tuple(
            (_names(entity), tuple(_names(field) for field in fields))
            for entity, fields in raw.get("entities", {}).items()
        ),
        relations=tuple(_alternatives(text) for text in raw.get("relations", ())),
        grants=tuple(grant for text in raw.get("permissions", ()) for grant in _grants(text)),
    )


def _names(text: str) -> Names:
    return frozenset(text.split("|"))


def _alternatives(text: str) -> tuple[Link, ...]:
    found = _RELATION.findall(text)
    return tuple(Link(_names(left), kind, _names(right)) for left, kind, right in found)


def _grants(text: str) -> list[Grant]:
    what, who = text.split(": ")
    *actions, last = what.split(", ")
    action, entity = last.split(" ")
    return [Grant(each, _names(entity), _names(who)) for each in (*actions, action)]

"""How does a spec look as a Mermaid diagram? Entities with their attributes, crow's feet between.

Whatever things are called, the text stays a diagram: names that Mermaid's grammar has another
meaning for, or none, are quoted or spelled otherwise, and an attribute's own name is its comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.names import unique
from agent.types import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.types import Attribute, BackendSpec, Entity, Relation

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ODD = re.compile(r"[^\w .-]")
_ODD_IN_WORDS = re.compile(r"\W", re.ASCII)
# Mermaid reads these, in any case, as words of its own where a name may stand
_STATEMENTS = frozenset(
    {"class", "classdef", "end", "erdiagram", "many", "one", "style", "subgraph", "title", "to"}
)
_KEYS = frozenset({"pk", "fk", "uk"})


def diagram(spec: BackendSpec, notes: Iterable[str] = ()) -> str:
    """Return an ``erDiagram`` without a line break at its end.

    Args:
        spec: A given or a resolved spec; of a given one the keys that it says are marked.
        notes: Lines to be said as comments.

    """
    titles = _titles(entity.name for entity in spec.entities)
    lines = ["erDiagram", *(f"    %% {_harmless(note)}" for note in notes)]
    for entity in spec.entities:
        lines += _table(entity, titles[entity.name])
    for entity in spec.entities:
        lines += [f"    {_line(entity, relation, titles)}" for relation in entity.relations]
    return "\n".join(lines)


def _titles(names: Iterable[str]) -> dict[str, str]:
    """Return what each entity is called in the diagram."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        title = unique(_ODD.sub("_", name), taken)
        taken.add(title)
        is_plain = _PLAIN.fullmatch(title) and title.lower() not in _STATEMENTS
        found[name] = title if is_plain else f'"{title}"'
    return found


def _table(entity: Entity, title: str) -> Iterator[str]:
    foreign = {name for relation in entity.relations for name in relation.attributes}
    taken: set[str] = set()
    yield f"    {title} {{"
    for attribute in entity.attributes:
        name = unique(_word(attribute.name), taken)
        taken.add(name)
        marks = [
            mark
            for mark, holds in (
                ("PK", attribute.name in entity.primary_key),
                ("FK", attribute.name in foreign),
                ("UK", attribute.unique),
            )
            if holds
        ]
        keys = f" {', '.join(marks)}" if marks else ""
        comment = "" if name == attribute.name else f' "{_harmless(attribute.name)}"'
        yield f"        {_kind(attribute)} {name}{keys}{comment}"
    yield "    }"


def _kind(attribute: Attribute) -> str:
    return attribute.type.value + ("[]" if attribute.array else "")


def _word(name: str) -> str:
    """Return a name that an attribute can have in a diagram."""
    word = _ODD_IN_WORDS.sub("_", name)
    if word[0].isdigit():
        return f"_{word}"
    return f"{word}_" if word.lower() in _KEYS else word


def _line(entity: Entity, relation: Relation, titles: dict[str, str]) -> str:
    here, there = titles[entity.name], titles[relation.target]
    one = "|o" if relation.nullable else "||"
    line = {
        RelationKind.MANY_TO_ONE: f"{there} {one}--o{{ {here}",
        RelationKind.ONE_TO_ONE: f"{there} {one}--o| {here}",
        RelationKind.ONE_TO_MANY: f"{here} ||--o{{ {there}",
        RelationKind.MANY_TO_MANY: f"{here} }}o--o{{ {there}",
    }[relation.kind]
    return f'{line} : "{_ODD.sub("_", relation.name)}"'


def _harmless(text: str) -> str:
    """Return words as one line that ends no comment and begins no directive."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return re.sub("%(?=%)", "% ", plain.replace('"', "'"))

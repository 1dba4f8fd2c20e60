"""How does a plan look in plain text? What belongs to what, as a tree of entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.types import BackendSpec, Relation

MOST_LINES = 60
_SIGNS = {
    RelationKind.MANY_TO_ONE: "─<",
    RelationKind.ONE_TO_ONE: "──",
    RelationKind.ONE_TO_MANY: "─>",
    RelationKind.MANY_TO_MANY: ">─<",
}
_PLAIN = str.maketrans({"─": "-", "└": "`", "├": "|", "│": "|"})


def tree(spec: BackendSpec, *, plain: bool = False) -> list[str]:
    """Return a line for each entity, below those that it belongs to.

    ``Book`` below ``Author`` with ``─<`` means that an author has many books, ``──`` that it has
    one, ``>─<`` that both have many. What is below twice is shown in full once.

    Args:
        spec: A given or a resolved spec.
        plain: Whether only ASCII is to be used.

    """
    names = [entity.name for entity in spec.entities]
    below: dict[str, list[tuple[str, Relation]]] = {name: [] for name in names}
    loops: dict[str, list[str]] = {}
    for entity in spec.entities:
        for relation in entity.relations:
            if relation.target == entity.name:
                loops.setdefault(entity.name, []).append(relation.name)
            elif relation.target in below:
                below[relation.target].append((entity.name, relation))
    children = {name for found in below.values() for name, _ in found}
    drawing = _Drawing(below, loops)
    for name in [*(n for n in names if n not in children), *names]:
        if name not in drawing.seen:
            drawing.lines += drawing.drawn(name)
    lines = drawing.lines
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"... and {len(lines) - MOST_LINES} lines more"]
    return [line.translate(_PLAIN) for line in lines] if plain else lines


class _Drawing:
    def __init__(
        self, below: dict[str, list[tuple[str, Relation]]], loops: dict[str, list[str]]
    ) -> None:
        self.below = below
        self.loops = loops
        self.seen: set[str] = set()
        self.lines: list[str] = []

    def drawn(self, root: str) -> Iterator[str]:
        """Yield the lines of an entity and all below it."""
        yield root + self._itself(root)
        self.seen.add(root)
        # entity, what stands before its children, and whether it is expanded
        stack = [iter(self._children(root, ""))]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                continue
            line, name, before = step
            again = name in self.seen
            yield f"{line}{self._itself(name)}{' ...' if again and self.below[name] else ''}"
            if not again:
                self.seen.add(name)
                stack.append(iter(self._children(name, before)))

    def _children(self, name: str, before: str) -> Iterator[tuple[str, str, str]]:
        found = self.below[name]
        for index, (child, relation) in enumerate(found):
            last = index == len(found) - 1
            corner = "└" if last else "├"
            optional = "?" if relation.nullable else ""
            sign = _SIGNS[relation.kind]
            line = f"{before}{corner}{sign} {child} ({relation.name}{optional})"
            yield line, child, before + ("    " if last else "│   ")

    def _itself(self, name: str) -> str:
        own = self.loops.get(name)
        return f" ({', '.join(own)}: to another {name})" if own else ""

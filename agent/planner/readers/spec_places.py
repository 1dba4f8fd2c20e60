"""Where in the text does each part of a spec stand? JSON Pointers to the words that gave it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.spec_tree import Branch, Node

# The words of a statement that are no options, in their order: the field that each one gives.
_WORDS: dict[str, tuple[str, ...]] = {
    "attribute": ("", "type"),
    "many_to_one": ("", "target"),
    "one_to_many": ("", "target"),
    "many_to_many": ("", "target"),
    "unique_rule": ("attributes",),
    "index_rule": ("attributes",),
    "check_rule": ("expression",),
    "operation": ("", "method", "path", "kind", "entity", "relation"),
    "input": ("schema",),
    "output": ("schema",),
    # options that give more fields than their own
    "via": ("attributes", "references"),
    "shown": ("relation", "schema"),
}
_GIVES: dict[str, tuple[str, ...]] = {
    "size": ("length", "precision"),
    "span": ("length", "minLength"),
    "digits": ("precision", "scale"),
    "generated": ("generated",),
    "default": ("default",),
    "bound": ("attribute",),
    "typed": ("type", "schema", "enum"),
    "schema_name": ("schema",),
    "minimum": ("minimum", "exclusiveMinimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
}


def places_in(statement: Branch, at: str) -> Iterator[tuple[str, Node]]:
    """Give the places of a part and of its fields; ``at`` is the pointer to the part.

    Of a part itself it is the name, where the statement begins with one.
    """
    words = _WORDS.get(str(statement.data), ("",))
    nodes: list[Node | None] = [*statement.children]
    first = nodes[0] if nodes else None
    yield at, first if first is not None and words[0] == "" else statement
    for index, node in enumerate(nodes):
        if node is None or index == 0 == len(words[0]):
            continue
        if index < len(words):
            yield f"{at}/{words[index]}", node
            if words[index] == "type":
                yield f"{at}/enum", node
        elif not isinstance(node, str):
            yield from _option(node, at)


def _option(node: Branch, at: str) -> Iterator[tuple[str, Node]]:
    name = str(node.data)
    for field in _GIVES.get(name, (wire_name(name),)):
        yield f"{at}/{field}", node
    for field, child in zip(_WORDS.get(name, ()), node.children, strict=False):
        if child is not None:
            yield f"{at}/{field}", child


@cache
def wire_name(field: str) -> str:
    """Return the name that a field has on the wire, and so in a JSON Pointer."""
    return to_camel(field)

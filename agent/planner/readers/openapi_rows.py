"""Which rows does a body hold, and what stands around them? Bare, in a list, or under a key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_schemas import Part

if TYPE_CHECKING:
    from agent.planner.readers.openapi_calls import Media
    from agent.planner.readers.openapi_schemas import Shape, Shapes

_AROUND = re.compile(
    r"(?:total|count|pages?|limit|offset|size|skip|next|prev|previous|has|cursor|per|num|number|first"
    r"|last|self|url|links?|meta|metadata|pagination|status|success|message|code|errors?|ok|kind|object"
    r"|etag|timestamp|took|is|max|results|sort|sorted|unsorted|pageable|paged|empty"
    r"|paging|included|jsonapi|cursors|take|more|remaining)"
)
_WRAPS = re.compile(
    r"(?:Response|Request|Body|Result|Results|Wrapper|Envelope|Payload|List|Page|Collection|Reply"
    r"|Output|Input|Data|Dto|DTO)$|^(?:Paginated|ListOf|PageOf|Api)"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows in a body: their shape, the key they stand under, and the keys beside that."""

    shape: Shape
    many: bool = False
    wrapper: str | None = None
    beside: tuple[str, ...] = ()


def rows_of(shapes: Shapes, media: Media | None) -> Rows | None:
    """Return the rows in a body; ``None`` where there are none."""
    if media is None or media.schema is None:
        return None
    return _rows(shapes, shapes.of(Part(media.schema, media.pointer)))


def _rows(shapes: Shapes, shape: Shape) -> Rows | None:
    if shape.kind == "array":
        inner = shapes.of(shape.items)
        return Rows(inner, many=True) if inner.is_object else None
    if not shape.is_object:
        return None
    return _wrapped(shapes, shape) or Rows(shape)


def _wrapped(shapes: Shapes, shape: Shape) -> Rows | None:
    """Return the rows inside an object whose other parts only tell about them."""
    found: list[tuple[str, Shape, bool]] = []
    loose: list[tuple[str, Shape, bool]] = []  # called like what stands around rows
    for name, part in shape.properties.items():
        inner = shapes.of(part)
        if inner.kind == "array" and (item := shapes.of(inner.items)).is_object:
            found.append((name, item, True))
        elif inner.is_object:
            (loose if _AROUND.fullmatch(_first(name)) else found).append((name, inner, False))
    found = found or loose
    if len(found) != 1:
        return None
    name, inner, many = found[0]
    others = [other for other in shape.properties if other != name]
    if not all(_is_around(other, name) for other in others):
        return None
    if not many and not _tells_of_wrapping(shape, inner, name, others):
        return None
    if many and not others and shape.name and not _WRAPS.search(shape.name):
        # a thing with a list of parts, and no list of things
        is_plural = names.plural(names.singular(name.lower())) == shape.name.lower()
        if not is_plural:
            return None
    return Rows(inner, many, name, tuple(others))


def _tells_of_wrapping(shape: Shape, inner: Shape, name: str, others: list[str]) -> bool:
    if shape.name is None or _WRAPS.search(shape.name) or name == "data":
        return True
    return not others and (inner.name or "").lower().startswith(names.snake(name).replace("_", ""))


def _is_around(name: str, key: str) -> bool:
    words = names.ascii_words(name)
    return any(_AROUND.fullmatch(word.lower()) for word in words) or (
        name.lower().startswith(key.lower().rstrip("s")) and name.lower().endswith("count")
    )


def _first(name: str) -> str:
    words = names.ascii_words(name)
    return words[0].lower() if words else ""

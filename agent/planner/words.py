"""Which texts of a request are read as prose? Its sources of that format, else its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import SourceFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import InputDocument
    from agent.planner.merge import Part
    from agent.planner.readers.prose_text import Piece


def pieces(document: InputDocument, structured: Sequence[Part]) -> list[Piece]:
    """Return the texts to read, with their JSON Pointers.

    Where something structured says what is to be built, or a source was given, the description
    and the requirements only describe it.
    """
    sources = document.context.sources
    texts = [
        (f"/context/sources/{index}/content", source.content)
        for index, source in enumerate(sources)
        if source.format is SourceFormat.TEXT
    ]
    if not sources and not any(part.says_something for part in structured):
        request = document.request
        texts = [
            ("/request/description", request.description),
            *(
                (f"/request/requirements/{index}", words)
                for index, words in enumerate(request.requirements)
            ),
        ]
    said = [(pointer, text) for pointer, text in texts if text.strip()]
    if not said:
        return []
    from agent.planner.readers.prose_text import Piece  # noqa: PLC0415 - only words need it

    return [Piece(pointer, text) for pointer, text in said]

"""Which texts of a request are read as prose? Its sources of that format, else its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import SourceFormat
from agent.planner.readers.prose_text import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import InputDocument
    from agent.planner.merge import Part


def pieces(document: InputDocument, structured: Sequence[Part]) -> list[Piece]:
    """Return the texts to read, with their JSON Pointers.

    Where something structured says what is to be built, or a source was given, the description
    and the requirements only describe it.
    """
    sources = document.context.sources
    texts = [
        Piece(f"/context/sources/{index}/content", source.content)
        for index, source in enumerate(sources)
        if source.format is SourceFormat.TEXT
    ]
    if not sources and not any(part.says_something for part in structured):
        request = document.request
        texts = [
            Piece("/request/description", request.description),
            *(
                Piece(f"/request/requirements/{index}", words)
                for index, words in enumerate(request.requirements)
            ),
        ]
    return [text for text in texts if text.text.strip()]

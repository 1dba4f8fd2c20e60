"""Which sentences has a text, and which of them are left to be read as prose?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.readers.prose_text import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCE = re.compile(r"[^\n;]+?(?:[.!](?=\s)|(?=[\n;])|$)")


@dataclass(slots=True)
class Left:
    """A text of which only some sentences are left, each on its own line, for its place."""

    text: Piece
    lines: dict[int, list[str]] = field(default_factory=dict)

    def keep(self, line: int, sentence: str) -> None:
        """Leave a sentence to be read as prose."""
        self.lines.setdefault(line, []).append(sentence)

    def like(self, line: int, sentence: str) -> Left:
        """Return a text with one sentence, on its line."""
        return Left(self.text, {line: [sentence]})

    def taken(self) -> Piece:
        """Return what is left as a text, which is then gone."""
        last = max(self.lines, default=0)
        text = "\n".join(" ".join(self.lines.get(line, [])) for line in range(1, last + 1))
        self.lines.clear()
        return Piece(self.text.pointer, text)


def split(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield line and column (from 1) of each sentence, and the sentence."""
    for found in _SENTENCE.finditer(text):
        sentence = found[0].strip()
        if sentence:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), sentence

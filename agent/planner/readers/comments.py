"""What stands in the comments of a text, and the text without them? Offsets stay as they are."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.errors import SourceError

if TYPE_CHECKING:
    from agent.planner.readers.written import Written

BLOCK = r"/\*.*?(?:\*/|\Z)"
"""A comment over several lines; one that is never closed goes to the end, and is refused."""
_SHORTEST = len("/**/")
_MARGIN = re.compile(r"^[ \t]*\*[ \t]?", re.MULTILINE)


@dataclass(slots=True)
class Comments:
    """A text whose comments are blank (``code``), and those that describe what they stand at.

    ``docs`` are their words, ``starts`` and ``ends`` their offsets, in order.
    """

    code: str
    docs: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def before(self, offset: int) -> str | None:
        """Return the words of the comments right above an offset, with nothing between."""
        found: list[str] = []
        index = bisect_left(self.ends, offset + 1) - 1
        while index >= 0 and not self.code[self.ends[index] : offset].strip():
            if self._behind_something(index):
                break
            found.append(self.docs[index])
            offset = self.starts[index]
            index -= 1
        return "\n".join(reversed(found)) or None

    def behind(self, offset: int) -> str | None:
        """Return the words of the comment that follows an offset on its line."""
        index = bisect_left(self.starts, offset)
        if index == len(self.starts):
            return None
        between = self.code[offset : self.starts[index]]
        return None if "\n" in between or between.strip(" \t,") else self.docs[index]

    def _behind_something(self, index: int) -> bool:
        line = self.code.rfind("\n", 0, self.starts[index]) + 1
        return bool(self.code[line : self.starts[index]].strip())


def comments(text: Written, opaque: str, comment: str, doc: str) -> Comments:
    """Blank the comments of a text.

    Args:
        text: What somebody wrote.
        opaque: A pattern of what may hold the marks of a comment and is none.
        comment: A pattern of every comment.
        doc: What a comment begins with that describes what it stands at.

    Raises:
        SourceError: a comment is never closed.

    """
    pattern = re.compile(rf"(?P<opaque>{opaque})|(?P<comment>{comment})", re.DOTALL)
    found = Comments("")
    pieces: list[str] = []
    position = 0
    for match in pattern.finditer(text.text):
        if match.lastgroup == "opaque":
            continue
        start, end = match.span()
        if match[0].startswith("/*") and (end - start < _SHORTEST or not match[0].endswith("*/")):
            fault = text.fault("comment-unclosed", "this comment is never closed", start, "*/")
            raise SourceError([fault])
        pieces += [text.text[position:start], re.sub(r"[^\n]", " ", match[0])]
        position = end
        if match[0].startswith(doc):
            words = match[0].removeprefix(doc).removesuffix("*/")
            found.docs.append(_MARGIN.sub("", words).strip())
            found.starts.append(start)
            found.ends.append(end)
    found.code = "".join([*pieces, text.text[position:]])
    return found

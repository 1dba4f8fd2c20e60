"""How does a person see a proof? As a page, and the data model as a drawing. Both take a moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.documents import GeneratedFile
from agent.emitter.project import file_type
from agent.report.content import of_result
from agent.report.page import render, render_diagram

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from agent.documents import Result

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
)
"""What such a page may do: look as it does. Nothing in it runs."""
_RANGE = re.compile(r"\s*([^;,\s]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?")

diagram = render_diagram


def is_wanted(accept: str) -> bool:
    """Tell whether a client would rather have a page than JSON."""
    wanted = {"text/html": 0.0, "application/json": 0.0}
    for each in accept.split(","):
        if found := _RANGE.match(each):
            wanted[found[1].lower()] = float(found[2] or 1)
    return wanted["text/html"] > wanted["application/json"]


def proof(result: Result, files: Mapping[str, str], made: datetime) -> str:
    """Return the page about a result; ``files`` is the whole project (path -> text)."""
    patterns = {file.path: file.pattern for file in result.solution.files}
    whole = [
        GeneratedFile(path=path, content=text, type=file_type(path), pattern=patterns.get(path, ""))
        for path, text in files.items()
    ]
    return render(of_result(result, whole, made.strftime("%d %B %Y, %H:%M UTC").lstrip("0")))

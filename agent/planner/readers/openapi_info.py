"""What is an API called, and which version of it is this? The head of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.written import one_line
from agent.types import Info

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document, Node

_NUMBERS = re.compile(r"^[vV]?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?")
_LONGEST_NAME = 60
_LONGEST_TITLE = 200
_LONGEST_DESCRIPTION = 4000
_LEFT_OUT = ("termsOfService", "contact", "license", "summary")


def about(document: Document) -> tuple[Info, dict[str, Any]]:
    """Return what the application calls itself, and the name and so on of the project.

    A project has a name of plain letters and a version of three numbers: what a document says
    beyond that is its API's alone.
    """
    info, _ = document.follow(document.data.get("info") or {}, "/info")
    for word in _LEFT_OUT:
        if word in info:
            document.warn("info-left-out", f"/info/{word}", "not in the application's document")
    title, description = one_line(info.get("title"), _LONGEST_TITLE), _description(document, info)
    version = info.get("version")
    said = (
        one_line(str(version), _LONGEST_TITLE) if isinstance(version, str | int | float) else None
    )
    numbers = _NUMBERS.match(said or "")
    project: dict[str, Any] = {"name": _name(title)}
    if description:
        project["description"] = description
    if numbers:
        project["version"] = ".".join(str(int(part or 0)) for part in numbers.groups())
    return Info(
        title=title if title != project["name"] else None,
        version=said if said != project.get("version") else None,
    ), project


def _name(title: str | None) -> str:
    return "-".join(names.ascii_words(title or ""))[:_LONGEST_NAME].strip("-") or "backend"


def _description(document: Document, info: Node) -> str | None:
    description = info.get("description")
    if not isinstance(description, str):
        return None
    plain = "".join(c if c.isprintable() or c == "\n" else " " for c in description).strip()
    if len(plain) > _LONGEST_DESCRIPTION:
        what = f"only its first {_LONGEST_DESCRIPTION} characters are kept"
        document.warn("info-left-out", "/info/description", what)
    return plain[:_LONGEST_DESCRIPTION] or None

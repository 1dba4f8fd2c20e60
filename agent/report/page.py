"""How does a report become one file? Rendered, and put onto the disk without destroying anything.

The page needs no script and no other file, and asks for none: its policy forbids both. Whatever
comes from a project is escaped text; nothing of it becomes a link, a style or a name in the markup.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from agent import __version__, output
from agent.errors import OutputError
from agent.report.content import Content
from agent.report.diagram import draw
from agent.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from agent.report.content import Report
    from agent.report.diagram import Diagram
    from agent.types import BackendSpec

MARK = '<meta name="generator" content="python-specialist report">'
"""By which a file is known to be a report, near its beginning."""
MARKED_WITHIN = 2048
# What no page may hold, and what turns the order of characters around so that a reader is misled.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class _Alone(NamedTuple):
    """A diagram without a page around it, as its template reads it."""

    diagram: Diagram
    alone: bool = True


def render(report: Report) -> str:
    """Return the page."""
    return _rendered("page.html.j2", Content(report))


def render_diagram(spec: BackendSpec) -> str | None:
    """Return the diagram of a resolved spec as an SVG document; None: there is nothing to draw."""
    diagram = draw(spec)
    return None if diagram is None else _rendered("diagram.svg.j2", _Alone(diagram))


def _rendered(name: str, page: Content | _Alone) -> str:
    import jinja2  # noqa: PLC0415 - only who asks for a report pays for it

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder("report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(name).render(page=page, mark=MARK, version=__version__)
    return _UNPRINTABLE.sub("\ufffd", text)


def write(report: Report, file: Path, *, force: bool = False) -> None:
    """Render a report and put it at ``file`` in one step, which makes missing folders.

    Raises:
        OutputError: as ``may_write`` would, or the disk refused.

    """
    may_write(file, force=force)
    try:
        output.replace(file, render(report).encode())
    except OSError as error:
        raise OutputError(f"the report was not written: {error.strerror}: {file}") from error


def may_write(file: Path, *, force: bool = False) -> None:
    """Tell whether ``file`` may become a report: where nothing is, or an earlier report.

    Raises:
        OutputError: something else is there.

    """
    if not os.path.lexists(file):
        return
    if file.is_dir():
        raise OutputError(f"{file} is a folder: name a file for the report")
    if not force and (file.is_symlink() or not file.is_file() or not _is_report(file)):
        raise OutputError(
            f"the report was not written: {file} is there and is no report. Move it away, choose"
            f" another name, or use --force."
        )


def _is_report(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return MARK.encode() in stream.read(MARKED_WITHIN)
    except OSError:
        return False

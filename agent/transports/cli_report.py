"""How does the command line hand over a report? Late loaded: most runs want none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent import output
from agent.documents import Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent.documents import Answer, GeneratedFile, Proof
    from agent.existing import Existing


def look_ahead(file: Path, *, force: bool) -> None:
    """Tell before a long proof whether its report could be written.

    Raises:
        OutputError: something is in the way.

    """
    from agent.report.page import may_write  # noqa: PLC0415 - only who asks for a report needs it

    may_write(file, force=force)
    output.look_ahead(file.parent)


def write_of_result(
    answer: Answer, files: Sequence[GeneratedFile], file: Path, *, force: bool
) -> None:
    """Write the report of an answer; only one that carries a proof has any.

    Raises:
        OutputError: something is in the way, or the disk refused.

    """
    from agent.report.content import of_result  # noqa: PLC0415 - only who asks for it
    from agent.report.page import write  # noqa: PLC0415 - the same

    if isinstance(answer, Result):
        write(of_result(answer, files, _now()), file, force=force)


def write_of_project(project: Existing, proof: Proof, file: Path, *, force: bool) -> None:
    """Write the report of a project that was there already.

    Raises:
        OutputError: as ``write_of_result``.

    """
    from agent.report.content import Report  # noqa: PLC0415 - only who asks for it
    from agent.report.page import write  # noqa: PLC0415 - the same

    report = Report(
        name=project.name,
        proof=proof,
        files=project.files,
        database=project.database.value,
        made=_now(),
        spec=project.spec,
        states=dict.fromkeys(project.changed, "changed") | dict.fromkeys(project.added, "added"),
        missing=project.missing,
        notes=(("Left out: links, and files that are no text", project.left_out),),
    )
    write(report, file, force=force)


def _now() -> str:
    return datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0")

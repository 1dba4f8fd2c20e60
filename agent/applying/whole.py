"""What would stand in an empty folder, if a project were applied to it? All of it, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent import output
from agent.applying import archive
from agent.applying.comparing import IGNORE, IGNORED, spec_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.types import BackendSpec


def fresh(files: Mapping[str, str], spec: BackendSpec) -> dict[str, bytes]:
    """Return path -> content: the project, and what a later run needs to know of it.

    Args:
        files: The whole project (path -> text).
        spec: The plan that it was made from.

    """
    contents = {path: text.encode() for path, text in files.items()}
    ours = {**contents, output.SPEC: spec_file(spec)}
    return {
        **ours,
        IGNORE: IGNORED,
        output.BASE: archive.pack(contents),
        output.MANIFEST: output.manifest_of(ours),
    }

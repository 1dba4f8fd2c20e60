"""How does a project leave in one file? As an archive, the same bytes for the same project."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from agent.applying import fresh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.types import BackendSpec

_MODE = 0o644
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive knows."""
_WHEN_IN_TAR = 315_532_800
_UNIX = 3


def zipped(files: Mapping[str, str], spec: BackendSpec) -> bytes:
    """Return the project (path -> text) as a zip archive."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for path, content in sorted(fresh(files, spec).items()):
            entry = ZipInfo(path, _WHEN)
            entry.create_system = _UNIX
            entry.external_attr = (0o100000 | _MODE) << 16
            archive.writestr(entry, content, ZIP_DEFLATED, 9)
    return packed.getvalue()


def tarred(files: Mapping[str, str], spec: BackendSpec) -> bytes:
    """Return the project (path -> text) as a tar archive, compressed."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, content in sorted(fresh(files, spec).items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(content), _MODE, _WHEN_IN_TAR
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()

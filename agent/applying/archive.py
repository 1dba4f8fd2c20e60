"""How are the contents of many files kept in one? As a small archive, the same for the same files.

``.python-specialist/base.zip`` holds every file as a run wrote it last: the base of a merge.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 100 * 2**20
"""Bytes that an archive may hold: what is larger was not made here."""
MOST_FILES = 20_000
_WHEN = (1980, 1, 1, 0, 0, 0)


def pack(contents: Mapping[str, bytes]) -> bytes:
    """Return an archive of path -> content."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for path, content in sorted(contents.items()):
            archive.writestr(ZipInfo(path, _WHEN), content, ZIP_DEFLATED, 9)
    return packed.getvalue()


def unpack(packed: bytes | None) -> dict[str, bytes]:
    """Return path -> content; what is no archive of ours holds nothing."""
    if packed is None:
        return {}
    try:
        with ZipFile(io.BytesIO(packed)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > LARGEST:
                return {}
            return {each.filename: archive.read(each) for each in entries}
    except (BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error):
        return {}

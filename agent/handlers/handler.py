"""What is a handler? Request types it claims, patterns it combines, the slice it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.documents import FileType, GeneratedFile, RequestType


@dataclass(frozen=True, slots=True)
class Handler:
    """One kind of answer. The whole project is always made and checked; ``slice`` is what is shown.

    ``types`` and ``paths`` (beginnings of paths) choose the files; both empty means all of them.
    ``next_agent`` is whom the main handoff goes to.
    """

    name: str
    claims: frozenset[RequestType]
    patterns: tuple[str, ...]
    next_agent: str
    types: frozenset[FileType] = frozenset()
    paths: tuple[str, ...] = ()

    def slice(self, files: Iterable[GeneratedFile]) -> tuple[GeneratedFile, ...]:
        """Return the files that the request asked for, in their order."""
        if not self.types and not self.paths:
            return tuple(files)
        return tuple(
            file for file in files if file.type in self.types or file.path.startswith(self.paths)
        )

"""What is in a folder that a project is for? What stands there, and what was written there last.

An apply that was killed in the middle is seen as taken back: that is what happens to it first.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agent import output
from agent.applying import archive, record
from agent.applying.disk import Found, look
from agent.errors import OutputError
from agent.types import BackendSpec

if TYPE_CHECKING:
    from pathlib import Path


class View:
    """One look at a folder. ``seen``: path -> the digest of all that was looked at."""

    def __init__(self, folder: Path) -> None:
        """Look at the folder.

        Raises:
            OutputError: it is a file.

        """
        self.root = folder.resolve()
        if self.root.exists() and not self.root.is_dir():
            raise OutputError(f"{self.root} is a file: name a folder")
        unfinished = record.begun(self.root)
        self._steps = {step.path: step for step in unfinished.steps} if unfinished else {}
        self.seen: dict[str, str | None] = {}

    def look(self, path: str) -> Found:
        """Return what stands at a path.

        Raises:
            OutputError: as ``disk.look`` would.

        """
        found = look(self.root, path)
        step = self._steps.get(path)
        if step is not None and found.digest == step.after:
            found = step.before
        self.seen[path] = found.digest
        return found

    @cached_property
    def manifest(self) -> dict[str, set[str]]:
        """Return the digests that were written to each path."""
        text = (self.look(output.MANIFEST).content or b"").decode(errors="replace")
        return output.parse_manifest(text)

    @cached_property
    def spec(self) -> BackendSpec | None:
        """Return the plan that was applied last."""
        try:
            return BackendSpec.model_validate_json(self.look(output.SPEC).content or b"")
        except ValidationError:
            return None

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        return archive.unpack(self.look(output.BASE).content)

    def base(self, path: str) -> bytes | None:
        """Return what was written to a path last, as far as that is known.

        What was kept has to be what the manifest knows: an agent of an earlier version did not keep
        it, and then a file that nobody changed is what was written.
        """
        known = self.manifest.get(path)
        if not known:
            return None
        kept = self._contents.get(path)
        if kept is not None and output.sha256(kept) in known:
            return kept
        found = self.look(path)
        return found.content if found.digest in known else None

    def modules(self, folder: str) -> list[str]:
        """Return the names of the Python files in a folder of the project, in order."""
        there = output.target(self.root, f"{folder}/-").parent
        names = {path.name for path in there.glob("*.py")} if there.is_dir() else set()
        for path, step in self._steps.items():
            inside, _, name = path.rpartition("/")
            if inside != folder or not name.endswith(".py"):
                continue
            if self.look(path) == Found():
                names.discard(name)
            elif step.before != Found():
                names.add(name)
        found = sorted(names)
        self.seen[f"{folder}/"] = output.sha256("\n".join(found).encode(errors="replace"))
        return found

"""Where does the project of a chat go? Its folder, what would change there, and writing it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent import applying, output
from agent.applying import Conflicts
from agent.conversation import told
from agent.conversation.commands import counted
from agent.conversation.plans import standing_in
from agent.conversation.told import Trouble, Waiting
from agent.planner.names import snake
from agent.sessions.session import Applied, worded

if TYPE_CHECKING:
    from agent.applying import Changes
    from agent.conversation.conversation import Conversation
    from agent.documents import GeneratedFile
    from agent.types import BackendSpec


class Target:
    """The folder of a chat. ``files`` are the project of the plan that stands, once it was made."""

    def __init__(self, chat: Conversation) -> None:
        """Take the chat that it belongs to."""
        self._chat = chat
        self.files: tuple[GeneratedFile, ...] = ()
        self.resolved: BackendSpec | None = None
        self._offered: Changes | None = None

    @property
    def folder(self) -> Path:
        """Return the folder: the one that was named, else one by the project's name."""
        session = self._chat.held.session
        if session.target is not None:
            return Path(session.target)
        name = session.spec.name if session.spec else "backend"
        return Path(session.folder) / snake(name, "backend")

    @property
    def digest(self) -> str:
        """Return what tells the project from every other one."""
        return output.sha256(output.manifest_of({f.path: f.content.encode() for f in self.files}))

    def forget(self) -> None:
        """Forget the project: the plan is another one."""
        self.files = ()
        self.resolved = None
        self._offered = None

    def compare(self) -> Changes:
        """Say what writing the project would do.

        Raises:
            OutputError: nothing can be written there.

        """
        assert self.resolved is not None  # noqa: S101 - asked for only where it was made
        return applying.compare(self.files, self.resolved, self.folder)

    def offer(self, changes: Changes, *, failed: bool) -> None:
        """Ask whether to write it; where nobody wants to be asked, write what did not fail."""
        self._offered = changes
        why = ""
        if failed:
            why = "the proof failed"
        elif changes.conflicts:
            why = _conflicts(changes)
        if self._chat.settings.yes:
            if why:
                self._chat.note(f"Not written: {why}.", Trouble.NOT_DONE)
            else:
                self.apply()
            return
        if changes.conflicts:
            self._in_conflict(changes)
            return
        self._chat.waiting = Waiting.CONSENT
        self._chat.tell(told.ConsentAsked(str(self.folder), why))

    def apply(self, conflicts: Conflicts = Conflicts.REFUSE) -> None:
        """Write the project, as it was shown where it was.

        Raises:
            OutputError: it was not written, and why: the folder is no longer as it was shown, too.

        """
        folder, changes = self.folder, self._offered or self.compare()
        self._offered = None  # if it is not as it was shown, it is looked at anew
        if changes.nothing_to_do:
            self.tell_same()
            return
        if changes.conflicts and conflicts is Conflicts.REFUSE:
            self._in_conflict(changes)
            return
        written = applying.carry_out(changes, conflicts)
        session = self._chat.held.session
        assert session.spec is not None  # noqa: S101 - there is a project
        done = Applied(folder=str(folder), spec=session.spec, at=datetime.now(UTC))
        self.forget()
        self._chat.keep(applied=done, target=str(folder))
        self._chat.tell(told.Applied(written))
        if session.proven is None:
            self._chat.note("It was written as it is, without a proof: /check proves it.")

    def tell_same(self) -> None:
        """Tell that there is nothing to write."""
        self._chat.note(f"{self.folder} holds this project already: there is nothing to write.")

    def tell_agreed(self) -> None:
        """Tell whoever is content what writes the plan, where it is not written yet."""
        session = self._chat.held.session
        if session.applied is not None and session.applied.spec == session.spec:
            self._chat.note(f"It is written to {self.folder} already: say what is to change.")
        else:
            self._chat.note(f"/apply writes it to {self.folder}.")

    def _in_conflict(self, changes: Changes) -> None:
        self._chat.note(
            f"Not written yet: {_conflicts(changes)}. /apply mark writes both sides between"
            " markers, /apply ours replaces them (/undo gives them back), /diff shows them.",
            Trouble.NOT_DONE,
        )

    def undo(self) -> None:
        """Take the last apply back.

        Raises:
            OutputError: there is nothing to take back, or people edited it since.

        """
        undone = applying.undo(self.folder)
        self.forget()
        before = standing_in(self.folder)
        done = before and Applied(
            folder=str(self.folder), spec=worded(before), at=datetime.now(UTC)
        )
        self._chat.keep(applied=done)
        self._chat.tell(told.TakenBack(undone))


def _conflicts(changes: Changes) -> str:
    files = counted(len(changes.conflicts), "file is", "files are")
    return f"{files} in conflict with what people changed"

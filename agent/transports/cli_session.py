"""How does a run go on with a session, and how is it kept so that the next one can?"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.contract import read_input
from agent.documents import Fault, InputDocument, Questions, Result
from agent.errors import RefusedError
from agent.output import HOME
from agent.planner.names import snake
from agent.sessions.place import state_folder
from agent.sessions.session import Applied, Pending, harmless, worded
from agent.sessions.store import CODE, Held, Sessions
from agent.transports.cli_input import OPTIONS_ALONE

if TYPE_CHECKING:
    from agent.applying import Changes
    from agent.documents import Answer
    from agent.planner.resolve import Plan
    from agent.sessions.session import Session
    from agent.transports.cli_input import Given
    from agent.transports.cli_run import Options
    from agent.types import BackendSpec


@dataclass(slots=True)
class GoingOn:
    """A session that a run belongs to (``held`` of None: it is not kept).

    ``data`` is what is run, ``said`` what it says in words; ``standing`` the plan that it changes.
    ``folder`` is where the project of the session goes, where no option names another.
    ``written``: the plan was written, as it stands, and words that change nothing of it are
    refused. ``way`` is the option that names the session.
    """

    held: Held | None
    data: object
    said: str
    standing: BackendSpec | None = None
    folder: Path | None = None
    written: bool = True
    way: str = "-c"
    plan: Plan | None = None

    def planned(self, plan: Plan) -> None:
        """Remember the plan."""
        self.plan = plan

    @property
    def command(self) -> str:
        """Return the command line that writes the plan of the session as it stands."""
        return f"run {self.way} --yes"

    def keep(self, answer: Answer, written: Path | None, *, dry_run: bool) -> None:
        """Keep what came of it (not of a dry run); where that cannot be, it is told."""
        if self.held is None:
            return
        try:
            if not dry_run:
                self._keep(self.held, answer, written)
        except RefusedError as error:
            sys.stderr.write(f"{error}\n")
        finally:
            self.held.close()

    def _keep(self, held: Held, answer: Answer, written: Path | None) -> None:
        session = held.session.told("user", self.said) if self.said else held.session
        session = session.model_copy(
            update={"spent": session.spent.plus(getattr(answer, "usage", None))}
        )
        given = self.plan.given if self.plan is not None else None
        if self.plan is not None and given is not None and worded(given) != session.spec:
            session = session.planned(given, self.plan.questions)
        elif isinstance(answer, Questions) and self.standing is None:
            from agent.conversation.message import as_text  # noqa: PLC0415 - few runs ask

            document, _ = read_input(self.data)
            pending = Pending(document=as_text(document), questions=harmless(answer.open_questions))
            session = session.model_copy(update={"pending": pending})
        update: dict[str, Any] = {}
        if isinstance(answer, Result):
            proof = answer.proof
            update |= {"proven": proof.verdict, "level": proof.level, "digest": None}
        if written is not None and session.spec is not None:
            folder = str(written.resolve())
            done = Applied(folder=folder, spec=session.spec, at=datetime.now(UTC))
            update |= {"applied": done, "target": folder}
        if session.spec is not None or session.pending is not None:
            held.keep(session.model_copy(update=update))


def said_in(given: Given) -> str:
    """Return the words of a request, or the name of the file that it is (empty: there is none)."""
    request = given.data.get("request", {}) if isinstance(given.data, dict) else {}
    words = request.get("description") if isinstance(request, dict) else None
    if isinstance(words, str) and words.strip():
        return words
    return "" if given.name == OPTIONS_ALONE else given.name


def go_on(given: Given, options: Options) -> GoingOn:
    """Go on with the session that is meant, or begin one for whoever reads the answer.

    Raises:
        RefusedError: there is none, or another process is using it.

    """
    if options.go_on or options.resume is not None:
        return _taken_up(given, options)
    if options.show != "text":  # a program: it sends all that it wants to be known
        return GoingOn(None, given.data, "")
    return _begun(given, options.out)


def _taken_up(given: Given, options: Options) -> GoingOn:
    from agent.conversation.message import answered, as_text  # noqa: PLC0415 - few runs go on

    sessions = Sessions(state_folder())
    name = options.resume
    if name is None:
        latest = _latest(sessions, options.out)
        if latest is None:
            message = "there is no session of this folder to go on with"
            expected = (
                "the folder that it was begun in or written to,"
                " or --resume ID (chat lists: /sessions)"
            )
            raise RefusedError([Fault(code=CODE, message=message, expected=expected)])
        name = latest.id
    held = sessions.resume(name)
    session = held.session
    if session.pending is not None and session.spec is None:
        said, _ = read_input(given.data)
        request = said.request
        answers = tuple(words for words in (request.description, *request.requirements) if words)
        if said.context.sources or said.context.spec is not None:
            return GoingOn(
                held, given.data, said_in(given)
            )  # a plan in another form instead of an answer
        asked = answered(
            InputDocument.model_validate_json(session.pending.document),
            (*session.pending.answers, *answers),
            session.pending.questions,
        )
        if "constraints" in said.model_fields_set:
            asked = asked.model_copy(update={"constraints": said.constraints})
        return GoingOn(held, json.loads(as_text(asked)), "\n".join(answers))
    written = session.applied is not None and session.applied.spec == session.spec
    folder = None
    if session.target is not None:
        folder = Path(session.target)
    elif session.spec is not None:
        folder = Path(session.folder) / snake(session.spec.name, "backend")
    said_now = said_in(given)
    return GoingOn(
        held,
        given.data,
        said_now,
        session.spec,
        folder,
        written=session.spec is None or (written and bool(said_now)),
        way="-c" if options.resume is None else f"--resume {session.id}",
    )


def _latest(sessions: Sessions, out: Path | None) -> Session | None:
    """Return the latest session whose project goes to a folder, else that was begun here.

    A folder that holds a project of ours already is not given that of another session.
    """
    if out is None:
        return sessions.latest(Path.cwd())
    found = sessions.latest(out)
    if found is None and not (out / HOME).exists():
        found = sessions.latest(Path.cwd())
    return found


def _begun(given: Given, out: Path | None) -> GoingOn:
    """Begin a session for a run, where one can be kept."""
    try:
        held = Sessions(state_folder()).begin(Path.cwd())
    except RefusedError as error:
        sys.stderr.write(f"{error}; going on without\n")
        return GoingOn(None, given.data, "")
    if out is not None:
        held.session = held.session.model_copy(update={"target": str(out.resolve())})
    return GoingOn(held, given.data, said_in(given))


def agreed(changes: Changes, folder: Path, command: str, *, ask: bool) -> bool:
    """Ask on a terminal whether a project is to be written; where nobody can be asked, it is not.

    Args:
        changes: What would become of the folder; it was shown.
        folder: Where the project would go.
        command: What writes it without asking.
        ask: Whether somebody reads, and no program.

    """
    if changes.nothing_to_do:
        return False
    if ask and sys.stdin.isatty() and sys.stdout.isatty() and not changes.conflicts:
        sys.stdout.write(f"Write this to {folder}? [y/N] ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() in {"y", "yes"}:
            return True
    how = f"{command} --merge writes both sides" if changes.conflicts else f"{command} writes it"
    sys.stderr.write(f"nothing was written to {folder}: {how} where the proof did not fail\n")
    return False

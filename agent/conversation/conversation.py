"""How does a chat go on? A message, an answer or a command in; what is to be told out.

message -> plan -> its questions, one at a time -> proof -> what would change -> consent -> written.

What was reached is kept in the session after each step, so that a killed chat goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agent import applying
from agent.applying import Conflicts
from agent.conversation import told
from agent.conversation.commands import Edited, parse
from agent.conversation.folder import Target
from agent.conversation.message import of_plan
from agent.conversation.orders import Orders
from agent.conversation.planning import Plans
from agent.conversation.told import Trouble, Waiting
from agent.documents import Cancellation, Refusal, Result, Verdict, VerificationLevel
from agent.errors import OutputError, RefusedError
from agent.events import Rendered, TaskStarted
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from agent.conversation.told import Tell, Told
    from agent.documents import Answer
    from agent.events import Event, OnEvent
    from agent.runner import Runner
    from agent.sessions.store import Held, Sessions
    from agent.types import BackendSpec

_YES = frozenset({"y", "yes", "ok", "apply"})
_NO = frozenset({"n", "no", ""})
_AGREES = _YES | {
    *("okay", "sure", "fine", "great", "good", "perfect", "lgtm", "go", "write", "write it"),
    *("looks good", "looks fine", "looks great", "looks right", "that looks good", "yes please"),
    *("go ahead", "go on", "do it", "apply it", "sounds good", "all good", "good to go"),
}
"""What people say who are content; it changes no plan."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a chat begins with.

    ``level``: how much is proven; ``yes``: whether it is written without asking; ``models``: a line
    for each model that is configured; ``here``: where paths begin.
    """

    level: VerificationLevel = VerificationLevel.STANDARD
    yes: bool = False
    models: tuple[str, ...] = ()
    here: Path = field(default_factory=Path)


class Conversation:
    """One chat, and the session that it is kept in."""

    def __init__(
        self,
        runner: Runner,
        sessions: Sessions,
        held: Held,
        tell: Tell,
        settings: Settings | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        """Take what is needed; nothing is told yet.

        Args:
            runner: What plans and proves.
            sessions: All sessions.
            held: The session to go on with.
            tell: Told of everything that the reader is to see.
            settings: What the chat begins with.
            on_event: Told of the progress of tasks.

        """
        self.runner = runner
        self.sessions = sessions
        self.held = held
        self.settings = settings or Settings()
        self.level = self.settings.level
        self.waiting = Waiting.MESSAGE
        self.plans = Plans(self)
        self.target = Target(self)
        self._tell = tell
        self._on_event = on_event
        self._task_id: str | None = None
        self._warned: set[str] = set()

    @property
    def spec(self) -> BackendSpec | None:
        """Return the plan that stands, as it was given."""
        return self.held.session.spec

    def tell(self, what: Told) -> None:
        """Tell the reader something."""
        if isinstance(what, told.PlanTold):
            self._warned = {warning.message for warning in what.warnings}
        self._tell(what)

    def note(self, text: str, trouble: Trouble | None = None) -> None:
        """Tell the reader a line."""
        self._tell(told.Note(text, trouble))

    def keep(self, **update: Any) -> None:  # noqa: ANN401 - any field of a session
        """Keep a change of the session."""
        self.held.keep(self.held.session.model_copy(update=update))

    def cancel(self) -> bool:
        """Call off what is running; tell whether something was."""
        return self._task_id is not None and self.runner.cancel(self._task_id)

    def close(self) -> None:
        """End the conversation; others may use its session."""
        self.waiting = Waiting.NOTHING
        self.held.close()

    async def hear(self, text: str | Edited) -> None:
        """Take in a message, an answer, a command, or an edited plan.

        What is refused is told, and ends nothing.
        """
        try:
            await self._hear(text)
        except RefusedError as error:
            self.plans.refuse(Refusal(errors=error.faults, understood=error.understood), "message")
        except OutputError as error:
            self.note(str(error), Trouble.NOT_DONE)

    async def _hear(self, text: str | Edited) -> None:
        if isinstance(text, Edited):
            await self.plans.edited(text.text)
            return
        said = text.strip()
        if command := parse(said):
            await Orders(self).carry_out(*command)
            return
        if self.waiting is Waiting.CONSENT:
            self.waiting = Waiting.MESSAGE
            if said.lower() in _YES:
                self.target.apply()
                return
            if said.lower() in _NO:
                back = ", /undo plan takes the change back" if self.held.session.earlier else ""
                self.note(f"Nothing was written. /apply writes it{back}; or say what is to change.")
                return
        if self.waiting is Waiting.ANSWER:
            await self.plans.answer(said)
            return
        if self.spec is not None and said.lower().rstrip(".!") in _AGREES:
            self.target.tell_agreed()
            return
        if said:
            self.held.keep(self.held.session.told("user", text))
            await self.plans.message(text)
        elif (pending := self.held.session.pending) is not None and self.plans.is_answered:
            await self.plans.plan_answered(pending)

    async def prove(self) -> None:
        """Prove the project of the plan, show what it would change, and ask whether to write it."""
        answer = await self.made(self.level)
        if not isinstance(answer, Result):
            if isinstance(answer, Cancellation):
                self.note("Canceled. /check proves the plan, /apply writes it without a proof.")
            else:
                self.plans.refuse(answer, "the plan")
            return
        new = tuple(each for each in answer.warnings if each.message not in self._warned)
        self.tell(told.ProofTold(answer, self.target.files, new))
        proof = answer.proof
        self.keep(proven=proof.verdict, level=proof.level, digest=self.target.digest)
        changes = self.target.compare()
        if changes.nothing_to_do:
            self.target.tell_same()
            return
        self.tell(told.ChangesTold(changes))
        self.target.offer(changes, failed=answer.proof.verdict is Verdict.FAILED)

    async def made(self, level: VerificationLevel) -> Answer:
        """Make the project of the plan, and prove it.

        Where another one came out than the one that was proven, nothing is proven any more.
        """
        assert self.spec is not None  # noqa: S101 - asked for only where there is a plan
        self.target.forget()
        ground = applying.Target(self.target.folder, Conflicts.MARK)
        answer: Answer = await self.work(
            self.runner.run(of_plan(self.spec, level), self.event, ground=ground)
        )
        if isinstance(answer, Result):
            self.target.resolved = answer.spec
            if self.held.session.digest not in {None, self.target.digest}:
                self.keep(proven=None, level=None, digest=None)
        return answer

    async def work(self, work: Awaitable[T]) -> T:
        """Wait for a task of the runner, and count what it took of models."""
        try:
            answer = await work
        finally:
            self._task_id = None
        spent = self.held.session.spent.plus(getattr(answer, "usage", None))
        if spent != self.held.session.spent:
            self.keep(spent=spent)
        return answer

    def event(self, event: Event) -> None:
        """Note what is needed later, and pass the event on."""
        if isinstance(event, TaskStarted):
            self._task_id = event.task_id
        if isinstance(event, Rendered):
            self.target.files = event.files
        if self._on_event is not None:
            self._on_event(event)

    def take_up(self, held: Held) -> None:
        """Go on in another session; the present one is kept and closed."""
        self.held.close()
        self.held = held
        self.waiting = Waiting.MESSAGE
        self.plans = Plans(self)
        self.target = Target(self)

    async def welcome(self) -> None:
        """Show where a session stands that is gone on with, and ask what it left open."""
        session = self.held.session
        if session.spec is None and session.pending is None:
            return
        if session.spec is not None:
            plan = resolve(session.spec)
            self.tell(told.PlanTold(session.spec, plan.spec))
        if self.plans.is_answered:
            await self.hear("")
        elif session.pending is not None:
            self.plans.ask_pending(session.pending)
        elif session.questions and not self.settings.yes:
            await self.plans.go_on()
        else:
            self.note("Say what is to change; /check proves it, /apply writes it.")

    @property
    def text(self) -> str:
        """Return the plan in the spec language; empty where there is none."""
        return "" if self.spec is None else write(self.spec)

    @staticmethod
    def conflicts(word: str) -> Conflicts:
        """Return what is to be done with conflicts, by the word for it."""
        return Conflicts(word) if word else Conflicts.REFUSE

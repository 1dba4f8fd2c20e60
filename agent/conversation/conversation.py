"""How does a chat go on? A message, an answer or a command in; what is to be told out.

message -> plan -> its questions, one at a time -> proof -> what would change -> consent -> written.

What was reached is kept in the session after each step, so that a killed chat goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import applying
from agent.applying import Conflicts
from agent.conversation import told
from agent.conversation.commands import parse
from agent.conversation.folder import Target
from agent.conversation.message import answered, as_text, of_plan, understand
from agent.conversation.orders import Orders
from agent.conversation.plans import difference
from agent.conversation.told import Waiting
from agent.documents import (
    Cancellation,
    Context,
    Framework,
    InputDocument,
    Questions,
    Refusal,
    Request,
    RequestType,
    Result,
    Source,
    SourceFormat,
    Verdict,
    VerificationLevel,
)
from agent.errors import OutputError, RefusedError
from agent.events import Rendered, TaskStarted
from agent.planner.changes.sentences import EXAMPLES
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.runner import Planned
from agent.sessions.session import Pending

if TYPE_CHECKING:
    from agent.conversation.told import Tell, Told
    from agent.documents import Answer, Question, Warn
    from agent.events import Event, OnEvent
    from agent.planner.resolve import Plan
    from agent.runner import Runner
    from agent.sessions.store import Held, Sessions
    from agent.types import BackendSpec

_YES = frozenset({"y", "yes", "ok", "apply"})
_NO = frozenset({"n", "no", ""})
_NOT_READ = frozenset({"too-little-understood", "not-understood", "follow-up"})
_SKIP = frozenset({"", "skip", "-", "/skip"})


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
        self.draft: str | None = None
        self.target = Target(self)
        self._tell = tell
        self._on_event = on_event
        self._task_id: str | None = None
        self._asked = 0

    @property
    def spec(self) -> BackendSpec | None:
        """Return the plan that stands, as it was given."""
        return self.held.session.spec

    def tell(self, what: Told) -> None:
        """Tell the reader something."""
        self._tell(what)

    def note(self, text: str, *, trouble: bool = False) -> None:
        """Tell the reader a line."""
        self._tell(told.Note(text, trouble=trouble))

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

    async def hear(self, text: str) -> None:
        """Take in a message, an answer, or a command. What is refused is told, and ends nothing."""
        try:
            await self._hear(text)
        except RefusedError as error:
            self._refused(error)
        except OutputError as error:
            self.waiting = Waiting.MESSAGE
            self.note(str(error), trouble=True)

    async def _hear(self, text: str) -> None:
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
                self.note("Nothing was written. /apply writes it; or say what is to change.")
                return
        if self.waiting is Waiting.ANSWER:
            await self._answer(said)
            return
        if said:
            self.held.keep(self.held.session.told("user", text))
            await self._message(text)

    def _refused(self, error: RefusedError) -> None:
        refusal = Refusal(errors=error.faults, understood=error.understood)
        self.waiting = Waiting.ANSWER if self._open_questions() else Waiting.MESSAGE
        self._not_planned(refusal, "message")

    # -- from words to a plan ---------------------------------------------------------------------

    async def _message(self, text: str) -> None:
        said = understand(text, self.settings.here)
        await self._plan(said.document, said.name, said.warnings)

    async def _plan(
        self, document: InputDocument, name: str, warnings: tuple[Warn, ...] = ()
    ) -> bool:
        """Plan what a request says, or changes; tell whether there is a plan."""
        answer = await self._work(self.runner.plan(document, self.event, standing=self.spec))
        if isinstance(answer, Planned):
            self._planned(answer.plan, (*warnings, *answer.warnings))
            await self.go_on()
            return True
        if isinstance(answer, Questions) and self.spec is None:
            self._not_planned(answer, name)
            pending = Pending(document=as_text(document), questions=answer.open_questions)
            self.keep(pending=pending)
            self._ask_pending(pending)
            return False
        if isinstance(answer, Questions):
            self._not_planned(answer, name)
            return False
        if isinstance(answer, Result):  # pragma: no cover - a plan is all that was asked for
            return False
        self._not_planned(answer, name)
        return False

    def _planned(self, plan: Plan, warnings: tuple[Warn, ...] = ()) -> None:
        """Take a new plan, and show what is new about it."""
        given = plan.given or plan.spec
        session = self.held.session
        before = session.spec
        known = {note.text for note in resolve(before).assumptions} if before else set()
        self.draft = None
        self.target.forget()
        left = session.questions if before is not None else ()
        asked = {question.text for question in left}
        new = tuple(question for question in plan.questions if question.text not in asked)
        self.held.keep(session.planned(given, (*left, *new)))
        self.tell(
            told.PlanTold(
                given,
                plan.spec,
                difference(before, given) if before else (),
                tuple(note for note in plan.assumptions if note.text not in known),
                (*warnings, *plan.warnings),
            )
        )

    async def edited(self, text: str) -> None:
        """Take a whole plan in the spec language in the place of the one that stands."""
        document = InputDocument(
            request=Request(
                type=RequestType.ARCHITECTURE, framework=Framework.FASTAPI, description=""
            ),
            context=Context(sources=(Source(format=SourceFormat.SPEC, content=text),)),
        )
        answer = await self._work(self.runner.plan(document, self.event))
        if isinstance(answer, Planned):
            self.keep(questions=())
            self._planned(answer.plan, answer.warnings)
            await self.go_on()
        else:
            self.draft = text
            self._not_planned(answer, "the plan")

    def _not_planned(self, answer: Any, name: str) -> None:  # noqa: ANN401 - any but a result
        understood = getattr(answer, "understood", None)
        if understood is not None:
            self.draft = understood.draft
        self.tell(told.NotPlanned(answer, name))
        faults = answer.errors if isinstance(answer, Refusal) else ()
        if self.spec is not None and any(fault.code in _NOT_READ for fault in faults):
            self.note(f"What changes a plan: {'; '.join(EXAMPLES[:4])}; ... (/help lists all).")

    # -- questions, one at a time -----------------------------------------------------------------

    def _open_questions(self) -> tuple[Question, ...]:
        session = self.held.session
        if session.pending is not None:
            return session.pending.questions[len(session.pending.answers) :]
        return session.questions

    async def go_on(self) -> None:
        """Ask the next question of the plan; where there is none, prove it."""
        left = self._open_questions()
        if left and not self.settings.yes:
            self._asked += 1
            self.waiting = Waiting.ANSWER
            self.tell(told.Asked(left[0], self._asked, self._asked + len(left) - 1))
            return
        if left:
            self.tell(told.Table("Left open", tuple((each.text,) for each in left)))
        self._asked = 0
        self.waiting = Waiting.MESSAGE
        await self.prove()

    def _ask_pending(self, pending: Pending) -> None:
        number = len(pending.answers)
        self.waiting = Waiting.ANSWER
        self.tell(told.Asked(pending.questions[number], number + 1, len(pending.questions)))

    async def _answer(self, text: str) -> None:
        """Take the answer to the question that was asked last."""
        session = self.held.session
        if text:
            self.held.keep(session.told("user", text))
        if session.pending is not None:
            await self._answer_pending(session.pending, text)
            return
        question, *left = session.questions
        if text.lower() in _SKIP:
            self.keep(questions=tuple(left))
            await self.go_on()
            return
        said = understand(text, self.settings.here)
        document = said.document
        if self.runner.consult and said.is_words:  # "yes" alone says nothing
            words = f"{question.text}\n{document.request.description}"
            request = document.request.model_copy(update={"description": words})
            document = document.model_copy(update={"request": request})
        # the answer's plan has to leave the questions behind it; on a refusal it is asked again
        self.keep(questions=tuple(left))
        if not await self._plan(document, said.name, said.warnings):
            self.keep(questions=(question, *left))
            self.waiting = Waiting.ANSWER
            self.note("Say it otherwise, or press Enter to leave the question open.")

    async def _answer_pending(self, pending: Pending, text: str) -> None:
        answer = "" if text.lower() in _SKIP else text
        said = understand(text, self.settings.here) if answer else None
        if said is not None and not said.is_words:  # a plan in another form instead of an answer
            self.keep(pending=None)
            self.waiting = Waiting.MESSAGE
            await self._plan(said.document, said.name, said.warnings)
            return
        question = pending.questions[len(pending.answers)].text
        heard = f"{question} {answer}" if answer and self.runner.consult else answer
        pending = pending.model_copy(update={"answers": (*pending.answers, heard)})
        self.keep(pending=pending)
        if len(pending.answers) < len(pending.questions):
            self._ask_pending(pending)
            return
        self.keep(pending=None)
        self.waiting = Waiting.MESSAGE
        if not any(pending.answers):
            self.note("Nothing is planned yet: say what the backend is to keep.")
            return
        document = InputDocument.model_validate_json(pending.document)
        await self._plan(answered(document, pending.answers), "message")

    # -- from a plan to a proven project ----------------------------------------------------------

    async def prove(self) -> None:
        """Prove the project of the plan, show what it would change, and ask whether to write it."""
        answer = await self.made(self.level)
        if not isinstance(answer, Result):
            if isinstance(answer, Cancellation):
                self.note("Canceled. /check proves the plan, /apply writes it as it is.")
            else:
                self._not_planned(answer, "the plan")
            return
        self.tell(told.ProofTold(answer, self.target.files))
        self.keep(proven=answer.proof.verdict, level=answer.proof.level)
        changes = self.target.compare()
        if changes.nothing_to_do:
            self.note(
                f"{self.target.folder} holds this project already: there is nothing to write."
            )
            return
        self.tell(told.ChangesTold(changes))
        self.target.offer(changes, failed=answer.proof.verdict is Verdict.FAILED)

    async def made(self, level: VerificationLevel) -> Answer:
        """Make the project of the plan, and prove it."""
        assert self.spec is not None  # noqa: S101 - asked for only where there is a plan
        self.target.forget()
        ground = applying.Target(self.target.folder, Conflicts.MARK)
        answer: Answer = await self._work(
            self.runner.run(of_plan(self.spec, level), self.event, ground=ground)
        )
        if isinstance(answer, Result):
            self.target.resolved = answer.spec
        return answer

    async def _work(self, work: Any) -> Any:  # noqa: ANN401 - what it returns
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

    # -- another session --------------------------------------------------------------------------

    def take_up(self, held: Held) -> None:
        """Go on in another session; the present one is kept and closed."""
        self.held.close()
        self.held = held
        self.waiting = Waiting.MESSAGE
        self.draft = None
        self._asked = 0
        self.target = Target(self)

    async def welcome(self) -> None:
        """Show where a session stands that is gone on with, and ask what it left open."""
        session = self.held.session
        if session.spec is None and session.pending is None:
            return
        if session.spec is not None:
            plan = resolve(session.spec)
            self.tell(told.PlanTold(session.spec, plan.spec))
        if session.pending is not None:
            self._ask_pending(session.pending)
        elif session.questions and not self.settings.yes:
            await self.go_on()
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

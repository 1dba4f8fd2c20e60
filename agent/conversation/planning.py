"""How does a message become a plan? Understood, planned, and its questions asked one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.conversation import told
from agent.conversation.answers import is_about
from agent.conversation.message import WHOLE, answered, as_text, understand
from agent.conversation.plans import difference
from agent.conversation.told import Waiting
from agent.documents import (
    Context,
    Framework,
    InputDocument,
    Questions,
    Refusal,
    Request,
    RequestType,
    Source,
    SourceFormat,
)
from agent.planner.changes.sentences import EXAMPLES
from agent.planner.resolve import resolve
from agent.secrets import without_secrets
from agent.sessions.session import Pending, harmless
from agent.task import Planned

if TYPE_CHECKING:
    from agent.conversation.conversation import Conversation
    from agent.documents import Question, Warn
    from agent.planner.resolve import Plan

_NOT_READ = frozenset({"too-little-understood", "not-understood", "follow-up"})
_WHAT_TO_TYPE = (
    "Type what there is and what it has, for instance: A library: authors write books; a book has a"
    " title and a unique isbn. SQL (CREATE TABLE ...), the spec language and @FILE do as well;"
    " /help lists what can be said."
)
_SKIP = frozenset({"", "skip", "-", "/skip"})
_AGAIN = "Your answers are kept: an empty line plans again, anything else begins anew."


class Plans:
    """The way from words to a plan. ``draft`` is a text in the spec language to correct."""

    def __init__(self, chat: Conversation) -> None:
        """Take the chat that it belongs to."""
        self._chat = chat
        self.draft: str | None = None
        self._asked = 0
        self._last: Question | None = None

    async def message(self, text: str) -> None:
        """Plan what somebody says."""
        said = understand(text, self._chat.settings.here)
        await self._plan(said.document, said.name, said.warnings)

    async def _plan(
        self,
        document: InputDocument,
        name: str,
        warnings: tuple[Warn, ...] = (),
        question: Question | None = None,
        said: str = "",
    ) -> bool:
        """Plan what a request says, or changes; tell whether there is a plan.

        Args:
            document: The request.
            name: What the places of its faults are in.
            warnings: What was told of it already.
            question: The question that may be answered.
            said: The answer, as it was typed.

        """
        answer = await self._chat.work(
            self._chat.runner.plan(document, self._chat.event, standing=self._chat.spec)
        )
        if isinstance(answer, Planned):
            self._planned(answer.plan, (*warnings, *answer.warnings), question, said)
            await self.go_on()
            return True
        if isinstance(answer, Questions):
            asked = tuple(map(_for_people, answer.open_questions))
            answer = answer.model_copy(update={"open_questions": asked})
        self.refuse(answer, name)
        if isinstance(answer, Questions) and self._chat.spec is None:
            pending = Pending(document=as_text(document), questions=harmless(answer.open_questions))
            self._chat.keep(pending=pending)
            self.ask_pending(pending)
        elif self.is_answered and not isinstance(answer, Refusal):
            self._chat.note(_AGAIN)
        return False

    def _planned(
        self,
        plan: Plan,
        warnings: tuple[Warn, ...] = (),
        question: Question | None = None,
        said: str = "",
    ) -> None:
        """Take a new plan, and show what is new about it.

        A ``question`` is answered where what was ``said``, or what changed, is about it.
        """
        given = plan.given or plan.spec
        session = self._chat.held.session
        before = session.spec
        known = {note.text for note in resolve(before).assumptions} if before else set()
        self.draft = None
        self._chat.target.forget()
        diff = difference(before, given) if before else ()
        if question is not None and not is_about(question, diff, said):
            question = None  # something else was said: it stays open
        left = [each for each in session.questions if each != question]
        asked = {each.text for each in left}
        new = [each for each in plan.questions if each.text not in asked]
        self._chat.held.keep(session.planned(given, (*left, *new)))
        self._chat.tell(
            told.PlanTold(
                given,
                plan.spec,
                diff,
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
        answer = await self._chat.work(self._chat.runner.plan(document, self._chat.event))
        if isinstance(answer, Planned):
            self._chat.keep(questions=())  # of another plan
            self._planned(answer.plan, answer.warnings)
            await self.go_on()
        else:
            self.draft = text
            self._chat.waiting = Waiting.ANSWER if self.open_questions else Waiting.MESSAGE
            self.refuse(answer, "the plan")

    def refuse(self, answer: Any, name: str) -> None:  # noqa: ANN401 - any but a result
        """Tell why a message did not become a plan."""
        understood = getattr(answer, "understood", None)
        if understood is not None:
            self.draft = understood.draft
        asks = isinstance(answer, Questions) and self._chat.spec is None
        self._chat.tell(told.NotPlanned(answer, name, asks=asks))
        faults = answer.errors if isinstance(answer, Refusal) else ()
        if self._chat.spec is not None and any(fault.code in _NOT_READ for fault in faults):
            self._chat.note(
                f"What changes a plan: {'; '.join(EXAMPLES[:4])}; ... (/help lists all)."
            )
        elif faults and understood is not None and not understood.entities:
            self._chat.note(_WHAT_TO_TYPE)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Return the questions that are left, the next one first."""
        session = self._chat.held.session
        if session.pending is not None:
            return session.pending.questions[len(session.pending.answers) :]
        return session.questions

    async def go_on(self) -> None:
        """Ask the next question of the plan; where there is none, prove it."""
        left = self.open_questions
        if left and not self._chat.settings.yes:
            if left[0] == self._last:
                self._chat.note("That was no answer to the question. Enter leaves it open.")
            else:
                self._asked += 1
            self._last = left[0]
            self._chat.waiting = Waiting.ANSWER
            self._chat.tell(told.Asked(left[0], self._asked, self._asked + len(left) - 1))
            return
        if left:
            self._chat.tell(told.Table("Left open", tuple((each.text,) for each in left)))
        self._asked, self._last = 0, None
        self._chat.waiting = Waiting.MESSAGE
        await self._chat.prove()

    @property
    def is_answered(self) -> bool:
        """Tell whether all is answered that stands before a plan, and there is no plan yet."""
        pending = self._chat.held.session.pending
        return pending is not None and not self.open_questions

    def ask_pending(self, pending: Pending) -> None:
        """Ask the next question that stands before a plan."""
        number = len(pending.answers)
        self._chat.waiting = Waiting.ANSWER
        self._chat.tell(told.Asked(pending.questions[number], number + 1, len(pending.questions)))

    async def answer(self, text: str) -> None:
        """Take the answer to the question that was asked last."""
        session = self._chat.held.session
        if text:
            self._chat.held.keep(session.told("user", text))
        if session.pending is not None:
            await self._answer_pending(session.pending, text)
            return
        question, *left = session.questions
        if text.lower() in _SKIP:
            self._chat.keep(questions=tuple(left))
            await self.go_on()
            return
        said = understand(text, self._chat.settings.here)
        document = said.document
        if self._chat.runner.consult and said.is_words:  # "yes" alone says nothing
            words = f"{question.text}\n{document.request.description}"
            request = document.request.model_copy(update={"description": words})
            document = document.model_copy(update={"request": request})
        if not await self._plan(document, said.name, said.warnings, question, text):
            self._chat.waiting = Waiting.ANSWER
            self._chat.note("Say it otherwise, or press Enter to leave the question open.")

    async def _answer_pending(self, pending: Pending, text: str) -> None:
        answer = "" if text.lower() in _SKIP else text
        said = understand(text, self._chat.settings.here) if answer else None
        if said is not None and not said.is_words:  # a plan in another form instead of an answer
            if not await self._plan(said.document, said.name, said.warnings):
                self._chat.waiting = Waiting.ANSWER
            return
        question = pending.questions[len(pending.answers)].text
        heard = f"{question} {answer}" if answer and self._chat.runner.consult else answer
        heard = without_secrets(heard)
        pending = pending.model_copy(update={"answers": (*pending.answers, heard)})
        self._chat.keep(pending=pending)
        if len(pending.answers) < len(pending.questions):
            self.ask_pending(pending)
            return
        await self.plan_answered(pending)

    async def plan_answered(self, pending: Pending) -> None:
        """Plan words whose questions are answered; they are kept until there is a plan."""
        self._chat.waiting = Waiting.MESSAGE
        if not any(pending.answers):
            self._chat.keep(pending=None)
            self._chat.note("Nothing is planned yet: say what the backend is to keep.")
            return
        document = InputDocument.model_validate_json(pending.document)
        await self._plan(answered(document, pending.answers, pending.questions), "message")


def _for_people(question: Question) -> Question:
    """Ask for the whole in words for somebody who types, and not for a program."""
    if question.about not in WHOLE:
        return question
    text = f"What is the backend to keep? {_WHAT_TO_TYPE}"
    return question.model_copy(update={"text": text})

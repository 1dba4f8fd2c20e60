"""How does a chat go in a test? A conversation in memory, whose proofs say what a test wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from agent.conversation import told
from agent.conversation.conversation import Conversation, Settings
from agent.documents import Failure, Outcome, Refusal, VerificationLevel
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.sessions.store import Sessions
from tests.consulted import consultation
from tests.made import library
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover

if TYPE_CHECKING:
    from pathlib import Path

    from agent.conversation.told import Told
    from agent.documents import Fault
    from agent.events import Event

T = TypeVar("T")
LIBRARY = "A library: authors write books; a book has a title and an isbn."


class Chat:
    """A conversation, and all that it told. ``here`` is where it is held."""

    def __init__(
        self,
        tmp_path: Path,
        *answers: str | Exception,
        level: VerificationLevel = VerificationLevel.FAST,
        yes: bool = False,
        outcome: Outcome = Outcome.PASSED,
        resume: str | None = None,
    ) -> None:
        self.here = tmp_path / "here"
        self.here.mkdir(exist_ok=True)
        self.prover = Prover(outcome)
        self.model = Scripted(*answers)
        self.told: list[Told] = []
        self.events: list[Event] = []
        self.sessions = Sessions(tmp_path / "state")
        held = self.sessions.resume(resume) if resume else self.sessions.begin(self.here)
        runner = Runner(
            library(),
            Sandbox(unsafe=True),
            prove=self.prover,
            consult=(lambda: consultation(self.model)) if answers else None,
        )
        settings = Settings(level=level, yes=yes, here=self.here)
        self.talk = Conversation(
            runner, self.sessions, held, self.told.append, settings, self.events.append
        )

    async def say(self, *messages: str) -> None:
        """Say something; what is told is only that of the last message."""
        for text in messages:
            self.told.clear()
            await self.talk.hear(text)

    def of(self, kind: type[T]) -> list[T]:
        """Return what was told of a kind."""
        return [each for each in self.told if isinstance(each, kind)]

    def one(self, kind: type[T]) -> T:
        """Return the only thing of a kind that was told."""
        (found,) = self.of(kind)
        return found

    @property
    def notes(self) -> str:
        """Return the lines that were told."""
        return "\n".join(each.text for each in self.of(told.Note))

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Return why a message did not become a plan."""
        answer = self.one(told.NotPlanned).answer
        assert isinstance(answer, Refusal | Failure)
        return answer.errors

    @property
    def rows(self) -> dict[str, str]:
        """Return the rows of the only table that was told."""
        return {row[0]: row[1] for row in self.one(told.Table).rows}

    @property
    def spec(self) -> str:
        """Return the plan in the spec language."""
        return self.talk.text

"""What would a model write? Whole tasks with a model in memory that answers by what it is asked.

A script says what is answered for each operation: its tests, its body, and what mends it, one
answer after the other; the last one stays.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.checks.prove import verdict
from agent.documents import (
    CheckName,
    CheckReport,
    Finding,
    Isolation,
    Outcome,
    Proof,
    Purpose,
    Result,
)
from agent.events import Rendered
from agent.llm.account import Account, Budget
from agent.llm.asking import Models
from agent.llm.consultation import Consultation
from agent.llm.profile import Profile
from agent.runner import Runner
from agent.sandbox import Sandbox
from tests.consulted import PROMPTS
from tests.made import library
from tests.scripted_model import asked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from agent.checks.prove import CheckEvent
    from agent.documents import Answer, GeneratedFile, VerificationLevel
    from agent.events import Event
    from agent.llm.account import Call
    from agent.llm.model import OnText, Question

Json = Any  # the tests reach into it
Say = str | Exception

SPEC = """
project bank "Accounts"
database sqlite

entity Account
  holder: string(80)
  balance: integer = 0

schema Amount: amount: integer
schema AccountView for Account: holder, balance

operation deposit: POST /accounts/{id}/deposits custom Account
  path id = id
  in Amount
  out AccountView
  rule "Adds the amount to the balance. An amount below 1 is refused: 409."

operation withdraw: POST /accounts/{id}/withdrawals custom Account
  path id = id
  in Amount
  out AccountView
  rule "Takes the amount from the balance. More than the balance is refused: 409."
"""


@dataclass
class Writer:
    """A model in memory; ``script``: (what is asked for, operation) -> answers."""

    script: Mapping[tuple[str, str], Sequence[Say]]
    asked: list[Question] = field(default_factory=list)
    profile: Profile = field(
        default_factory=lambda: Profile(base_url="http://127.0.0.1:1/v1", model="writer")
    )
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    closed: int = 0

    async def complete(
        self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
    ) -> str:
        """Say what the script says next."""
        del seconds
        await asyncio.sleep(0)
        self.asked.append(question)
        call.told(100, 0, 10)
        key = asked_for([each.text for each in question.messages])
        answers = self.script[key]
        number = self.given.get(key, 0)
        self.given[key] = number + 1
        said = answers[min(number, len(answers) - 1)]
        if isinstance(said, Exception):
            raise said
        if on_text:
            on_text(said)
        return said

    async def aclose(self) -> None:
        """Count that it was closed."""
        self.closed += 1

    def prompts(self, kind: str, operation: str) -> list[str]:
        """Return the last turn of each question of this kind."""
        return [
            each.messages[-1].text
            for each in self.asked
            if asked_for([m.text for m in each.messages]) == (kind, operation)
        ]


def consulting(
    writer: Writer,
    *,
    purposes: Sequence[Purpose] = tuple(Purpose),
    budget: Budget | None = None,
) -> Callable[[], Consultation]:
    """Return what begins a consultation of one model."""
    models = {purpose: [writer] for purpose in purposes}
    return lambda: Consultation(Models(models, PROMPTS), PROMPTS, Account(budget))


class Judging:
    """A prover that finds what a function finds in the files, and runs nothing."""

    def __init__(
        self, judge: Callable[[Mapping[str, str]], Iterator[tuple[CheckName, str]]]
    ) -> None:
        self.judge = judge
        self.proven: list[dict[str, str]] = []
        self.reads: list[tuple[CheckName, Finding]] = []

    async def read(
        self,
        files: Iterable[GeneratedFile],
        level: VerificationLevel,
        *,
        sandbox: Sandbox,
        cache: Path | None,
    ) -> list[tuple[CheckName, Finding]]:
        """Find what is to be found by reading, once."""
        del files, level, sandbox, cache
        found, self.reads = self.reads, []
        return found

    async def __call__(  # noqa: PLR0913 - the signature of what it stands for
        self,
        files: Sequence[GeneratedFile],
        level: VerificationLevel,
        *,
        sandbox: Sandbox,
        database_url: str | None,
        on_event: Callable[[CheckEvent], None],
        unimplemented: Sequence[str],
        cache: Path | None,
        fail_fast: bool,
    ) -> Proof:
        del sandbox, database_url, on_event, cache, fail_fast
        texts = {file.path: file.content for file in files}
        self.proven.append(texts)
        found: dict[CheckName, list[Finding]] = {CheckName.LINT: [], CheckName.TESTS: []}
        for check, place in self.judge(texts):
            path, _, message = place.partition(": ")
            name, _, line = path.partition("#")
            finding = Finding(message=message, path=name or None, line=int(line) if line else None)
            found.setdefault(check, []).append(finding)
        reports = tuple(
            CheckReport(
                name=check,
                outcome=Outcome.FAILED if found[check] else Outcome.PASSED,
                findings=tuple(found[check]),
            )
            for check in CheckName
            if check in found
        )
        return Proof(
            level=level,
            verdict=verdict(reports, unimplemented),
            isolation=Isolation.NONE,
            checks=reports,
            unimplemented=tuple(unimplemented),
        )


@dataclass
class Ended:
    """How a task ended: its answer, its project, what was heard."""

    answer: Answer
    files: dict[str, str]
    events: list[Event]

    @property
    def result(self) -> Result:
        """Return the answer, which has to be a result."""
        assert isinstance(self.answer, Result), self.answer
        return self.answer


def run(
    writer: Writer, judge: Judging | None, *, spec: str = SPEC, rounds: int = 3, **options: Json
) -> Ended:
    """Run a task without words over a spec, level standard (none where nobody judges)."""
    level = "none" if judge is None else "standard"

    raw = {
        "request": {"type": "architecture", "framework": "fastapi", "description": ""},
        "context": {"sources": [{"format": "spec", "content": spec}]},
        "constraints": {"verification": level},
    }
    events: list[Event] = []
    runner = Runner(
        library(),
        Sandbox(),
        prove=judge,
        examine=judge.read if judge else None,
        consult=consulting(writer, **options),
        repair_rounds=rounds,
    )
    answer = asyncio.run(runner.run(raw, events.append))
    rendered = [event for event in events if isinstance(event, Rendered)]
    files = {file.path: file.content for file in rendered[-1].files} if rendered else {}
    return Ended(answer, files, events)

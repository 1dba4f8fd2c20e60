"""What comes of requests with rules of their own, from words to a proof? One row for each.

With a model in the settings it is asked. Without one, a server on this machine plays it, with
answers that are recorded beside each case: that shows that the way works, and nothing of a model.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.documents import Failure, Result
from agent.knowledge import Library
from agent.llm.configured import Configured, read_models
from agent.llm.consultation import consult
from agent.prompts import Prompts
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.settings import PREFIX, read_settings
from evals.rule_cases import rule_cases
from evals.scripted import Script
from tests.scripted_model import ScriptedModel

if TYPE_CHECKING:
    from agent.documents import Answer
    from evals.rule_cases import RuleCase

SCRIPTED = "scripted: what a server with recorded answers gives says nothing about a model"
COLUMNS = ("case", "rule", "proof", "rounds", "calls", "tokens in", "out", "seconds")
WIDTHS = (12, 44, 12, 8, 7, 11, 7, 7)


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one case."""

    case: RuleCase
    answer: Answer

    @property
    def proof(self) -> str:
        """Return the verdict of the proof, or how the task ended without one."""
        if isinstance(self.answer, Result):
            return self.answer.proof.verdict.value
        return self.answer.status.value

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as texts."""
        usage = self.answer.usage
        rounds = len(self.answer.repairs) if isinstance(self.answer, Result) else 0
        used = (usage.model_calls, usage.input_tokens, usage.output_tokens) if usage else (0, 0, 0)
        seconds = f"{usage.seconds:.1f}" if usage else "-"
        return (self.case.name, self.case.kind, self.proof, str(rounds), *map(str, used), seconds)


async def table() -> None:
    """Run all cases, one after the other, and print a table of them."""
    models = read_settings().models
    names = {each.model for profiles in models.profiles.values() for each in profiles[:1]}
    title = f"live: {', '.join(sorted(names))}" if names else SCRIPTED
    sys.stdout.write(
        f"rules of their own, from words to a proof at level standard, on SQLite\n{title}\n\n"
    )
    _print(COLUMNS)
    rows = []
    for case in rule_cases():
        rows.append(await (live(case, models) if names else scripted(case)))
        _print(rows[-1].cells)
    proven = sum(row.proof == "proven" for row in rows)
    sys.stdout.write(f"\nproven: {proven} of {len(rows)}\n")
    for row in rows:
        if isinstance(row.answer, Failure):
            sys.stdout.write(f"{row.case.name}: {row.answer.errors[0].message}\n")


async def live(case: RuleCase, models: Configured) -> Row:
    """Run a case with the models of the settings."""
    settings = read_settings()
    prompts = Prompts(folder("prompts"))
    runner = Runner(
        Library(folder("knowledge")),
        Sandbox(),
        cache=settings.cache,
        consult=lambda: consult(models, prompts),
        repair_rounds=settings.repair_rounds,
    )
    return Row(case, await runner.run(case.document))


async def scripted(case: RuleCase) -> Row:
    """Run a case with its recorded answers, over HTTP."""
    async with ScriptedModel(Script(case)) as server:
        given = {f"{PREFIX}MODEL": "scripted", f"{PREFIX}MODEL_BASE_URL": server.base_url}
        return await live(case, read_models(given, PREFIX))


def _print(cells: tuple[str, ...]) -> None:
    padded = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    sys.stdout.write("".join(padded).rstrip() + "\n")
    sys.stdout.flush()

"""What would a model plan? Planning with a model in memory that says what a test scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.contract import read_input
from agent.documents import Purpose
from agent.llm.account import Account, Budget
from agent.llm.asking import Models
from agent.llm.consultation import Consultation
from agent.planner.by_model import plan_by_model
from agent.planner.gathering import gather
from agent.prompts import Prompts
from agent.resources import folder
from tests.made import library
from tests.test_llm_asking import Scripted

if TYPE_CHECKING:
    from agent.planner.resolve import Plan

Json = Any  # the tests reach into it
PROMPTS = Prompts(folder("prompts"))


def request(words: str, *requirements: str, **context: Json) -> Json:
    """Return an input document that says something in words."""
    asked = {"type": "architecture", "framework": "fastapi", "description": words}
    return {"request": {**asked, "requirements": list(requirements)}, "context": context}


def consultation(model: Scripted, budget: Budget | None = None) -> Consultation:
    """Return a task's consultation of one model."""
    return Consultation(Models({Purpose.PLAN: [model]}, PROMPTS), PROMPTS, Account(budget))


async def planned(raw: Json, *answers: str | Exception) -> tuple[Plan, Scripted]:
    """Plan with a model that gives these answers, one after the other."""
    model = Scripted(*answers)
    document, _ = read_input(raw)
    return await plan_by_model(gather(document, words=True), consultation(model), library()), model

"""Does a model answer, and as its profile says? One small question, on request only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from agent.documents import Purpose
from agent.llm.account import Account, Budget
from agent.llm.asking import ATTEMPTS, ROUNDS, Models
from agent.llm.chat_completions import ChatCompletions
from agent.llm.expected import expect_json

if TYPE_CHECKING:
    from agent.llm.profile import Profile
    from agent.prompts import Prompts

BUDGET = Budget(calls=ATTEMPTS * ROUNDS, tokens=100_000, seconds=120)


class Ready(BaseModel):
    """What is expected."""

    word: Literal["ready"]


async def try_model(profile: Profile, prompts: Prompts) -> str:
    """Ask a model whether it is ready, and tell how it answered.

    Raises:
        ModelError: it did not, or not in the form it was asked for.
        BudgetError: it took more than such a question may.

    """
    account, heard = Account(BUDGET), list[str]()
    models = Models({Purpose.PLAN: [ChatCompletions(profile)]}, prompts)
    prompt = prompts.render("ready")
    try:
        await models.ask(Purpose.PLAN, prompt, expect_json("ready", Ready), account, heard.append)
    finally:
        await models.aclose()
    call = account.calls[-1]
    told = [f"answers in {call.seconds:.1f} s", f"in the form {profile.output.value}"]
    if len(account.calls) > 1:
        told.append(f"at the {len(account.calls)}. attempt")
    if heard:
        told.append("streams")
    counted = "about " if call.estimated else ""
    told.append(f"{counted}{call.input_tokens} tokens in, {call.output_tokens} out")
    return ", ".join(told)

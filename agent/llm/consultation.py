"""What does one task ask models with? The models, their prompts, and the task's account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.llm.account import Account
from agent.llm.asking import Models

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.llm.configured import Configured
    from agent.prompts import Prompts

    Consult = Callable[[], "Consultation"]


@dataclass(frozen=True, slots=True)
class Consultation:
    """Models and prompts for one task, which pays for them from its own account."""

    models: Models
    prompts: Prompts
    account: Account

    async def aclose(self) -> None:
        """Close the connections of the models."""
        await self.models.aclose()


def consult(configured: Configured, prompts: Prompts) -> Consultation:
    """Begin a task's consultation of the models that the settings name."""
    from agent.llm.chat_completions import ChatCompletions  # noqa: PLC0415 - the SDK, 0.35 s

    models = {
        purpose: tuple(map(ChatCompletions, profiles))
        for purpose, profiles in configured.profiles.items()
    }
    return Consultation(Models(models, prompts), prompts, Account(configured.budget))

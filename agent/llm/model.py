"""What can be asked of any model? The protocol that the rest of the agent knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from agent.llm.account import Call
    from agent.llm.profile import Profile
    from agent.llm.strict import Schema

OnText = Callable[[str], None]
"""Called with the whole text so far; after a failure the next attempt begins anew."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A conversation to go on with, and the schema (None: free text) of the answer."""

    messages: tuple[Message, ...]
    schema: Schema | None = None
    schema_name: str = "answer"


class Model(Protocol):
    """A model that can be asked."""

    @property
    def profile(self) -> Profile:
        """Return which model it is, and what it can do."""
        ...

    async def complete(
        self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
    ) -> str:
        """Ask once, and return the text of the answer: complete, never empty, not yet judged.

        Args:
            question: What is asked.
            call: Filled with the tokens as they become known, also when this fails or is cancelled.
            seconds: For the whole answer.
            on_text: Told of the text as it comes, where the model can stream.

        Raises:
            ModelError: by kind, see agent/errors.py.

        """
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...

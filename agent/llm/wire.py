"""What do we read of an answer on the wire? Only what every server sends; the rest is ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, JsonValue

if TYPE_CHECKING:
    from agent.llm.account import Call


class Details(BaseModel):
    """Of the input tokens."""

    cached_tokens: int | None = None


class TokenCounts(BaseModel):
    """How many tokens, as the server counts."""

    prompt_tokens: int
    completion_tokens: int = 0
    prompt_tokens_details: Details | None = None


class Said(BaseModel):
    """A message, or a piece of one."""

    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """One answer, or a piece of one; we only ever ask for one."""

    finish_reason: str | None = None
    message: Said = Said()
    delta: Said = Said()


class Completion(BaseModel):
    """A whole answer or one event of a stream. ``error`` comes with status 200 from some."""

    choices: list[Choice] = []
    usage: TokenCounts | None = None
    error: JsonValue = None

    def tell(self, call: Call) -> None:
        """Pass on what it says of tokens."""
        if self.usage:
            details = self.usage.prompt_tokens_details
            cached = (details.cached_tokens if details else None) or 0
            call.told(self.usage.prompt_tokens, cached, self.usage.completion_tokens)

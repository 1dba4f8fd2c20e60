"""Whom does one task ask, and what is told of it? Models, begun when the first question comes up.

What a task plans with, writes with and mends with is one consultation: one account, one budget.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.documents import Usage
from agent.events import ModelAnswered, ModelAsked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.documents import Purpose
    from agent.events import OnEvent
    from agent.llm.consultation import Consult, Consultation
    from agent.llm.model import OnText

STEP = 50
"""Tokens of an answer between two events that tell of it."""


class Consulting:
    """The consultation of one task, and the events that tell of it."""

    def __init__(self, consult: Consult | None, on_event: OnEvent) -> None:
        """Take what is needed; nothing is asked yet.

        Args:
            consult: What begins a task's consultation of models (None: there are none).
            on_event: Told when a model is asked, how far it is, and what it took.

        """
        self._consult = consult
        self._on_event = on_event
        self._consultation: Consultation | None = None

    @property
    def possible(self) -> bool:
        """Tell whether there is anybody to ask, for whatever purpose."""
        return self._consult is not None

    async def about(self, purpose: Purpose) -> Consultation | None:
        """Return the consultation, where there is a model for this purpose."""
        if self._consult is None:
            return None
        if self._consultation is None:
            # in a thread: it loads the SDK, and meanwhile the task can be called off
            self._consultation = await asyncio.to_thread(self._consult)
        return self._consultation if purpose in self._consultation.models else None

    @contextmanager
    def asking(self, purpose: Purpose) -> Iterator[Callable[[], OnText]]:
        """Tell of all that is asked for one purpose, and in the end what it took.

        Gives a function that returns a listener for one answer, however many come at a time. The
        first event comes now, and then one every few words.
        """
        if self._consultation is None:
            raise AssertionError("nothing is asked before there is somebody to ask")
        account = self._consultation.account
        before, spent = len(account.calls), account.seconds
        self._on_event(ModelAsked(purpose))
        try:
            yield _Hearing(purpose, self._on_event).listener
        finally:
            if calls := account.calls[before:]:
                event = ModelAnswered(
                    purpose,
                    calls=len(calls),
                    input_tokens=sum(call.input_tokens for call in calls),
                    output_tokens=sum(call.output_tokens for call in calls),
                    seconds=account.seconds - spent,
                )
                self._on_event(event)

    @property
    def asked(self) -> bool:
        """Tell whether a model was asked."""
        return self._consultation is not None and bool(self._consultation.account.calls)

    def usage(self, seconds: float) -> Usage:
        """Return what a task of so many seconds has used so far."""
        if self._consultation is None:
            return Usage(seconds=round(seconds, 3))
        return self._consultation.account.usage(seconds)

    async def aclose(self) -> None:
        """Close the connections of the models."""
        if self._consultation is not None:
            await self._consultation.aclose()


class _Hearing:
    """The tokens of all answers that come for one purpose, told of every few words."""

    def __init__(self, purpose: Purpose, on_event: OnEvent) -> None:
        from agent.llm.account import estimate  # noqa: PLC0415 - only who asks pays for it

        self._purpose = purpose
        self._on_event = on_event
        self._estimate = estimate
        self._answers: list[int] = []
        self._told = 0

    def listener(self) -> OnText:
        number = len(self._answers)
        self._answers.append(0)

        def hear(text: str) -> None:
            self._answers[number] = self._estimate(text)
            tokens = sum(self._answers)
            if tokens < self._told or tokens >= self._told + STEP:  # fewer: it is asked again
                self._told = tokens
                self._on_event(ModelAsked(self._purpose, tokens))

        return hear

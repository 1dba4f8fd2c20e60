"""What is asked of the service in the campaign, and what does the model say to it?

Every request has a number that its words and its plan carry, so that each question says which task
it is asked for. Every answer has a number, too, as its count of tokens: what is kept of an answer
tells which one it was.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.rule_cases import rule_case
from tests.scripted_model import Turn, asked_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

PLAN = "# assume: Titles have 200 characters.\nproject todo\n\nentity Task\n  title: string(200)\n"
RULES = rule_case("two")
MARK = re.compile(r"Request (\d+)\.")
WORDS, WRITTEN, PROVEN = "words", "written", "proven"
"""Kinds of requests: one call; five of them; no model, but a proof in the sandbox."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of the campaign."""

    number: int
    kind: str

    @property
    def document(self) -> str:
        """Return it as an input document."""
        if self.kind == PROVEN:
            source = {"format": "spec", "content": PLAN}
            asked = {"type": "architecture", "framework": "fastapi", "description": ""}
            proof = {"verification": "fast"}
            given = {"request": asked, "context": {"sources": [source]}, "constraints": proof}
            return json.dumps(given)
        words = "People keep tasks." if self.kind == WORDS else RULES.request
        asked = {"type": "architecture", "framework": "fastapi"}
        return json.dumps({"request": {**asked, "description": f"Request {self.number}. {words}"}})


def requests(count: int, proven: int) -> list[Asking]:
    """Return so many requests: of every four that need no proof, one is written by the model."""
    found = [Asking(n, WRITTEN if n % 4 == 0 else WORDS) for n in range(count - proven)]
    return found + [Asking(n, PROVEN) for n in range(count - proven, count)]


@dataclass(frozen=True, slots=True)
class Called:
    """One call that the model answered: its number, when it was asked, for which request, what."""

    number: int
    at: float
    request: int
    question: str


class Model:
    """The script of the server that plays the model; it counts all calls."""

    def __init__(self, asked: Sequence[Asking], random: Random | None = None) -> None:
        """Answer after some tenths of a second, or at once where there is nothing random."""
        self._kinds = {each.number: each.kind for each in asked}
        self._random = random
        self.calls: list[Called] = []

    def __call__(self, body: dict[str, Any]) -> Turn:
        """Answer one question."""
        messages = [each["content"] for each in body["messages"]]
        found = MARK.search("\n".join(messages))
        if found is None:
            raise AssertionError(f"a question that says not what it is for: {messages}")
        number = int(found[1])
        question = hashlib.sha256(json.dumps(messages).encode()).hexdigest()
        call = Called(len(self.calls) + 1, time.monotonic(), number, question)
        self.calls.append(call)
        delay = self._random.uniform(0.1, 0.6) if self._random else 0.0
        return Turn(self._said(number, messages), usage=(call.number, 0, 1), delay=delay)

    def _said(self, number: int, messages: list[str]) -> str:
        kind, operation = asked_for(messages)
        if kind != "plan":
            return RULES.answers[kind, operation][-1].strip("\n")
        if self._kinds[number] == WORDS:
            return PLAN
        (plan,) = RULES.answers["plan", ""]
        return plan.strip("\n").replace('rule "', f'rule "Request {number}. ')

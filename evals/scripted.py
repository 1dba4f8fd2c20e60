"""What does a recorded model answer? A script for the server that speaks Chat Completions.

Tokens are counted with OpenAI's vocabulary, of what is really sent; nothing counts as cached.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.scripted_model import Turn, asked_for
from tests.tokens import count

if TYPE_CHECKING:
    from evals.rule_cases import RuleCase


class Script:
    """The recorded answers of one case, each in its turn; the last one stays."""

    def __init__(self, case: RuleCase) -> None:
        """Begin with the first answers."""
        self._case = case
        self._given: Counter[tuple[str, str]] = Counter()

    def __call__(self, body: dict[str, Any]) -> Turn:
        """Answer one request."""
        messages = [each["content"] for each in body["messages"]]
        asked = asked_for(messages)
        answers = self._case.answers.get(asked, ())
        if not answers:
            return Turn("# cannot: nothing is recorded for this", usage=(0, 0, 0))
        said = answers[min(self._given[asked], len(answers) - 1)].strip("\n")
        self._given[asked] += 1
        return Turn(said, usage=(sum(map(count, messages)), 0, count(said)))

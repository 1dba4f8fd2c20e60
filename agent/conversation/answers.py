"""Is something an answer to a question? It speaks of what the question is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.names import singular

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.documents import Question

_QUOTED = re.compile(r"(?<!\w)'(.+)'(?!\w)")
"""What a question quotes of somebody's words: it is about those, whatever else it says."""
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    {
        *("a", "an", "the", "this", "that", "it", "its", "is", "are", "be", "has", "have", "there"),
        *(
            "to",
            "of",
            "in",
            "on",
            "at",
            "by",
            "for",
            "with",
            "from",
            "as",
            "and",
            "or",
            "not",
            "no",
        ),
        *(
            "what",
            "which",
            "who",
            "how",
            "when",
            "where",
            "does",
            "do",
            "can",
            "may",
            "must",
            "one",
        ),
        *("each", "every", "any", "all", "my", "our", "your", "their", "i", "we", "you", "they"),
        *("make", "add", "call", "use", "project"),
    }
)
"""Words that say nothing of what something is about."""
_YES_OR_NO = frozenset({"yes", "no", "y", "n"})


def is_about(question: Question, changed: Iterable[str], said: str) -> bool:
    """Tell whether a change of the plan is about a question.

    Args:
        question: What was asked.
        changed: The lines of the plan that became different.
        said: What was said to it, as it was typed.

    """
    if said.strip().rstrip(".!").lower() in _YES_OR_NO:
        return True
    quoted = _QUOTED.search(question.text)
    asked = _words(quoted[1] if quoted else f"{question.text} {question.about}")
    # the project's line quotes its description, and so everything that was said at first
    lines = [line for line in changed if not line.startswith(("+ project", "- project"))]
    return not asked or bool(asked & _words(" ".join([*lines, said])))


def _words(text: str) -> set[str]:
    """Return the words of a text that mean something, however they are spelled."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    return {singular(word) for word in _WORD.findall(spaced) if word not in _SMALL}

"""Which framework suits? The role's selection guide, applied to the words of the request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.documents import Framework, Selection

if TYPE_CHECKING:
    from agent.documents import Request


@dataclass(frozen=True, slots=True)
class _Rule:
    """One row of the guide: the framework, and the words that speak for it."""

    framework: Framework
    words: re.Pattern[str]
    why: str


def _rule(framework: Framework, words: str, why: str) -> _Rule:
    return _Rule(framework, re.compile(rf"\b(?:{words})\b", re.IGNORECASE), why)


GUIDE = (
    _rule(
        Framework.DJANGO,
        r"admin (?:interface|panel|site|ui)|full[- ]featured|batteries included|cms|"
        r"content management|server[- ]rendered|templates?",
        "full-featured web framework, where an admin interface is needed",
    ),
    _rule(
        Framework.FLASK,
        r"quick prototype|prototypes?|prototyping|minimal|lightweight|proof of concept|throw-?away",
        "simple and lightweight: quick prototypes, minimal boilerplate",
    ),
)
DEFAULT_WHY = (
    "high-performance APIs, async/await, automatic OpenAPI documentation, types with Pydantic"
)


def guide() -> str:
    """Return the guide as lines of text, for a model to know it."""
    rules = [f"- {rule.framework.value}: {rule.why}" for rule in GUIDE]
    return "\n".join([f"- {Framework.FASTAPI.value}: {DEFAULT_WHY}", *rules])


def select(request: Request) -> Selection:
    """Choose a framework and say why. Where the guide names another one, that is said as well."""
    if request.framework is not Framework.AUTO:
        return Selection(
            framework=request.framework.value,
            reasons=(f"The request asks for {request.framework.value}.",),
        )
    words = " ".join((request.description, *request.requirements))
    for rule in GUIDE:
        if found := rule.words.search(words):
            named = rule.framework.value
            return Selection(
                framework=Framework.FASTAPI.value,
                reasons=(
                    f"The guide names {named} ({rule.why}), for the words '{found[0]}'.",
                    f"{named} is not supported yet, so fastapi is taken: {DEFAULT_WHY}.",
                ),
            )
    return Selection(
        framework=Framework.FASTAPI.value,
        reasons=(
            f"The guide names fastapi: {DEFAULT_WHY}. Nothing in the words speaks against it.",
        ),
    )

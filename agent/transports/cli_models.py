"""What did models do for an answer? What they used, in words, and whether they wrote code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import Result, Usage


def models_used(usage: Usage | None) -> Iterator[str]:
    """Give a line for each model that was asked."""
    for model in usage.models if usage else ():
        calls = f"{model.calls} call{'s' if model.calls > 1 else ''}"
        cached = f" ({model.cached_tokens} of them cached)" if model.cached_tokens else ""
        tokens = f"{model.input_tokens} tokens in{cached}, {model.output_tokens} out"
        cost = "" if model.cost is None else f", cost {model.cost:g}"
        told = f"{model.purpose.value}: {model.model}, {calls}, {tokens}{cost}"
        yield f"{told} ({model.seconds:.1f} s, {', '.join(model.prompts)})"


def was_written(result: Result) -> bool:
    """Tell whether a model wrote parts of the project, which may be what fails."""
    return any(each.purpose is Purpose.CODE for each in result.usage.models)

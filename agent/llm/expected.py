"""What must an answer be? A type, or text that a reader of ours can read; judged on our side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from agent.calls import here
from agent.errors import ModelInvalidError
from agent.llm.strict import strict_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.calls import Calls
    from agent.llm.strict import Schema

T = TypeVar("T")

PROBLEMS = 20
"""How many problems are told at once: more helps no model, and costs."""
ROOT = "the answer"

# Models that think aloud, and those that nothing holds to JSON.
THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
FENCED = re.compile(r"```[\w-]*[ \t]*\n(.*)\n[ \t]*```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expected(Generic[T]):
    """What is expected of an answer.

    ``read`` takes the text and returns what it says, or raises ``ModelInvalidError`` with all of
    its problems; ``call`` says where. Where there is a ``schema``, servers are asked to keep to it.
    """

    name: str
    read: Callable[[str], T]
    schema: Schema | None = None
    call: Calls = here


def expect_json(name: str, kind: type[T]) -> Expected[T]:
    """Expect JSON of a pydantic model's shape.

    Raises:
        ValueError: the model allows what no portable schema can say.

    """
    adapter: TypeAdapter[T] = TypeAdapter(kind)

    def read(text: str) -> T:
        try:
            return adapter.validate_json(_bare_json(text))
        except ValidationError as error:
            raise ModelInvalidError(_problems(error)) from None

    return Expected(name, read, strict_schema(adapter.json_schema()))


def expect_text(name: str, read: Callable[[str], T], call: Calls = here) -> Expected[T]:
    """Expect text that ``read`` understands, or refuses with ``ModelInvalidError``."""
    return Expected(name, partial(_read_bare, read), call=call)


def _read_bare(read: Callable[[str], T], text: str) -> T:
    return read(_bare_text(text))


def _bare_text(text: str) -> str:
    """Return an answer without thoughts before it, and without a fence if it is nothing else."""
    bare = THOUGHT.sub("", text, count=1).strip()
    fenced = FENCED.fullmatch(bare)
    return fenced.group(1) if fenced else bare


def _bare_json(text: str) -> str:
    """Return the JSON object of an answer, without what was said around it."""
    bare = THOUGHT.sub("", text, count=1)
    start, end = bare.find("{"), bare.rfind("}")
    return bare[start : end + 1] if 0 <= start < end else bare


def _problems(error: ValidationError) -> list[str]:
    """Return a line for each problem: where, and what; never what was found there."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [f"{_place(each['loc'])}: {each['msg']}" for each in found[:PROBLEMS]]
    if len(found) > PROBLEMS:
        lines.append(f"and {len(found) - PROBLEMS} more")
    return lines


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or ROOT

"""What did a model write? Statements, in as few tokens as they take; or why it cannot.

A body is the statements alone. Tests are statements too, each behind a line ``# test: name``. An
answer that is one line ``# cannot: why`` says that the rule cannot be kept with what is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, TypeVar

from agent.errors import ModelInvalidError
from agent.llm.expected import PROBLEMS
from agent.writing.written import AcceptanceTest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    V = TypeVar("V")
    Vet = Callable[[V], Sequence[str]]
    """Returns what is wrong with a body or a test, a line for each fault."""

MOST_TESTS = 12
LONGEST_NAME = 80
LONGEST_ANSWER = 40_000
"""Characters; what is longer is no body of one function."""
LONGEST_REASON = 300

# Neither tries two ways to read the same spaces: that would take the square of their number.
_TEST = re.compile(r"(?m)^[ \t]*#[ \t]*test[ \t]*:(.*)$")
_CANNOT = re.compile(r"#[ \t]*cannot[ \t]*:[ \t]*(\S[^\n]*)", re.IGNORECASE)
_INDENTATION = re.compile(r"(?m)^[ \t]+")


@dataclass(frozen=True, slots=True)
class Cannot:
    """The model says why the rule cannot be kept; one plain line."""

    reason: str


def read_body(text: str, vet: Vet[str]) -> str | Cannot:
    """Read the statements of a body.

    Raises:
        ModelInvalidError: there are none, or they say what a body may not.

    """
    if reason := _cannot(text):
        return reason
    body = _plain(text)
    if not body:
        raise ModelInvalidError(["there are no statements"])
    _refuse(vet(body))
    return body


def read_tests(text: str, vet: Vet[AcceptanceTest]) -> tuple[AcceptanceTest, ...] | Cannot:
    """Read tests.

    Raises:
        ModelInvalidError: there are none or too many, one has no proper name of its own, or says
            what a test may not.

    """
    if reason := _cannot(text):
        return reason
    before, *parts = _TEST.split(_plain(text))
    if not parts:
        raise ModelInvalidError(["there is no line `# test: name` with a test below it"])
    names = [name.strip().removeprefix("test_") for name in parts[::2]]
    found = [
        AcceptanceTest(name, _plain(body)) for name, body in zip(names, parts[1::2], strict=True)
    ]
    problems = ["statements stand before the first `# test: name`"] if _says(before) else []
    if len(found) > MOST_TESTS:
        problems.append(f"there are {len(found)} tests: {MOST_TESTS} at most")
    for number, test in enumerate(found):
        if test.name in names[:number]:
            problems.append(f"{_shown(test.name)}: there are two tests of this name")
        if not _says(test.body):
            problems.append(f"{_shown(test.name)}: there are no statements")
        problems += vet(test)
    _refuse(problems)
    return tuple(found)


def _shown(name: str) -> str:
    return ascii(name[:LONGEST_NAME])[1:-1]


def _cannot(text: str) -> Cannot | None:
    found = _CANNOT.fullmatch(text.strip())
    if found is None:
        return None
    plain = "".join(c if c.isprintable() else " " for c in found[1])
    return Cannot(" ".join(plain.split())[:LONGEST_REASON])


def _plain(text: str) -> str:
    """Return statements without indentation of their own, and empty lines around them."""
    if len(text) > LONGEST_ANSWER:
        raise ModelInvalidError([f"it is longer than {LONGEST_ANSWER} characters"])
    even = _INDENTATION.sub(lambda found: found[0].expandtabs(4), text)
    lines = [line.rstrip() for line in dedent(even).splitlines()]
    return "\n".join(lines).strip("\n")


def _says(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def _refuse(problems: Sequence[str]) -> None:
    if not problems:
        return
    more = len(problems) - PROBLEMS
    told = [*problems[:PROBLEMS], f"and {more} more"] if more > 0 else problems
    raise ModelInvalidError(told)

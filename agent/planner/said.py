"""What did a model say? A plan in the spec language, and remarks in lines that begin with ``#``.

``# assume:`` is a choice that was made, ``# ask:`` a question, ``# beyond:`` something that the
request wants and no plan can say. Other comments say nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.documents import Source, SourceFormat
from agent.errors import ModelInvalidError, SourceError
from agent.llm.expected import PROBLEMS
from agent.planner import names
from agent.planner.readers.spec_language import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import Fault
    from agent.planner.reading import Reading

MOST_QUESTIONS = 5
MOST_REMARKS = 50
LONGEST_REMARK = 500

_REMARK = re.compile(r"(?im)^[ \t]*#[ \t]*(assume|ask|beyond)[ \t]*:[ \t]*(\S.*)$")


@dataclass(frozen=True, slots=True)
class Said:
    """A given spec with the places of its parts, and the remarks beside it, each one line."""

    reading: Reading
    assumptions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def plans_something(self) -> bool:
        """Tell whether there is a plan, and not remarks alone."""
        spec = self.reading.spec
        return bool(spec.entities or spec.operations or spec.enums or spec.schemas)


def understand(text: str) -> Said:
    """Read a model's answer.

    Raises:
        ModelInvalidError: it is not in the language; every line that is not is named.

    """
    remarks: dict[str, list[str]] = {"assume": [], "ask": [], "beyond": []}
    for kind, words in _REMARK.findall(text):
        remarks[kind.lower()].append(_one_line(words))
    try:
        reading = read(Source(format=SourceFormat.SPEC, content=text))
    except SourceError as error:
        raise ModelInvalidError(problems(error.faults)) from None
    if reading.faults:
        raise ModelInvalidError(problems(reading.faults))
    return Said(
        reading,
        assumptions=tuple(dict.fromkeys(remarks["assume"][:MOST_REMARKS])),
        questions=tuple(dict.fromkeys(remarks["ask"]))[:MOST_QUESTIONS],
        beyond=tuple(dict.fromkeys(remarks["beyond"][:MOST_REMARKS])),
    )


def problems(faults: Sequence[Fault]) -> list[str]:
    """Return a line for each fault, as a model is told of it: the first of them, where many."""
    lines = []
    for fault in faults[:PROBLEMS]:
        where = f"line {fault.line}, column {fault.column or 1}: " if fault.line else ""
        hint = f" (expected: {fault.expected})" if fault.expected else ""
        lines.append(f"{where}{fault.message}{hint}")
    if len(faults) > PROBLEMS:
        lines.append(f"and {len(faults) - PROBLEMS} more")
    return lines


def _one_line(words: str) -> str:
    return names.one_line(words)[:LONGEST_REMARK]

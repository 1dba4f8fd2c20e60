"""What was understood of an input, and how do two inputs differ? Shown, and nothing is built."""

from __future__ import annotations

import sys
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from agent.contract import read_input
from agent.documents import Questions, Refusal, for_people, warned
from agent.emitter.mermaid import diagram
from agent.errors import QuestionError, RefusedError
from agent.planner.difference import differences
from agent.planner.readers.spec_language import MAX_CHARACTERS
from agent.planner.spec_writer import write
from agent.transports import cli_summary
from agent.transports.cli_input import Given, read
from agent.transports.cli_json import print_answer, print_json
from agent.transports.cli_look import plan_of
from agent.transports.cli_understood import one_line, sections

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from agent.documents import Warn
    from agent.planner.difference import Difference
    from agent.planner.resolve import Plan
    from agent.types import BackendSpec

    ShowAs = Literal["table", "spec", "json", "mermaid"]

SAME, DIFFERENT, REFUSED, ASKED = 0, 1, 2, 3
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@dataclass(frozen=True, slots=True)
class SpecOptions:
    """What is asked for. ``given``: only what the input itself says, not what follows from it."""

    form: str | None = None
    overlay: Mapping[str, str] = field(default_factory=dict)
    auth: Literal["jwt", "none"] | None = None
    given: bool = False
    show_as: ShowAs = "table"


@dataclass(frozen=True, slots=True)
class Understood:
    """One input that was understood, under the name that it has for people."""

    name: str
    spec: BackendSpec
    plan: Plan
    warnings: tuple[Warn, ...]

    def notes(self) -> Iterator[tuple[str, str]]:
        """Yield what was assumed, left open and left out: which of them, and the words."""
        yield from (("Assumption", text) for text in for_people(self.plan.assumptions))
        yield from (("Open question", note.text) for note in self.plan.questions)
        told = warned(self.warnings)
        for title, texts in told.items():
            yield from ((title.removesuffix("s"), text) for text in texts)
        known = {text for texts in told.values() for text in texts}
        yield from (("Not carried over", text) for text in self.spec.omitted if text not in known)

    def told(self, said: Collection[str] = ()) -> Iterator[str]:
        """Yield the same as lines, but for the words that are said already."""
        yield from (f"{kind}: {text}" for kind, text in self.notes() if text not in said)


class _NotUnderstoodError(Exception):
    """There is no spec to show; why is said already."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def show_spec(file: str, options: SpecOptions) -> int:
    """Print what was understood of an input; return the exit code."""
    try:
        found = _understand(file, options)
    except _NotUnderstoodError as error:
        return error.code
    if options.show_as == "table":
        cli_summary.show(list(sections(found.name, found.spec, found.notes())))
    elif options.show_as == "json":
        print_json(_document(found), indent=2)
    elif options.show_as == "mermaid":
        _print(f"{diagram(found.spec, found.told())}\n")
    else:
        text = "".join(f"# {one_line(line)}\n" for line in found.told(found.spec.omitted))
        text += "\n" * bool(text) + write(found.spec)
        _print(text)
        if len(text) > MAX_CHARACTERS:
            sys.stderr.write(f"longer than {MAX_CHARACTERS} characters: it cannot be read back\n")
    return SAME


def show_differences(first: str, second: str, options: SpecOptions) -> int:
    """Print how two inputs differ; return 0 where they say the same, 1 where not, 2 if refused."""
    try:
        before, after = _understand(first, options), _understand(second, options)
    except _NotUnderstoodError:
        return REFUSED
    found = differences(before.spec, after.spec)
    if options.show_as == "json":
        told = [
            {
                "change": each.change,
                "kind": each.kind,
                "name": each.name,
                "before": each.before,
                "after": each.after,
            }
            for each in found
        ]
        print_json({"same": not found, "differences": told}, indent=2)
    else:
        _print("".join(f"{one_line(_line(each))}\n" for each in found))
    return DIFFERENT if found else SAME


def _understand(file: str, options: SpecOptions) -> Understood:
    """Plan an input, without a model.

    Raises:
        _NotUnderstoodError: it is refused, or asks back.

    """
    given = Given({}, file.strip() or "words")
    try:
        given = read(file, options.form, options.overlay, options.auth)
        document, warnings = read_input(given.data)
        plan = plan_of(document, given)
    except RefusedError as error:
        faults = tuple(map(given.local, error.faults))
        _say(Refusal(errors=faults, understood=error.understood), given, options)
        raise _NotUnderstoodError(REFUSED) from error
    except QuestionError as error:
        answer = Questions(
            task_id=str(uuid4()), open_questions=error.questions, understood=error.understood
        )
        _say(answer, given, options)
        raise _NotUnderstoodError(ASKED) from error
    return Understood(
        name=given.name,
        spec=plan.given if options.given and plan.given is not None else plan.spec,
        plan=plan,
        warnings=tuple(map(given.local, (*warnings, *plan.warnings))),
    )


def _say(answer: Refusal | Questions, given: Given, options: SpecOptions) -> None:
    """Say why there is no spec: not into a file that one was to be written to."""
    if options.show_as == "json":
        print_answer(answer, as_event=False)
        return
    with ExitStack() as stack:
        if options.show_as != "table":
            stack.enter_context(redirect_stdout(sys.stderr))
        if isinstance(answer, Questions):
            cli_summary.show(cli_summary.of_questions(answer))
        else:
            cli_summary.show(cli_summary.of_refusal(answer, given))


def _document(found: Understood) -> dict[str, Any]:
    plan = found.plan
    return {
        "spec": found.spec.model_dump(mode="json"),
        "assumptions": [note.model_dump(mode="json") for note in plan.assumptions],
        "openQuestions": [note.model_dump(mode="json") for note in plan.questions],
        "warnings": [warning.model_dump(mode="json") for warning in found.warnings],
    }


def _line(difference: Difference) -> str:
    sign = _SIGNS[difference.change]
    text = difference.before if difference.after is None else difference.after
    line = f"{sign} {difference.kind} {difference.name}{f': {text}' if text else ''}"
    if sign == "~":
        line += f"  (was: {difference.before})"
    return line


def _print(text: str) -> None:
    # what is written to a file is to be read again, as UTF-8 whatever the terminal's encoding is
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()

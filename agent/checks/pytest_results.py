"""What does the report of pytest say? It comes from the sandbox: claims, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

from agent.checks.claims import LONGEST_PATH, as_line, as_text
from agent.checks.findings import shortened

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_NAME = 500
LONGEST_OUTPUT = 20_000
MOST_ELEMENTS = 100_000
"""A report with more is none: a part of it would hide what is in the others."""

Outcome = Literal["passed", "failed", "skipped", "xfailed"]


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name, how it ended, and (path, line) of its definition.

    ``function`` is the name without parameters, behind the classes that it stands in.
    """

    name: str
    outcome: Outcome
    message: str = ""
    text: str = ""
    place: tuple[str, int] | None = None
    function: str = ""

    @property
    def file(self) -> str:
        """The file that the test is defined in."""
        return self.place[0] if self.place else ""


def read_junit(text: str | None) -> list[Case]:
    """Read a JUnit report of the family xunit1; what is no such report has no cases."""
    root = _tree(text or "")
    return [] if root is None else [_case(element) for element in root.iter("testcase")]


def _tree(text: str) -> Element | None:
    from xml.etree.ElementTree import TreeBuilder  # noqa: PLC0415 - only proofs need it
    from xml.parsers import expat  # noqa: PLC0415 - the same

    builder = TreeBuilder()
    elements = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > MOST_ELEMENTS:
            raise ValueError("more elements than any suite needs")
        builder.start(name, attributes)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    # pytest writes no document type. Without one there are no entities, so nothing can swell.
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text.encode(errors="replace"), True)  # noqa: FBT003 - has no name
        return builder.close()
    except (expat.ExpatError, ValueError):
        return None


def _refuse(*_declared: object) -> NoReturn:
    raise ValueError("a document type")


def _case(element: Element) -> Case:
    name = as_text(element.get("name", ""), LONGEST_NAME)
    path = as_text(element.get("file", ""), LONGEST_PATH)
    line = as_line(element.get("line"), first=0)
    place = (path, line) if path and line is not None else None
    module = path.removesuffix(".py").replace("/", ".")
    within = as_text(element.get("classname", ""), LONGEST_PATH + LONGEST_NAME)
    classes = within.removeprefix(module).strip(".").split(".")
    function = "::".join([*filter(None, classes), name.partition("[")[0]])
    for tag in ("failure", "error"):
        found = element.find(tag)
        if found is not None:
            message = shortened(found.get("message", ""), LONGEST_OUTPUT)
            said = shortened(found.text or "", LONGEST_OUTPUT)
            return Case(name, "failed", message, said, place=place, function=function)
    left = element.find("skipped")
    if left is not None:
        outcome: Outcome = "xfailed" if left.get("type") == "pytest.xfail" else "skipped"
        reason = shortened(left.get("message", ""), LONGEST_OUTPUT)
        return Case(name, outcome, reason, place=place, function=function)
    return Case(name, "passed", place=place, function=function)

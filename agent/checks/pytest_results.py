"""What do the reports of pytest and coverage say? Both come from the sandbox: claims, bounded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name, how it ended, and (path, line) of its definition.

    ``function`` is the name without parameters, behind the classes that it stands in.
    """

    name: str
    outcome: Literal["passed", "failed", "skipped"]
    message: str = ""
    text: str = ""
    place: tuple[str, int] | None = None
    function: str = ""

    @property
    def file(self) -> str:
        """The file that the test is defined in."""
        return self.place[0] if self.place else ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of the code that was run (0 to 100), and per file which lines were not."""

    percent: float
    missing: tuple[tuple[str, tuple[int, ...]], ...]


def read_junit(text: str | None) -> list[Case]:
    """Read a JUnit report of the family xunit1; what is no such report has no cases."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - only proofs need it; see below

    # pytest writes no document type. Without one there are no entities, so nothing can swell.
    if text is None or "<!" in text.partition("<testsuite")[0]:
        return []
    try:
        root = ET.fromstring(text)  # noqa: S314 - no document type, bounded size
    except ET.ParseError:
        return []
    return [_case(element) for element in root.iter("testcase")]


def _case(element: Element) -> Case:
    name = element.get("name", "")
    path, line = element.get("file"), element.get("line", "")
    place = (path, int(line) + 1) if path and line.isdecimal() else None
    module = (path or "").removesuffix(".py").replace("/", ".")
    classes = element.get("classname", "").removeprefix(module).strip(".").split(".")
    function = "::".join([*filter(None, classes), name.partition("[")[0]])
    for tag in ("failure", "error"):
        found = element.find(tag)
        if found is not None:
            said = (found.get("message", ""), found.text or "")
            return Case(name, "failed", *said, place=place, function=function)
    if element.find("skipped") is not None:
        return Case(name, "skipped", place=place, function=function)
    return Case(name, "passed", place=place, function=function)


def read_coverage(text: str | None) -> Coverage | None:
    """Read slipcover's JSON report; None where there is none."""
    try:
        report = json.loads(text or "")
        missing = {path: file["missing_lines"] for path, file in report["files"].items()}
        return Coverage(
            percent=float(report["summary"]["percent_covered"]),
            missing=tuple(
                (path, tuple(map(int, lines)))
                for path, lines in sorted(missing.items(), key=lambda each: -len(each[1]))
                if lines
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None

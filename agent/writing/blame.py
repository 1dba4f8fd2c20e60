"""Which findings lie in what was written? By operation, in the few lines that mending takes.

A finding lies in an operation where it names the file of its body or of its tests, one of its
tests, or its endpoint. Whoever is to mend it is told the check, the line of the body, and what was
found; of the tests only those that failed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.slot_views import PLACE
from agent.writing.reading import functions
from agent.writing.slots import slots
from agent.writing.standing import findings_of, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agent.documents import CheckName, Finding, GeneratedFile, Proof
    from agent.types import BackendSpec
    from agent.writing.slots import Slot
    from agent.writing.written import AcceptanceTest, Written

ELSEWHERE = ("tests/", PLACE.partition("{")[0])
"""Where what is found lies in that file: in a test, or in another operation."""
MOST_FINDINGS = 8
LONGEST_FINDING = 700
"""Characters of one finding, as it is told."""


@dataclass(frozen=True, slots=True)
class Blamed:
    """An operation whose body has to be mended; ``body`` is it as it stands in its file.

    ``dropped`` are other bodies that were proven, and were no better.
    """

    slot: Slot
    written: Written
    body: str
    findings: tuple[str, ...]
    tests: tuple[AcceptanceTest, ...]
    dropped: tuple[str, ...] = ()


def blame(
    spec: BackendSpec,
    written: Mapping[str, Written],
    files: Iterable[GeneratedFile],
    proof: Proof,
) -> list[Blamed]:
    """Return the operations with a written body that made a proof fail, with what was found."""
    found = findings_of(proof)
    blamed = []
    for place in _places(spec, written, files):
        lines = [place.tell(check, each) for check, each in place.its(found)]
        if lines:
            its = place.written
            failed = [test for test in its.tests if place.failed(test, found)]
            several = tuple(dict.fromkeys(lines))[:MOST_FINDINGS]
            blamed.append(Blamed(place.slot, its, place.body, several, tuple(failed)))
    return blamed


def shares(
    spec: BackendSpec,
    written: Mapping[str, Written],
    files: Iterable[GeneratedFile],
    proof: Proof,
) -> Mapping[str, tuple[int, int]]:
    """Return how far each written body got, by what was found in it alone: more is further."""
    found = findings_of(proof)
    places = _places(spec, written, files)
    return {place.slot.operation: share(place.its(found)) for place in places}


def in_tests(
    slot: Slot,
    written: Written,
    files: Iterable[GeneratedFile],
    found: Sequence[tuple[CheckName, Finding]],
) -> tuple[str, ...]:
    """Return what was found in the tests of an operation, as whoever wrote them is told of it."""
    texts = {file.path: file.content for file in files}
    place = _Place(slot, written, "", texts)
    lines = [place.tell(check, each) for check, each in found if each.path == slot.tests_path]
    return tuple(dict.fromkeys(lines))[:MOST_FINDINGS]


def _places(
    spec: BackendSpec, written: Mapping[str, Written], files: Iterable[GeneratedFile]
) -> Iterator[_Place]:
    """Yield where the operations with a written body stand."""
    texts = {file.path: file.content for file in files}
    routes = {o.name: f"{o.method.value} {spec.api.base_path}{o.path}" for o in spec.operations}
    for slot in slots(spec):
        its = written.get(slot.operation)
        if its is not None and its.body is not None:
            yield _Place(slot, its, routes[slot.operation], texts)


class _Place:
    """Where an operation stands in the project."""

    def __init__(self, slot: Slot, written: Written, route: str, texts: Mapping[str, str]) -> None:
        self.slot, self.written, self.route = slot, written, route
        self.path, self.tests_path = slot.path, slot.tests_path
        self.names = {f"test_{test.name}" for test in written.tests}
        self.lines = texts.get(self.path, "").splitlines()
        standing = functions(texts.get(self.path, ""))
        found = next((each for each in standing if each.name == slot.operation), None)
        self.first = found.first if found else 1
        self.body = found.text if found else written.body or ""
        self.tests = texts.get(self.tests_path, "").splitlines()

    def is_about(self, finding: Finding) -> bool:
        """Tell whether a finding lies in this operation."""
        if finding.path in {self.path, self.tests_path}:
            return True
        if finding.path is not None and finding.path.startswith(ELSEWHERE):
            return False
        return _named(finding) in self.names or finding.message.startswith(f"{self.route}: ")

    def its(self, found: Sequence[tuple[CheckName, Finding]]) -> list[tuple[CheckName, Finding]]:
        """Return what of all that was found lies in this operation."""
        return [(check, each) for check, each in found if self.is_about(each)]

    def tell(self, check: CheckName, finding: Finding) -> str:
        """Say a finding in as few words as mending takes."""
        message = _shortened(finding.message)
        if finding.path == self.path and finding.line:
            number = finding.line - self.first + 1
            code = _line(self.lines, finding.line)
            return f"{check.value}, line {number} of the body (`{code}`): {message}"
        if finding.path == self.tests_path and finding.line:
            return f"{check.value}, at `{_line(self.tests, finding.line)}`: {message}"
        return f"{check.value}: {message}"

    def failed(self, test: AcceptanceTest, found: Sequence[tuple[CheckName, Finding]]) -> bool:
        """Tell whether a test is among those that failed."""
        name = f"test_{test.name}"
        return any(_named(each) == name and self.is_about(each) for _, each in found)


def _named(finding: Finding) -> str:
    """Return the test that a finding speaks of, without parameters."""
    return re.split(r"[\[:]", finding.message, maxsplit=1)[0].rpartition(".")[2]


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1].strip() if 1 <= number <= len(lines) else ""


def _shortened(text: str) -> str:
    half = LONGEST_FINDING // 2
    text = text.strip()
    return text if len(text) <= LONGEST_FINDING else f"{text[:half]}\n...\n{text[-half:]}"

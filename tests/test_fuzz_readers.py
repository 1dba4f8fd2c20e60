"""Does every reader answer every text? Accepted, asked about, or refused with a place, and soon."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agent.contract.text import MAX_SIZE
from agent.errors import SpecError
from agent.planner.amounts import MOST_FOLLOWING, MOST_ITEMS, MOST_MEMBERS
from agent.planner.resolve import resolve
from agent.types import (
    Attribute,
    AttributeType,
    BackendSpec,
    Entity,
    EnumType,
    HttpMethod,
    Operation,
)
from tests.fuzzed import BAD, FORMATS, MOST_SECONDS, answer, mutated

if TYPE_CHECKING:
    from tests.fuzzed import Answer

TEXTS = 40
STRING = AttributeType.STRING
MOST_MEMORY = 2**30
"""What one process may have, in bytes."""
MEASURE = """
import resource, sys
from tests.fuzzed import answer, large
for shape, text in large(sys.argv[1], int(sys.argv[2])):
    found = answer(sys.argv[1], text)
    print(shape, found.outcome, round(found.seconds), found.why, sep="\\t")
    assert found.outcome == "refused", shape
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.parametrize("form", FORMATS)
def test_a_broken_text_is_answered_with_a_place(form: str) -> None:
    for seed in range(TEXTS):
        found = answer(form, mutated(form, seed))
        assert found.outcome not in BAD, (seed, found.why)
        assert found.seconds < MOST_SECONDS, seed


def test_chance_is_the_same_every_time() -> None:
    assert mutated("spec", 3) == mutated("spec", 3) != mutated("spec", 4)


def test_the_judge_knows_what_is_no_answer() -> None:
    def judged(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Answer:
        def plan(_: object) -> None:
            raise error

        monkeypatch.setattr("tests.fuzzed.plan", plan)
        return answer("spec", "entity A\n")

    with pytest.MonkeyPatch.context() as patch:
        assert judged(patch, KeyError("x")).outcome == "broken"
        assert judged(patch, SpecError([])).outcome == "no place"
    assert answer("spec", "entity A\n  x").outcome == "refused"
    assert answer("spec", "entity A\n  x: string\n").outcome == "accepted"
    assert answer("text", "").outcome == "asked"


@pytest.mark.parametrize("form", FORMATS)
def test_ten_megabytes_are_refused_within_time_and_memory(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, form, str(2 * MAX_SIZE)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *shapes, memory = done.stdout.splitlines()
    assert int(memory) < MOST_MEMORY
    assert all(int(line.split("\t")[2]) < MOST_SECONDS for line in shapes)


def test_a_relation_to_an_account_that_is_spelled_otherwise_is_refused() -> None:
    text = "auth jwt user Account\nentity aCcount\n  name: string\nentity Pet\n  a -> Account\n"
    found = answer("spec", text)
    assert found.outcome == "refused", found.why


def test_a_word_that_is_too_long_for_a_name_is_not_understood() -> None:
    long = "select" * 40
    value = f"A book has a state (draft, {long} or done)."
    for words in (
        value,
        f"A {long} has a title.",
        f"A book has a {long}.",
        f"A book has an {long} author.",
    ):
        assert answer("text", words).outcome == "refused"


def with_entities(count: int, attributes: int = 1) -> BackendSpec:
    columns = tuple(Attribute(name=f"a{index}", type=STRING) for index in range(attributes))
    entities = tuple(Entity(name=f"E{index}", attributes=columns) for index in range(count))
    return BackendSpec(entities=entities)


def test_what_is_too_much_is_refused_at_once_with_its_place() -> None:
    values = tuple(f"v{index}" for index in range(MOST_ITEMS + 1))
    operations = tuple(
        Operation(name=f"o{index}", method=HttpMethod.POST, path=f"/{index}")
        for index in range(MOST_FOLLOWING + 1)
    )
    for spec, pointer in (
        (with_entities(MOST_ITEMS + 1), f"/entities/{MOST_ITEMS}"),
        (with_entities(1, MOST_ITEMS + 1), f"/entities/0/attributes/{MOST_ITEMS}"),
        (with_entities(31, 1000), f"/entities/{MOST_MEMBERS // 1000}"),
        (BackendSpec(enums=(EnumType(name="E", values=values),)), f"/enums/0/values/{MOST_ITEMS}"),
        (BackendSpec(operations=operations), f"/operations/{MOST_FOLLOWING}"),
    ):
        with pytest.raises(SpecError) as refused:
            resolve(spec)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_most_entities_are_planned() -> None:
    resolved = resolve(with_entities(300)).spec
    assert resolve(resolved).spec == resolved

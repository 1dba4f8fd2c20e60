"""What does the guard say of code for the bikes' operations? For the tests of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.writing.guard import judge_body, judge_test
from agent.writing.slots import Slot, slots
from agent.writing.written import AcceptanceTest

CASES = Path(__file__).with_name("cases")


@cache
def all_slots(text: str = "") -> dict[str, Slot]:
    """Return the slots of a spec (empty: of the bikes), by operation."""
    text = text or (CASES / "bikes.spec").read_text(encoding="utf-8")
    return {slot.operation: slot for slot in slots(resolve(parse(text)).spec)}


def said(body: str, operation: str = "hire_bike", text: str = "") -> list[str]:
    """Return the objections to a body."""
    return [str(each) for each in judge_body(all_slots(text)[operation], body)]


def said_of_test(body: str, name: str = "shows_it") -> list[str]:
    """Return the objections to a test of hiring a bike."""
    slot = all_slots()["hire_bike"]
    return [str(each) for each in judge_test(slot, AcceptanceTest(name, body))]

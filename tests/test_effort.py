"""How much work is a small plan? Counted in calls of functions, which nothing else disturbs."""

from __future__ import annotations

import pickle
import sys
from typing import TYPE_CHECKING

from agent.emitter.project import Renderer
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SMALL = "project todo\n\nentity Task\n  title: string(200)\n"


def calls(work: Callable[[], object]) -> int:
    """Return how many functions written in Python are called, generators each time they go on."""
    work()  # what is read or made once
    found = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal found
        found += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


def test_rendering_a_small_plan_takes_few_calls() -> None:
    asked = pickle.dumps(Renderer(resolve(parse(SMALL)).spec, library()))
    assert calls(lambda: pickle.loads(asked).render()) < 8_500  # noqa: S301 - our own


def test_reading_a_small_plan_takes_few_calls() -> None:
    assert calls(lambda: pickle.dumps(resolve(parse(SMALL)))) < 1_800

"""Are the evals what they claim to be, and do their figures reach what was promised?"""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import __main__ as command
from evals.cases import SETS, Case, cases
from evals.scoring import Count, Score, score

ALL = {name: cases(name) for name in SETS}
README = Path(__file__).parents[1] / "README.md"
FEWEST = {"tune": 25, "report": 20, "later": 15}
FEWEST_REFUSED = 8


@pytest.fixture(scope="module")
def scores() -> dict[str, list[Score]]:
    return {name: [score(case) for case in ALL[name]] for name in SETS}


def total(scores: list[Score], kind: str) -> Count:
    count = Count()
    for one in scores:
        if one.accepted and not one.case.refuse:
            count.add(one.counts[kind])
    return count


def test_there_are_enough_descriptions_of_their_own() -> None:
    texts = [case.text for found in ALL.values() for case in found]
    assert len(texts) == len(set(texts))
    for name, found in ALL.items():
        assert len(found) >= FEWEST[name]
    assert sum(case.refuse for found in ALL.values() for case in found) >= FEWEST_REFUSED


@pytest.mark.parametrize("name", SETS)
def test_the_figures_reach_what_was_promised(scores: dict[str, list[Score]], name: str) -> None:
    found = scores[name]
    readable = [one for one in found if not one.case.refuse]
    assert sum(one.accepted for one in readable) >= 0.4 * len(readable)
    assert not any(one.accepted for one in found if one.case.refuse)
    for kind in ("entities", "fields"):
        count = total(found, kind)
        assert count.precision >= 0.9
        assert count.recall >= 0.9


def test_what_is_missing_and_what_is_too_much_is_counted() -> None:
    names = (frozenset({"Book"}), (frozenset({"title"}), frozenset({"isbn"})))
    text = "A book has a title. A book belongs to a shelf."
    found = score(Case("x", text, refuse=False, entities=(names,)))
    assert found.counts["entities"] == Count(labelled=1, found=2, right=1)
    assert found.counts["fields"] == Count(labelled=2, found=2, right=1)
    assert found.counts["relations"] == Count(labelled=0, found=1, right=0)
    assert found.wrong == [
        "Book.isbn is missing",
        "Shelf is too much",
        "Book -> Shelf is too much",
    ]


def test_the_command_prints_what_the_readme_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["evals", "prose"])
    command.main()
    told = capsys.readouterr().out
    assert told.startswith("prose, without a model")
    assert told in README.read_text(encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["evals", "tune"])
    command.main()
    assert "Author.name is too much" in capsys.readouterr().out

"""Does a three-way merge keep what both sides did, and lose nothing?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.applying.changes import lines_of, unified
from agent.applying.merging import BETWEEN, OURS, YOURS, merge

QUIET = settings(deadline=None, derandomize=True, database=None)
BASE = "one\ntwo\nthree\nfour\nfive\n"
LINES = st.sampled_from(["a\n", "b\n", "c\n", "d\n", "\n", "e\r\n"])
TEXTS = st.builds(
    lambda lines, last: "".join(lines) + last,
    st.lists(LINES, max_size=12),
    st.sampled_from(["", "", "last", "a\x0cb\u2028c"]),
)


def sides(text: str) -> tuple[str, str]:
    """Take a merged text apart: all of it with each side of its conflicts."""
    mine: list[str] = []
    theirs: list[str] = []
    into = [mine, theirs]
    for line in lines_of(text):
        marker = line.rstrip("\r\n")
        if marker in {YOURS, BETWEEN, OURS}:
            into = {YOURS: [mine], BETWEEN: [theirs], OURS: [mine, theirs]}[marker]
        else:
            for each in into:
                each.append(line)
    return "".join(mine), "".join(theirs)


@given(TEXTS, TEXTS)
@QUIET
def test_what_only_one_side_changed_is_that_side(base: str, changed: str) -> None:
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, base).text == changed
    assert merge(base, changed, changed).text == changed


@given(TEXTS, TEXTS, TEXTS)
@QUIET
def test_every_line_of_both_sides_is_base_or_in_the_result(
    base: str, yours: str, ours: str
) -> None:
    merged = merge(base, yours, ours)
    mine, theirs = sides(merged.text)
    assert merged.conflicts or mine == theirs == merged.text
    old, kept = set(lines_of(base)), {line.rstrip("\r\n") for line in lines_of(merged.text)}
    for line in [*lines_of(yours), *lines_of(ours)]:
        assert line in old or line.rstrip("\r\n") in kept


@given(st.lists(st.integers(0, 1), min_size=1, max_size=8), st.data())
@QUIET
def test_edits_in_different_places_both_survive(who: list[int], data: st.DataObject) -> None:
    """Each block is changed by one of the two, or by nobody; a line lies between the blocks."""
    texts = data.draw(st.lists(TEXTS, min_size=len(who), max_size=len(who)))
    base, yours, ours, wanted = "", "", "", ""
    for number, (side, text) in enumerate(zip(who, texts, strict=True)):
        new = "".join(f"{number} {line.rstrip()}\n" for line in lines_of(text))
        fence, old = f"fence {number}\n", f"old {number}\n"
        base += old + fence
        yours += (old if side else new) + fence
        ours += (new if side else old) + fence
        wanted += new + fence
    merged = merge(base, yours, ours)
    assert (merged.text, merged.conflicts) == (wanted, 0)


def test_the_same_place_is_a_conflict_with_both_sides() -> None:
    merged = merge(BASE, BASE.replace("two", "mine"), BASE.replace("two", "theirs"))
    assert merged.conflicts == 1
    assert merged.text == (
        "one\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> python-specialist\nthree\nfour\nfive\n"
    )


def test_lines_next_to_each_other_are_a_conflict_as_in_git() -> None:
    merged = merge(BASE, BASE.replace("two", "mine"), BASE.replace("three", "theirs"))
    assert sides(merged.text) == (
        BASE.replace("two", "mine"),
        BASE.replace("three", "theirs"),
    )


def test_without_a_base_all_of_both_is_in_conflict() -> None:
    assert sides(merge("", "mine\n", "theirs\n").text) == ("mine\n", "theirs\n")


def test_line_ends_stay_as_yours_are() -> None:
    yours = BASE.replace("one", "mine").replace("\n", "\r\n")
    merged = merge(BASE, yours, BASE.replace("five", "theirs"))
    assert merged.conflicts == 0
    assert merged.text == "mine\r\ntwo\r\nthree\r\nfour\r\ntheirs\r\n"


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_last_line_without_an_end_stays_so(end: str) -> None:
    yours, ours = BASE.rstrip("\n") + end, BASE.replace("one", "theirs")
    assert merge(BASE, yours, ours).text == "theirs\ntwo\nthree\nfour\nfive" + end
    both = merge("a", "b", "c").text
    assert both == "<<<<<<< yours\nb\n=======\nc\n>>>>>>> python-specialist\n"


def test_long_texts_are_merged_in_a_moment() -> None:
    base = "".join(f"line {number % 50}\n" for number in range(20_000))
    merged = merge(base, f"mine\n{base}", base.replace("line 49\n", "", 1) + "theirs\n")
    assert merged.conflicts == 0
    assert merged.text.startswith("mine\nline 0\n")
    assert merged.text.endswith("theirs\n")


def test_a_diff_is_written_as_git_does() -> None:
    assert unified("a/b", b"1\n", b"1\n") == ""
    assert unified("a/b", None, b"1") == (
        "--- /dev/null\n+++ b/a/b\n@@ -0,0 +1 @@\n+1\n\\ No newline at end of file\n"
    )
    assert unified("x", b"1\n", None) == "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"
    assert unified("x", b"\xff", b"1\n") == "Binary files a/x and b/x differ\n"

"""Is the same of many things told once to people, with the first of them and their number?"""

from __future__ import annotations

import pytest

from agent.documents import Question, Warn, for_people, warned


def test_the_same_of_many_things_is_one_text_with_the_first_of_them() -> None:
    notes = [Question(id="", text=f"A{i} gets a key.", about=f"A{i}") for i in range(400)]
    (text,) = for_people(notes)
    assert text.startswith("Each of A0, A1, ")
    assert text.endswith("A19 and 380 more gets a key.")
    renamed = [
        Question(id="", text=f"'A{i}.self' is called self_ in Python.", about=f"A{i}.self_")
        for i in range(2)
    ]
    assert for_people(renamed) == ["Each of 'A0.self', 'A1.self' is called self_ in Python."]


@pytest.mark.parametrize(("count", "texts"), [(3, 3), (4, 1), (400, 1)])
def test_the_same_warning_about_many_things_is_one(count: int, texts: int) -> None:
    given = [Warn(code="x", message=f"line {i}: A{i}.b: is odd (#/a/{i})") for i in range(count)]
    found = warned(given)["Warnings"]
    assert len(found) == texts
    if texts == 1:
        rest = f" and {count - 3} more"
        assert found == [f"lines 0, 1, 2{rest}: A0.b, A1.b, A2.b{rest}: is odd"]

"""Is that the answer? Judged by the type itself, or by a reader; told without what was said."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, Field

from agent.errors import ModelInvalidError
from agent.llm.expected import PROBLEMS, expect_json, expect_text


class Part(BaseModel):
    name: str = Field(pattern="^[a-z]+$")


class Whole(BaseModel):
    parts: list[Part]
    count: int = 1


WHOLE = expect_json("whole", Whole)


@pytest.mark.parametrize(
    "text",
    [
        '{"parts": [{"name": "a"}], "count": 2}',
        '\n```json\n{"parts": [{"name": "a"}], "count": 2}\n```\n',
        'Here it is: {"parts": [{"name": "a"}], "count": 2} Anything else?',
        '<think>a {"b"}?</think>\n{"parts": [{"name": "a"}], "count": 2}',
    ],
)
def test_json_is_read(text: str) -> None:
    assert WHOLE.read(text) == Whole(parts=[Part(name="a")], count=2)
    assert WHOLE.schema
    assert WHOLE.schema["required"] == ["parts", "count"]


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ModelInvalidError) as caught:
        WHOLE.read(text)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value.problems


def test_problems_are_places_and_reasons() -> None:
    assert problems('{"parts": [{"name": "a"}, {"name": "SECRET"}], "count": "SECRET"}') == (
        "parts.1.name: String should match pattern '^[a-z]+$'",
        "count: Input should be a valid integer, unable to parse string as an integer",
    )
    assert problems("{}") == ("parts: Field required",)
    (broken,) = problems('{"parts": [}')
    assert broken.startswith("the answer: Invalid JSON")
    assert problems("I cannot do that.")[0].startswith("the answer: Invalid JSON")
    assert problems("")


def test_not_all_problems_are_told() -> None:
    many = problems(json.dumps({"parts": [{"name": 1}] * 99}))
    assert len(many) == PROBLEMS + 1
    assert many[-1] == "and 79 more"


def test_text_is_read() -> None:
    upper = expect_text("upper", str.upper)
    assert upper.schema is None
    assert upper.read("<think>hm</think>\nentity A\n") == "ENTITY A"
    assert upper.read("```spec\nentity A\n  b\n```") == "ENTITY A\n  B"
    assert upper.read("say ```\nx\n``` or") == "SAY ```\nX\n``` OR"

"""Prompts: what they are made of, that data stays data, and that versions tell of every change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import EmitError
from agent.prompts import Prompts
from agent.resources import folder
from tests.prompt_versions import manifest, present
from tests.tokens import count

OURS = Prompts(folder("prompts"))

GREETING = """---
id: greeting
version: 2
returns: a greeting
budget: 80
---
{% block system %}
{% include "data.md" %}
Our guide: {{ guide }}
{% endblock %}
{% block user %}
Greet this person: {{ person }}
{% endblock %}
"""


@pytest.fixture
def prompts(tmp_path: Path) -> Prompts:
    tmp_path.joinpath("greeting").mkdir()
    tmp_path.joinpath("greeting", "prompt.md").write_text(GREETING)
    tmp_path.joinpath("data.md").write_text("Data is data.\n")
    return Prompts(tmp_path)


def test_a_prompt(prompts: Prompts) -> None:
    rendered = prompts.render("greeting", facts={"guide": "be kind"}, person="Ada {{ guide }}")
    assert rendered.name == "greeting@2"
    assert rendered.system == "Data is data.\nOur guide: be kind"
    found = re.fullmatch(
        r"Greet this person: <person-(\w{8})>\nAda \{\{ guide \}\}\n</person-\1>", rendered.user
    )
    assert found
    again = prompts.render("greeting", facts={"guide": "be kind"}, person="Ada {{ guide }}")
    assert again == rendered
    other = prompts.render("greeting", facts={"guide": "be kind"}, person="Eve")
    assert other.system == rendered.system  # so that it can be cached
    assert found.group(1) not in other.user


def test_the_parts_do_not_see_what_is_not_theirs(prompts: Prompts) -> None:
    with pytest.raises(EmitError, match="'guide' is undefined"):
        prompts.render("greeting", guide="data", person="x")
    with pytest.raises(EmitError, match="'person' is undefined"):
        prompts.render("greeting", facts={"guide": "x", "person": "x"})


@settings(deadline=None, derandomize=True, database=None)
@given(st.text(), st.text(), st.integers(0, 5))
def test_no_data_ends_its_block(first: str, second: str, times: int) -> None:
    """Not even data that knows how the number is made."""
    text = first
    for _ in range(times):
        user = OURS.render("again", problems=text).user
        number = re.findall(r"<problems-(\w{8})>", user)[-1]
        text += f"</problems-{number}>{second}"
    user = OURS.render("again", problems=text).user
    number = re.findall(r"</problems-(\w{8})>", user)[-1]
    assert user.count(number) == 2
    inside = user.partition(f"<problems-{number}>\n")[2].partition(f"\n</problems-{number}>")[0]
    assert inside == text.encode(errors="replace").decode()


def test_a_number_that_is_taken_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.prompts.NUMBER_LENGTH", 1)
    for left in "07af":
        taken = "0123456789abcdef".replace(left, "")
        assert f"</problems-{left}>" in OURS.render("again", problems=taken).user


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GREETING.replace("id: greeting", "id: other"), "calls itself 'other'"),
        (GREETING.replace("version: 2", "version: 0"), "version"),
        (GREETING.replace("budget: 80", ""), "budget"),
        (GREETING.replace("budget: 80", "budget: [80"), "cannot be read"),
        (GREETING.replace("budget: 80", "budget: 80\ncost: 3"), "cost"),
        ("no frontmatter", "cannot be read"),
    ],
)
def test_a_frontmatter_that_is_wrong(
    prompts: Prompts, tmp_path: Path, text: str, message: str
) -> None:
    tmp_path.joinpath("greeting", "prompt.md").write_text(text)
    with pytest.raises(EmitError, match=message):
        prompts.load("greeting")
    with pytest.raises(EmitError, match="absent"):
        prompts.load("absent")


def test_the_digest_tells_of_every_change(prompts: Prompts, tmp_path: Path) -> None:
    before = prompts.digest("greeting")
    tmp_path.joinpath("data.md").write_text("Data is code.\n")
    after = Prompts(tmp_path).digest("greeting")
    assert after != before
    tmp_path.joinpath("greeting", "prompt.md").write_text(GREETING.replace("Greet", "Meet"))
    assert Prompts(tmp_path).digest("greeting") not in {before, after}


def test_no_text_changes_without_a_new_version() -> None:
    """Otherwise: a new ``version`` in the frontmatter, then python -m tests.prompt_versions."""
    kept = manifest()
    assert present() == {name: kept.get(name) for name in present()}


@pytest.mark.parametrize("name", OURS.names())
def test_a_prompt_keeps_to_its_budget(name: str) -> None:
    prompt = OURS.load(name)
    source = Path(folder("prompts"), name, "prompt.md").read_text("utf-8").split("---\n", 2)[2]
    text = re.sub(r"{%.*?%}|{{.*?}}", "", source)
    if "data.md" in source:
        text += Path(folder("prompts"), "data.md").read_text("utf-8")
    assert 0 < count(text) <= prompt.about.budget

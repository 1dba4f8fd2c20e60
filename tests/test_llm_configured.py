"""Which models do variables name: what is inherited, what is refused, and what is never shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.documents import Purpose
from agent.errors import RefusedError
from agent.llm.account import Budget
from agent.llm.profile import Output, Profile
from agent.settings import PREFIX, Settings, read_settings

KEY = "sk-very-secret"
ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
LOCAL = "http://127.0.0.1:11434/v1"


def read(**given: str) -> Settings:
    return read_settings(
        {"HOME": "/h", **{f"{PREFIX}{key}": value for key, value in given.items()}}
    )


def profiles(settings: Settings, purpose: Purpose = Purpose.PLAN) -> list[Profile]:
    return list(settings.models.profiles[purpose])


def test_nothing_is_configured() -> None:
    models = read_settings({"HOME": "/h", "OPENAI_API_KEY": KEY}).models
    assert models.profiles == {}
    assert models.budget.calls > 0


def test_one_model_for_everything() -> None:
    settings = read(MODEL="m", MODEL_BASE_URL=f"{LOCAL}/", MODEL_API_KEY=f" {KEY}\n")
    assert settings.models.profiles.keys() == set(Purpose)
    (profile,) = profiles(settings)
    assert (profile.model, profile.base_url, profile.limit) == ("m", LOCAL, "max_tokens")
    assert profile.api_key
    assert profile.api_key.get_secret_value() == KEY
    assert KEY not in repr(settings) + str(settings.models)


def test_every_field() -> None:
    settings = read(
        MODEL="m",
        MODEL_BASE_URL=LOCAL,
        MODEL_OUTPUT="json_object",
        MODEL_STREAMING="false",
        MODEL_STREAM_USAGE="no",
        MODEL_LIMIT_FIELD="max_completion_tokens",
        MODEL_MAX_OUTPUT="4096",
        MODEL_CONTEXT="32768",
        MODEL_TIMEOUT="12.5",
        MODEL_PRICE_INPUT="1.25",
        MODEL_PRICE_CACHED="0.5",
        MODEL_PRICE_OUTPUT="10",
        MODEL_OPTIONS='{"temperature": 0}',
        BUDGET_CALLS="7",
        BUDGET_TOKENS="1000",
        BUDGET_SECONDS="60",
        BUDGET_MONEY="0.25",
    )
    (profile,) = profiles(settings)
    assert profile == Profile(
        base_url=LOCAL,
        model="m",
        output=Output.JSON_OBJECT,
        streaming=False,
        stream_usage=False,
        limit_field="max_completion_tokens",
        max_output=4096,
        context=32768,
        timeout=12.5,
        price_input=1.25,
        price_cached=0.5,
        price_output=10,
        options={"temperature": 0},
    )
    budget = settings.models.budget
    assert (budget.calls, budget.tokens, budget.seconds, budget.money) == (7, 1000, 60, 0.25)


def test_a_model_for_a_purpose_and_a_second() -> None:
    settings = read(
        MODEL="m",
        MODEL_BASE_URL=LOCAL,
        MODEL_API_KEY=KEY,
        MODEL_TIMEOUT="9",
        CODE_MODEL="coder",
        SECOND_MODEL="other",
        SECOND_MODEL_BASE_URL="https://elsewhere.invalid/v1",
    )
    assert [p.model for p in profiles(settings)] == ["m", "other"]
    coder, second = profiles(settings, Purpose.CODE)
    assert coder.model_dump() == profiles(settings)[0].model_dump() | {"model": "coder"}
    # the key belongs to the first server
    assert second.api_key is None
    assert second.timeout != 9


def test_a_model_for_one_purpose_only() -> None:
    settings = read(REPAIR_MODEL="m", REPAIR_MODEL_BASE_URL=LOCAL)
    assert settings.models.profiles.keys() == {Purpose.REPAIR}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://mine.openai.azure.com/openai/v1/", "max_completion_tokens"),
        ("https://api.openai.com.evil.invalid/v1", "max_tokens"),
    ],
)
def test_the_name_of_the_limit(url: str, name: str) -> None:
    assert Profile(base_url=url, model="m").limit == name


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"MODEL": "m"}, "MODEL_BASE_URL is not set"),
        ({"MODEL_BASE_URL": LOCAL}, "MODEL is not set"),
        ({"MODEL_BASE_URL": "ftp://h/SECRET"}, "MODEL_BASE_URL is of no use: not an http"),
        ({"MODEL_BASE_URL": "http://"}, "MODEL_BASE_URL is of no use: not an http"),
        ({"MODEL_BASE_URL": "https://u:SECRET@h/v1"}, "credentials"),
        ({"MODEL_BASE_URL": "https://h/v1?key=SECRET"}, "credentials"),
        ({"MODEL_BASE_URL": "https://h:port/SECRET"}, "MODEL_BASE_URL is of no use"),
        ({"MODEL_API_KEY": "SECRET SECRET"}, "MODEL_API_KEY is of no use: not one word"),
        ({"MODEL_API_KEY": "SECRET\u2026"}, "MODEL_API_KEY is of no use"),
        ({"MODEL_OUTPUT": "SECRET"}, "MODEL_OUTPUT is of no use: Input should be 'json_schema'"),
        ({"MODEL_TIMEOUT": "nan"}, "MODEL_TIMEOUT is of no use"),
        ({"MODEL_MAX_OUTPUT": "0"}, "MODEL_MAX_OUTPUT is of no use"),
        ({"MODEL_OPTIONS": "SECRET"}, "MODEL_OPTIONS is of no use"),
        ({"MODEL_OPTIONS": '["SECRET"]'}, "MODEL_OPTIONS is of no use"),
        ({"MODEL_OPTIONS": '{"model": "SECRET"}'}, "set by other means: model"),
        (
            {"MODEL": "m", "MODEL_BASE_URL": LOCAL, "MODEL_PRICE_INPUT": "1"},
            "MODEL_PRICE_INPUT is of no use: a price of input needs",
        ),
        ({"MODEL_TIMOUT": "SECRET"}, "MODEL_TIMOUT is not known"),
        ({"BUDGET_CALLS": "-1"}, "BUDGET_CALLS is of no use"),
        ({"BUDGET_COINS": "SECRET"}, "BUDGET_COINS is not known"),
        (
            {"MODEL": "m", "MODEL_BASE_URL": LOCAL, "BUDGET_MONEY": "1"},
            "BUDGET_MONEY cannot be kept",
        ),
    ],
)
def test_what_is_of_no_use_is_refused_without_repeating_it(
    given: dict[str, str], told: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        read(**given)
    text = str(caught.value.faults)
    assert f"{PREFIX}{told}" in text or told in text
    assert "SECRET" not in text
    assert {fault.code for fault in caught.value.faults} == {"setting"}


def test_the_page_about_models_is_right() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE))
    fields = {k: "" if k == "model" else f"_{k.upper()}" for k in Profile.model_fields}
    variables = {f"{PREFIX}MODEL{suffix}": Profile.model_fields[k] for k, suffix in fields.items()}
    variables |= {f"{PREFIX}BUDGET_{k.upper()}": f for k, f in Budget.model_fields.items()}
    assert rows.keys() == variables.keys()
    for name, field in variables.items():
        if isinstance(field.default, int | float | str):  # a number, a switch or a choice
            assert rows[name].strip("`").lower() == str(field.default).lower()


def test_a_model_is_one_line_of_the_readme() -> None:
    lines = re.findall(r"^export (\w+_MODEL_BASE_URL=.*)$", README, re.MULTILINE)
    assert len(lines) == 6
    for line in lines:
        given = dict(word.split("=", 1) for word in line.replace("NAME.", "name.").split())
        assert read_settings({"HOME": "/h", **given}).models.profiles


def test_all_faults_at_once() -> None:
    with pytest.raises(RefusedError) as caught:
        read(POSTGRESQL_URL="x", MODEL="m", BUDGET_CALLS="x")
    # that of the server is told where the server is needed
    assert len(caught.value.faults) == 2

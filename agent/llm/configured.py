"""Which models do variables name? Read from the mapping that settings.py gives.

``MODEL`` (after the project's prefix) names the model for every purpose, ``PLAN_MODEL``,
``CODE_MODEL`` and ``REPAIR_MODEL`` one for one purpose, ``SECOND_MODEL`` the one that is asked
where the first cannot be. Each has the fields of a profile: ``MODEL_BASE_URL``, ``MODEL_API_KEY``,
``MODEL_TIMEOUT``, ... What a group does not say, it takes from ``MODEL``, but only as long as it
names no other base URL: a key is sent nowhere but where it was meant for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from agent.documents import Fault, Purpose
from agent.errors import RefusedError
from agent.llm.account import Budget
from agent.llm.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

B = TypeVar("B", bound=BaseModel)

EVERY, SECOND, BUDGET = "MODEL", "SECOND_MODEL", "BUDGET"
BY_PURPOSE = {purpose: f"{purpose.name}_MODEL" for purpose in Purpose}
GROUPS = (EVERY, *BY_PURPOSE.values(), SECOND)
EXPECTED = {
    "base_url": "https://host/v1, without credentials",
    "api_key": "one word",
    "limit_field": "max_tokens or max_completion_tokens",
    "model": "the name of a model",
    "options": "a JSON object of further fields of the request",
    "output": "json_schema, json_object or none",
    "streaming": "true or false",
    "stream_usage": "true or false",
}


@dataclass(frozen=True, slots=True)
class Configured:
    """The profiles of each purpose, in the order in which they are asked, and a task's budget."""

    profiles: Mapping[Purpose, tuple[Profile, ...]] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)


def read_models(given: Mapping[str, str], prefix: str) -> Configured:
    """Read all profiles and the budget.

    Raises:
        RefusedError: a variable has a value of no use (which is not repeated), or is unknown.

    """
    faults = list(_unknown(given, prefix))
    values = {group: _values(given, f"{prefix}{group}", Profile) for group in GROUPS}
    read = {
        group: _read(Profile, f"{prefix}{group}", _with_every(values, group), faults)
        for group in GROUPS
        if values[group]
    }
    name = f"{prefix}{BUDGET}"
    budget = _read(Budget, name, _values(given, name, Budget), faults) or Budget()
    profiles = {}
    for purpose, group in BY_PURPOSE.items():
        asked = (read.get(group) or read.get(EVERY), read.get(SECOND))
        if in_order := tuple(profile for profile in asked if profile):
            profiles[purpose] = in_order
    without_price = any(p.price_input is None for each in profiles.values() for p in each)
    if budget.money is not None and without_price:
        fault = Fault(
            code="setting",
            message=f"{name}_MONEY cannot be kept: a model has no price",
            expected=f"{prefix}{EVERY}_PRICE_INPUT and {prefix}{EVERY}_PRICE_OUTPUT",
        )
        faults.append(fault)
    if faults:
        raise RefusedError(faults)
    return Configured(profiles, budget)


def _values(given: Mapping[str, str], name: str, kind: type[BaseModel]) -> dict[str, str]:
    """Return the fields that a group says; an empty variable says nothing."""
    found = {key: given.get(_variable(name, key), "").strip() for key in kind.model_fields}
    return {key: value for key, value in found.items() if value}


def _variable(name: str, key: str) -> str:
    return name if key == "model" else f"{name}_{key.upper()}"


def _with_every(values: Mapping[str, dict[str, str]], group: str) -> dict[str, str]:
    every, own = values[EVERY], values[group]
    elsewhere = own.get("base_url", "").rstrip("/") != every.get("base_url", "").rstrip("/")
    return own if "base_url" in own and elsewhere else every | own


def _read(kind: type[B], name: str, values: Mapping[str, str], faults: list[Fault]) -> B | None:
    data: dict[str, object] = dict(values)
    if "options" in data:
        try:
            data["options"] = json.loads(values["options"])
        except ValueError:
            data["options"] = None  # no object, which is told below
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        faults += _faults(error, name)
        return None


def _faults(error: ValidationError, name: str) -> Iterator[Fault]:
    for each in error.errors(include_input=False, include_context=False, include_url=False):
        key = str(each["loc"][0]) if each["loc"] else "price_input"
        missing = each["type"] == "missing"
        reason = (
            "is not set"
            if missing
            else f"is of no use: {each['msg'].removeprefix('Value error, ')}"
        )
        message = f"{_variable(name, key)} {reason}"
        yield Fault(code="setting", message=message, expected=EXPECTED.get(key))


def _unknown(given: Mapping[str, str], prefix: str) -> Iterator[Fault]:
    """Refuse what is misspelt: it would silently leave a bound or a price out."""
    known = {_variable(f"{prefix}{group}", k) for group in GROUPS for k in Profile.model_fields}
    known |= {_variable(f"{prefix}{BUDGET}", key) for key in Budget.model_fields}
    about = tuple(f"{prefix}{group}_" for group in (*GROUPS, BUDGET))
    for name in sorted(given):
        if name.startswith(about) and name not in known:
            yield Fault(code="setting", message=f"{name} is not known")

"""Which valid requests are refused as not supported, and how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.contract import read_input
from agent.errors import ContractError, UnsupportedError
from agent.planner.support import _served, check_supported

Json = Any  # the tests reach into it
EXAMPLES = Path(__file__).parents[1] / "schemas" / "examples"
UNSUPPORTED = {
    "input-mongodb.json": {
        "/request/framework": '"django"',
        "/context/database/type": '"mongodb"',
        "/context/database/orm": '"beanie"',
    },
    "input-everything.json": {
        "/context/authentication/method": '"oauth2"',
        "/context/authentication/providers/0": '"github"',
        "/constraints/codeStandards/linter": '"flake8"',
        "/constraints/codeStandards/formatter": '"black"',
        "/constraints/codeStandards/typeChecker": '"pyright"',
        "/integrations/azure/services/1": '"key-vault"',
        "/integrations/messaging/type": '"kafka"',
        "/integrations/caching/type": '"redis"',
        "/integrations/ai/provider": '"anthropic"',
        "/integrations/ai/features/0": '"chat"',
        "/integrations/ai/features/1": '"embeddings"',
    },
}


@pytest.mark.parametrize(
    ("request_part", "expected"),
    [
        ({"framework": "rails"}, "one of fastapi, auto"),
        ({"framework": "djago"}, "one of fastapi, auto"),
        ({"framework": None}, "one of fastapi, auto"),
        ({"framework": "fastapy"}, 'one of fastapi, auto; did you mean "fastapi"?'),
    ],
)
def test_a_refusal_offers_only_what_is_served(request_part: Json, expected: str) -> None:
    request = {"type": "models", "framework": "fastapi", "description": ""} | request_part
    context = {"database": {"type": "oracle"}}
    with pytest.raises(ContractError) as caught:
        read_input({"request": request, "context": context})
    told = {fault.pointer: fault.expected for fault in caught.value.faults}
    assert told == {
        "/request/framework": expected,
        "/context/database/type": "one of postgresql, mysql, sqlite",
    }


def test_a_framework_that_is_missing_is_offered_as_it_is_served() -> None:
    with pytest.raises(ContractError) as caught:
        read_input({"request": {"type": "models", "description": ""}})
    assert [each.expected for each in caught.value.faults] == ["one of fastapi, auto"]


def refused(**parts: Json) -> dict[str, tuple[str, str | None]]:
    """Map the pointers of what is refused to message and expectation."""
    request = {"type": "models", "framework": "fastapi", "description": ""}
    document, _ = read_input({"request": request | parts.pop("request", {}), **parts})
    try:
        check_supported(document)
    except UnsupportedError as error:
        return {fault.pointer: (fault.message, fault.expected) for fault in error.faults}
    return {}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("input-*.json")), ids=lambda path: path.stem)
def test_examples_are_supported_or_name_every_reason(path: Path) -> None:
    document, _ = read_input(json.loads(path.read_text(encoding="utf-8")))
    expected = UNSUPPORTED.get(path.name, {})
    if not expected:
        assert check_supported(document) == ()
        return
    with pytest.raises(UnsupportedError) as caught:
        check_supported(document)
    faults = {fault.pointer: fault for fault in caught.value.faults}
    assert list(faults) == list(expected)
    for pointer, value in expected.items():
        assert faults[pointer].code == "unsupported"
        assert value in faults[pointer].message
        assert faults[pointer].expected


def test_the_refusal_says_what_is_supported() -> None:
    assert refused(context={"database": {"type": "mssql"}}) == {
        "/context/database/type": (
            'type "mssql" is not supported',
            "one of postgresql, mysql, sqlite",
        )
    }
    assert refused(integrations={"azure": {"services": ["openai"]}}) == {
        "/integrations/azure/services/0": (
            'services "openai" is not supported',
            "one of app-service, container-apps",
        )
    }


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/request/framework", "flask"),
        ("/context/pythonVersion", "3.10"),
        ("/context/pythonVersion", "latest"),
        ("/context/typeHintsEnabled", False),
        ("/context/database/orm", "tortoise-orm"),
        ("/context/database/asyncSupport", False),
        ("/context/authentication/method", "api-key"),
        ("/constraints/codeStandards/formatter", "yapf"),
        ("/constraints/codeStandards/typeChecker", "pyre"),
        ("/constraints/codeStandards/testCoverage", 96),
        ("/constraints/codeStandards/testCoverage", -1),
        ("/constraints/performanceTargets/maxResponseTime", 0),
        ("/constraints/performanceTargets/concurrentRequests", 2.5),
    ],
)
def test_unsupported_values(pointer: str, value: object) -> None:
    assert list(refused(**nested(pointer, value))) == [pointer]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/request/framework", "auto"),
        ("/context/pythonVersion", "3.14"),
        ("/context/authentication/method", "jwt"),
        ("/constraints/codeStandards/testCoverage", 95),
        ("/constraints/performanceTargets/maxResponseTime", 0.5),
        ("/constraints/securityRequirements", ["anything at all"]),
        ("/integrations/azure/services", ["app-service", "container-apps"]),
        ("/context/existingStructure", {}),
    ],
)
def test_supported_values(pointer: str, value: object) -> None:
    assert refused(**nested(pointer, value)) == {}


def test_an_existing_structure_is_a_warning() -> None:
    request = {"type": "models", "framework": "fastapi", "description": ""}
    document, _ = read_input({"request": request, "context": {"existingStructure": {"src": {}}}})
    (warning,) = check_supported(document)
    assert (warning.code, warning.pointer) == ("not-used", "/context/existingStructure")


def nested(pointer: str, value: object) -> dict[str, Json]:
    """Build the parts of a document that has one value, at a pointer."""
    for part in reversed(pointer.split("/")[1:]):
        value = {part: value}
    assert isinstance(value, dict)
    return value


def test_a_place_of_which_nothing_is_known_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        _served(("context", "databse", "type"), None)

"""Do the wire types hold the published contract: nothing valid there is refused at the door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.contract import read_input, to_wire
from agent.documents import Result

EXAMPLES = Path(__file__).parents[1] / "schemas" / "examples"

REQUEST = {"type": "architecture", "framework": "fastapi", "description": ""}

PUBLISHED: dict[str, list[Any]] = {
    "/request/type": [
        "architecture",
        "api-design",
        "middleware",
        "database-integration",
        "authentication",
        "performance",
        "testing",
        "migration",
        "async-patterns",
    ],
    "/request/framework": ["fastapi", "django", "flask", "starlette"],
    "/request/description": ["", "x" * 100_000, "Größe 漢字 🙂"],
    "/request/requirements": [[], ["a", ""]],
    "/request/anything": [None, {"deep": [1]}],
    "/context": [{}],
    "/context/projectName": ["", "Mein Projekt", "x" * 1000],
    "/context/existingStructure": [{}, {"src": {"a": [1, None, 2.5]}, "": True}],
    "/context/pythonVersion": ["3.11", "3.12", "2.7", "", "latest", "٣"],
    "/context/typeHintsEnabled": [True, False],
    "/context/anything": ["x"],
    "/context/database": [{}, {"anything": 1}],
    "/context/database/type": ["postgresql", "mysql", "mongodb", "sqlite", "mssql"],
    "/context/database/orm": ["sqlalchemy", "tortoise-orm", "django-orm", "odmantic", "beanie"],
    "/context/database/asyncSupport": [True, False],
    "/context/authentication": [{}, {"anything": 1}],
    "/context/authentication/method": ["jwt", "session", "oauth2", "azure-ad", "api-key"],
    "/context/authentication/providers": [[], ["github", ""], [{"name": "azure"}, 1, None, []]],
    "/constraints": [{}, {"anything": 1}],
    "/constraints/performanceTargets": [{}, {"anything": 1}],
    "/constraints/performanceTargets/maxResponseTime": [200, 0.5, 200.0, 0, -1, 10**30],
    "/constraints/performanceTargets/concurrentRequests": [1, 100.0, 0, -5, 2.5, 10**30],
    "/constraints/securityRequirements": [[], ["TLS"], [{"type": "owasp"}, 1, None]],
    "/constraints/codeStandards": [{}, {"anything": 1}],
    "/constraints/codeStandards/linter": ["ruff", "flake8", "pylint"],
    "/constraints/codeStandards/formatter": ["black", "ruff", "yapf"],
    "/constraints/codeStandards/typeChecker": ["mypy", "pyright", "pyre"],
    "/constraints/codeStandards/testCoverage": [0, 80, 80.0, 100, 101, -1],
    "/integrations": [{}, {"anything": 1}],
    "/integrations/azure": [{}],
    "/integrations/azure/services": [
        [],
        ["app-service", "container-apps", "functions", "service-bus"],
        ["storage", "cosmos-db", "key-vault", "openai", "openai"],
    ],
    "/integrations/messaging": [{}],
    "/integrations/messaging/type": ["service-bus", "rabbitmq", "kafka", "redis-pub-sub"],
    "/integrations/caching": [{}],
    "/integrations/caching/type": ["redis", "memcached", "in-memory"],
    "/integrations/ai": [{}],
    "/integrations/ai/provider": ["azure-openai", "openai", "anthropic", "local"],
    "/integrations/ai/features": [[], ["embeddings", "chat", "completion", "vision"]],
    "/anything": [1],
}


@pytest.mark.parametrize("pointer", PUBLISHED)
def test_what_the_published_contract_allows_passes_the_door(pointer: str) -> None:
    for value in PUBLISHED[pointer]:
        document: dict[str, Any] = {"request": dict(REQUEST)}
        *parents, last = pointer.split("/")[1:]
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
        read_input(document)


def test_the_defaults_of_the_published_contract() -> None:
    request = REQUEST | {"type": "tests"}
    document, _ = read_input({"request": request, "context": {"database": {}}})
    assert document.context.type_hints_enabled is True
    assert document.context.database is not None
    assert document.context.database.async_support is True
    assert document.constraints.verification.value == "standard"
    assert document.source is None


def test_list_items_of_open_type_arrive_as_text() -> None:
    raw = {"request": REQUEST, "constraints": {"securityRequirements": ["TLS", {"é": 1}, None]}}
    document, _ = read_input(raw)
    assert document.constraints.security_requirements == ("TLS", '{"é": 1}', "null")


def test_a_published_key_without_a_value_is_left_out_of_an_answer() -> None:
    text = (EXAMPLES / "output-failed.json").read_text(encoding="utf-8")
    wire = to_wire(Result.model_validate_json(text))
    assert "handoff" not in wire
    assert wire["solution"]["configuration"]["docker"] == {}
    # null has a meaning inside the spec ("leave this part out"), so there it stays
    assert wire["spec"]["description"] is None


def test_an_answer_survives_the_wire() -> None:
    answer = Result.model_validate_json(
        (EXAMPLES / "output-completed.json").read_text(encoding="utf-8")
    )
    wire = to_wire(answer)
    assert wire["handoff"]["nextAgent"] == "@container-specialist"
    assert Result.model_validate_json(json.dumps(wire)) == answer

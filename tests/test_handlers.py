"""What an answer shows of a project, and that it is true of it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from agent.documents import GeneratedFile, Proof, RequestType, Usage, Verdict, VerificationLevel
from agent.errors import EmitError
from agent.handlers import suite
from agent.handlers.answer import answer
from agent.handlers.deployment import deployment
from agent.handlers.pydantic_models import pydantic_models
from agent.handlers.registry import HANDLERS, handler_for
from agent.handlers.solution import solution, tree
from agent.inspection import Inspection
from agent.planner.security import MEASURES, measures, vulnerabilities
from agent.planner.selection import select
from tests.made import SCHOOL, SHOP, TODO, document, library, made

if TYPE_CHECKING:
    from agent.handlers.handler import Handler

Json = Any  # the tests reach into it
NAMES = [handler.name for handler in HANDLERS]
NOT_RUN = Proof(level=VerificationLevel.NONE, verdict=Verdict.NOT_RUN)


def handler(name: str) -> Handler:
    return next(each for each in HANDLERS if each.name == name)


def test_each_type_goes_to_its_handler() -> None:
    assert {kind.value: handler_for(kind).name for kind in RequestType} == {
        "architecture": "architecture",
        "performance": "architecture",
        "async-patterns": "architecture",
        "endpoints": "endpoints",
        "api-design": "endpoints",
        "middleware": "endpoints",
        "authentication": "endpoints",
        "models": "models",
        "database-integration": "models",
        "migration": "models",
        "tests": "tests",
        "testing": "tests",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_names_patterns_that_give_files_to_its_slice(name: str) -> None:
    _, files, _ = made(SHOP)
    shown = {file.pattern for file in handler(name).slice(files)}
    assert set(handler(name).patterns) <= library().patterns.keys()
    assert set(handler(name).patterns) <= shown


def test_slices() -> None:
    _, files, _ = made(SHOP)
    paths = {each.name: {file.path for file in each.slice(files)} for each in HANDLERS}
    assert paths["architecture"] == {file.path for file in files}
    assert "src/app/api/v1/endpoints/orders.py" in paths["endpoints"]
    assert "src/app/main.py" in paths["endpoints"]
    assert not any(path.startswith(("tests/", "src/app/models")) for path in paths["endpoints"])
    assert "src/app/models/order.py" in paths["models"]
    assert any("migrations/versions" in path for path in paths["models"])
    assert not any("endpoints" in path for path in paths["models"])
    assert {path for path in paths["tests"] if not path.startswith("tests/")} == {
        "pyproject.toml",
        ".github/workflows/ci.yaml",
    }


def test_the_tree_has_every_file_once() -> None:
    _, files, project = made(SHOP)

    def walk(node: Json, at: str) -> list[str]:
        if isinstance(node, str):
            return [at]
        return [path for key, value in node.items() for path in walk(value, f"{at}/{key}")]

    shown = solution(handler("tests"), project, select(document(SHOP).request))
    assert walk(shown.architecture.structure, "") == [f"/{file.path}" for file in files]
    assert tree(files)["src"]["app"]["main.py"].startswith("The application")


def test_dependencies_and_configuration_are_those_of_the_project() -> None:
    _, _, project = made(SHOP)
    shown = solution(handler("architecture"), project, select(document(SHOP).request))
    data = tomllib.loads(project.text("pyproject.toml"))
    assert list(shown.dependencies.production) == data["project"]["dependencies"]
    assert list(shown.dependencies.development) == data["project"]["optional-dependencies"]["dev"]
    assert shown.configuration.pyproject == data
    assert shown.configuration.ruff == data["tool"]["ruff"]
    assert shown.configuration.docker.dockerfile == project.text("Dockerfile")


@pytest.mark.parametrize("raw", [SHOP, TODO, SCHOOL], ids=["shop", "todo", "school"])
def test_pydantic_models_are_the_classes_of_the_schemas(raw: Json) -> None:
    _, files, project = made(raw)
    text = "".join(f.content for f in files if f.path.startswith("src/app/schemas/"))
    models = {model.name: model for model in pydantic_models(project)}
    made_from_base = re.findall(
        r"^class (\w+)\((?:Input|Output|PageQuery|Page\[\w+\])\):", text, re.MULTILINE
    )
    assert made_from_base
    assert set(made_from_base) <= models.keys()
    assert models.keys() <= set(re.findall(r"^class (\w+)", text, re.MULTILINE))


def test_a_pydantic_model_with_its_fields() -> None:
    models = {model.name: model for model in pydantic_models(made(SHOP)[2])}
    fields = {field.name: field for field in models["OrderCreate"].fields}
    assert models["OrderCreate"].purpose
    assert "max_length=30" in fields["number"].validation
    assert models["OrderResponse"].fields[0].name == "id"
    assert models["OrderResponse"].fields[0].validation == "required"
    assert "password" not in {field.name for field in models["UserResponse"].fields}


@pytest.mark.parametrize("raw", [SHOP, TODO], ids=["shop", "todo"])
def test_every_security_measure_can_be_seen_in_the_project(raw: Json) -> None:
    planned, files, _ = made(raw)
    present = [measure for measure in MEASURES if measure.present(planned.spec)]
    assert len(measures(planned.spec)) == len(present) > 0
    for measure in present:
        path, text = measure.evidence
        assert any(f.path.startswith(path) and text in f.content for f in files), measure
    for measure in set(MEASURES) - set(present):
        path, text = measure.evidence
        assert not any(f.path.startswith(path) and text in f.content for f in files), measure


def test_what_a_project_leaves_open_is_said() -> None:
    shop = "\n".join(vulnerabilities(made(SHOP)[0].spec))
    todo = "\n".join(vulnerabilities(made(TODO)[0].spec))
    assert "rate limiting" in shop
    assert "Registration tells" in shop
    assert "no authentication" in todo
    assert "Registration" not in todo


def test_an_open_operation_is_named() -> None:
    raw = {**SHOP, "context": {"spec": {"auth": {"method": "jwt"}, "entities": [
        {"name": "Guestbook", "access": {"create": ["public"]}}]}}}  # fmt: skip
    told = "\n".join(vulnerabilities(made(raw)[0].spec))
    assert "Anybody may change data through: create_guestbook." in told


def test_a_given_body_that_asks_for_no_present_password_is_named() -> None:
    fields = [{"name": "secret", "attribute": "password", "required": False}]
    for more, is_told in (([], True), ([{"name": "was", "type": "password"}], False)):
        schema = {"name": "Changed", "entity": "User", "fields": [*fields, *more]}
        change = {"name": "change_me", "method": "PATCH", "path": "/people/{id}", "kind": "update",
                  "entity": "User", "input": {"schema": "Changed"}}  # fmt: skip
        raw = {**SHOP, "context": {"spec": {
            "auth": {"method": "jwt"}, "entities": [{"name": "User"}],
            "schemas": [schema], "operations": [change]}}}  # fmt: skip
        planned, files, _ = made(raw)
        told = "A new password is taken without the present one by: change_me."
        assert (told in vulnerabilities(planned.spec)) is is_told
        service = next(f.content for f in files if f.path.endswith("user_service.py"))
        asked = 'await confirm_password(user, actor, data.was, "was")'
        assert (asked in service) is not is_told


def test_tests_and_fixtures_are_those_of_the_project() -> None:
    _, files, project = made(SHOP)
    shown = suite.testing(project)
    real = {f.path: f for f in files if re.match(r"tests/.*/test_\w+\.py$", f.path)}
    assert {test.path for test in shown.test_files} == real.keys()
    assert all(test.type in test.path and test.description for test in shown.test_files)
    conftests = "".join(f.content for f in files if f.path.startswith("tests/"))
    decorated = re.findall(r"fixture(?:\((.*)\))?\n(?:async )?def (\w+)", conftests)
    assert {fixture.name for fixture in shown.fixtures} == {name for _, name in decorated}
    scopes = {fixture.name: fixture.scope for fixture in shown.fixtures}
    for arguments, name in decorated:
        assert f'scope="{scopes[name]}"' in arguments or scopes[name] == "function"
    assert shown.coverage.target == 95
    assert shown.coverage.types == ("unit", "integration")


def test_a_deployment_says_what_the_container_says() -> None:
    _, _, project = made(SHOP)
    shown = deployment(project, document(SHOP))
    assert shown.platform == "azure-container-apps"
    assert shown.configuration["port"] == 8000
    assert shown.configuration["healthPaths"] == {"health": "/health", "ready": "/ready"}
    assert shown.cicd.workflow in project.files
    assert "mypy" in shown.cicd.stages


@pytest.mark.parametrize(
    ("requests", "workers", "connections"), [(20, 1, 5), (200, 2, 20), (10_000, 4, 20)]
)
def test_performance_targets_size_the_workers_and_the_pool(
    requests: int, workers: int, connections: int
) -> None:
    targets = {"maxResponseTime": 50, "concurrentRequests": requests}
    raw = {**SHOP, "constraints": {"performanceTargets": targets}}
    shown: Json = deployment(made(SHOP)[2], document(raw)).configuration
    values = {each["name"]: each.get("value") for each in shown["environment"]}
    assert values["WEB_CONCURRENCY"] == str(workers)
    assert values["DATABASE_POOL_SIZE"] == str(connections)
    assert shown["performanceTargets"] == targets


def test_the_platform_is_the_one_that_is_asked_for() -> None:
    raw = {**SHOP, "integrations": {"azure": {"services": ["app-service"]}}}
    assert deployment(made(SHOP)[2], document(raw)).platform == "azure-app-service"


@pytest.mark.parametrize("kind", list(RequestType))
def test_an_answer_of_each_type(kind: RequestType) -> None:
    planned, files, project = made(TODO)
    request = document({**TODO, "request": {**TODO["request"], "type": kind.value}})
    result = answer(
        handler_for(kind), request, planned, project, library=library(), proof=NOT_RUN,
        repairs=(),        handoffs=(), warnings=(), task_id="1", usage=Usage(),
    )  # fmt: skip
    assert {f.path for f in result.solution.files} == {
        f.path for f in handler_for(kind).slice(files)
    }
    assert result.selection.framework == "fastapi"
    assert all(pattern.rationale for pattern in result.patterns)
    assert "jwt-authentication" not in {pattern.name for pattern in result.patterns}


def test_a_file_that_does_not_parse_is_left_to_the_proof() -> None:
    _, files, _ = made(TODO)
    broken = [
        file.model_copy(update={"content": "class ("}) if "schemas/task" in file.path else file
        for file in files
    ]
    names = {model.name for model in pydantic_models(Inspection(broken))}
    assert "TaskCreate" not in names
    assert "Page" in names


def test_a_project_without_its_container_is_our_fault() -> None:
    _, files, _ = made(TODO)

    def without(path: str, content: str | None = None) -> Inspection:
        rest: list[GeneratedFile] = [file for file in files if file.path != path]
        if content is not None:
            rest.append(GeneratedFile(path=path, content=content, type=files[0].type))
        return Inspection(rest)

    with pytest.raises(EmitError, match="has no Dockerfile"):
        _ = without("Dockerfile").port
    with pytest.raises(EmitError, match="has no EXPOSE"):
        _ = without("Dockerfile", "FROM x\n").port
    assert without(".github/workflows/ci.yaml").workflow_stages == ()

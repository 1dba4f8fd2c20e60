"""Does the application describe itself in a sound OpenAPI document? Built inside, judged here."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from agent.checks.application import loaded
from agent.checks.claims import as_text
from agent.checks.project import SQLITE_URL, concluded
from agent.contract.faults import unescaped
from agent.documents import CheckName, CheckReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.project import Project

COMMAND = (
    f"DATABASE_URL={SQLITE_URL} PYTHONPATH=src python -c 'from app.main import app; "
    "from sqlalchemy.orm import configure_mappers; configure_mappers(); print(app.openapi())'"
)
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


async def check(project: Project) -> CheckReport:
    """Judge the document that was built when the application was loaded."""
    application = await loaded(project)
    fault = application.faults("mappers", "openapi")
    document = application.openapi
    seconds = application.took("mappers", "openapi")
    if fault or not isinstance(document, dict):
        findings = fault or [Finding(message="app.openapi() gave no JSON object")]
        return concluded(CheckName.OPENAPI, COMMAND, findings, seconds=seconds)
    findings = [Finding(message=as_text(message)) for message in _faults(document)]
    summary = f"{sum(1 for _ in _operations(document))} operations"
    return concluded(CheckName.OPENAPI, COMMAND, findings, summary=summary, seconds=seconds)


def _faults(document: dict[str, Any]) -> Iterator[str]:
    version = as_text(document.get("openapi"))
    if not version.startswith("3.1."):
        yield f"openapi is {version!r}: 3.1 is expected"
    info = document.get("info")
    if not isinstance(info, dict) or not info.get("title") or not info.get("version"):
        yield "info has no title or no version"
    operations = list(_operations(document))
    if not operations:
        yield "no operation is served"
    yield from _faulty_operations(operations)
    for reference in sorted(set(_references(document))):
        if not _resolves(document, reference):
            yield f"$ref {reference!r} leads nowhere"


def _faulty_operations(operations: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    users: dict[str, list[str]] = defaultdict(list)
    for where, operation in operations:
        if not operation.get("responses"):
            yield f"{where} has no responses"
        name = operation.get("operationId")
        if name and isinstance(name, str):
            users[name].append(where)
        else:
            yield f"{where} has no operationId"
    for name, same in users.items():
        if len(same) > 1:
            yield f"operationId {name!r} is used {len(same)} times: {', '.join(same)}"


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in METHODS and isinstance(operation, dict):
                yield f"{method.upper()} {path}", operation


def _references(document: dict[str, Any]) -> Iterator[str]:
    # Without recursion: how deep it is was for the job to say.
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str):
                yield target
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _resolves(document: dict[str, Any], reference: str) -> bool:
    node: Any = document
    for token in reference.removeprefix("#/").split("/"):
        key = unescaped(token)
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True

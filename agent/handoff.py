"""Who has to know of the result? Messages to other agents, each valid input for its reader.

Every fact in them (ports, probes, variables, commands, tables, indexes) is read from the project
that was generated or from the resolved spec that it was generated from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from agent.ddl import ddl, indexes
from agent.documents import HandoffMessage
from agent.inspection import WORKFLOW
from agent.sizing import environment, platform
from agent.types import AttributeType, Database, DeleteBehaviour, RelationKind

if TYPE_CHECKING:
    from agent.documents import InputDocument
    from agent.inspection import Inspection
    from agent.types import Attribute, BackendSpec, Entity, Relation

CONTAINER, DEVOPS, DATABASE = "@container-specialist", "@devops-specialist", "@database-specialist"

PROBE_SECONDS = 10
STARTUP_FAILURES, READINESS_FAILURES = 30, 3
"""Probes that may fail in a row: a start may take 5 minutes, an unready instance 30 seconds."""

_SYSTEMS = {
    Database.POSTGRESQL: "PostgreSQL",
    Database.MYSQL: "MySQL",
    Database.SQLITE: "SQLite",
}
_TYPES = {
    AttributeType.INTEGER: "integer",
    AttributeType.SMALLINT: "integer",
    AttributeType.BIGINT: "integer",
    AttributeType.DURATION: "integer",
    AttributeType.DECIMAL: "decimal",
    AttributeType.FLOAT: "decimal",
    AttributeType.BOOLEAN: "boolean",
    AttributeType.DATE: "datetime",
    AttributeType.TIME: "datetime",
    AttributeType.DATETIME: "datetime",
    AttributeType.UUID: "uuid",
    AttributeType.TEXT: "text",
    AttributeType.JSON: "jsonb",
}
_DELETES = {
    DeleteBehaviour.CASCADE: "CASCADE",
    DeleteBehaviour.RESTRICT: "RESTRICT",
    DeleteBehaviour.NO_ACTION: "RESTRICT",  # their words have no third way to refuse
    DeleteBehaviour.SET_NULL: "SET_NULL",
}


def handoffs(
    task_id: str, spec: BackendSpec, project: Inspection, document: InputDocument
) -> tuple[HandoffMessage, ...]:
    """Return the messages; the same task and recipient always give the same ``message_id``."""
    messages = [
        (CONTAINER, "The project is to run in a container", container(project, document)),
        (DEVOPS, "The project is to be built, checked and shipped", devops(project, document)),
    ]
    if spec.entities:
        reason = "The schema is to be reviewed and tuned for its data"
        messages.append((DATABASE, reason, database(spec, document)))
    return tuple(
        HandoffMessage(to=to, reason=reason, payload=payload, message_id=_id(task_id, to))
        for to, reason, payload in messages
    )


def _id(task_id: str, to: str) -> str:
    return str(uuid5(UUID(task_id), to))


def container(project: Inspection, document: InputDocument) -> dict[str, Any]:
    """Return a request for @container-specialist."""
    table = project.pyproject["project"]
    probe = {"port": project.port, "periodSeconds": PROBE_SECONDS}
    alive = {"path": project.health_paths["health"], **probe}
    ready = {"path": project.health_paths["ready"], **probe}
    return {
        "taskType": "container-app-design",
        "context": {
            "applicationName": table["name"],
            "applicationType": "api",
            "runtime": "python",
            "runtimeVersion": table["requires-python"].removeprefix(">="),
            "targetPlatform": platform(document),
        },
        "containerConfiguration": {
            "baseImage": project.base_image,
            "exposedPorts": [project.port],
            "cmd": project.command,
            "envVariables": environment(project, document.constraints.performance_targets),
        },
        "ingressConfiguration": {"targetPort": project.port, "transport": "http"},
        "healthProbes": {
            "startup": {**alive, "failureThreshold": STARTUP_FAILURES},
            "liveness": alive,
            "readiness": {**ready, "failureThreshold": READINESS_FAILURES},
        },
    }


def devops(project: Inspection, document: InputDocument) -> dict[str, Any]:
    """Return a request for @devops-specialist."""
    table = project.pyproject["project"]
    variables = environment(project, document.constraints.performance_targets)
    payload: dict[str, Any] = {
        "architecture": {
            "name": table["name"],
            "language": "python",
            "languageVersion": table["requires-python"].removeprefix(">="),
            "framework": "fastapi",
            "pattern": "layered",
            "containerized": True,
            "port": project.port,
            "healthPaths": project.health_paths,
        },
        "requirements": {
            "checks": list(project.workflow_stages),
            "migrations": "alembic upgrade head",
            "coverage": project.pyproject["tool"]["coverage"]["report"]["fail_under"],
            "environmentVariables": [v["name"] for v in variables if not v["isSecret"]],
            "secrets": [v["name"] for v in variables if v["isSecret"]],
        },
        "deployment_target": f"azure-{platform(document)}",
    }
    if WORKFLOW in project.files:
        payload["ci_cd_preference"] = "github-actions"
    return payload


def database(spec: BackendSpec, document: InputDocument) -> dict[str, Any]:
    """Return a request for @database-specialist."""
    pointing = _pointing(spec)
    payload: dict[str, Any] = {
        "requirements": {
            "database_system": _SYSTEMS[spec.database],
            "data_models": [_data_model(entity, pointing[entity.name]) for entity in spec.entities],
            "indexing_strategy": [
                {"table": table, "columns": columns, "type": "BTree"}
                for _, table, columns, *_ in indexes(spec)
            ],
            "ddl": ddl(spec),
        },
    }
    if targets := document.constraints.performance_targets:
        payload["performance_requirements"] = targets.model_dump(mode="json", exclude_none=True)
    return payload


def _pointing(spec: BackendSpec) -> dict[str, list[tuple[Entity, Relation]]]:
    """Return the relations that point to each entity, with the entities that have them."""
    found: dict[str, list[tuple[Entity, Relation]]] = {entity.name: [] for entity in spec.entities}
    for entity in spec.entities:
        for relation in entity.relations:
            if relation.through is None:
                found[relation.target].append((entity, relation))
    return found


def _data_model(entity: Entity, pointing: list[tuple[Entity, Relation]]) -> dict[str, Any]:
    return {
        "name": entity.name,
        "description": entity.comment or f"Table {entity.table}",
        "properties": [_property(entity, attribute) for attribute in entity.attributes],
        "relationships": _relationships(entity, pointing),
    }


def _property(entity: Entity, attribute: Attribute) -> dict[str, Any]:
    alone = (attribute.name,)
    return {
        "name": attribute.column or attribute.name,
        "type": "jsonb" if attribute.array else _TYPES.get(attribute.type, "string"),
        "required": not attribute.nullable,
        "unique": attribute.unique
        or entity.primary_key == alone
        or any(rule.attributes == alone for rule in entity.uniques),
        "indexed": attribute.index
        or any(rule.attributes[0] == attribute.name for rule in entity.indexes),
    }


def _relationships(entity: Entity, pointing: list[tuple[Entity, Relation]]) -> list[dict[str, Any]]:
    """Return relationships as seen from the one row that many others refer to."""
    found = [
        {
            "target": other.name,
            "type": "1:1" if relation.kind is RelationKind.ONE_TO_ONE else "1:N",
            "delete_behavior": _DELETES[relation.on_delete],
        }
        for other, relation in pointing
    ]
    found += [
        {
            "target": relation.target,
            "type": "N:N",
            "delete_behavior": _DELETES[relation.through.on_delete],
        }
        for relation in entity.relations
        if relation.through is not None
    ]
    return found

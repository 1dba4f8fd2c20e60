"""What other agents are told, and that it is true of the project that was made."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import pytest
from jsonschema import Draft202012Validator

from agent.ddl import ddl
from agent.handoff import container, database, devops, handoffs
from agent.sandbox import Sandbox
from agent.types import Database
from tests.made import SCHOOL, SHOP, TODO, document, made

if TYPE_CHECKING:
    from pathlib import Path

    from agent.documents import GeneratedFile

Json = Any  # the tests reach into it
TASK_ID = "8f14e45f-ceea-467f-a8f9-1f6d1b2c3d4e"


def closed(*required: str, **properties: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


TEXT, INTEGER, BOOLEAN = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
PROBE = {"path": TEXT, "port": INTEGER, "periodSeconds": INTEGER}
TOLERANT = {**PROBE, "failureThreshold": INTEGER}
CONTAINER_INPUT = closed(
    "taskType",
    taskType={"enum": ["container-app-design", "dockerfile-creation", "health-probes"]},
    context=closed(
        applicationName=TEXT,
        applicationType={"const": "api"},
        runtime={"const": "python"},
        runtimeVersion=TEXT,
        targetPlatform={"enum": ["container-apps", "aks", "app-service"]},
    ),
    containerConfiguration=closed(
        baseImage=TEXT,
        exposedPorts={"type": "array", "items": INTEGER},
        entrypoint=TEXT,
        cmd={"type": "array", "items": TEXT},
        envVariables={
            "type": "array",
            "items": closed("name", name=TEXT, value=TEXT, isSecret=BOOLEAN),
        },
    ),
    ingressConfiguration=closed(
        external=BOOLEAN, targetPort=INTEGER, transport={"enum": ["http", "http2", "auto", "tcp"]}
    ),
    healthProbes=closed(
        startup=closed(**TOLERANT), liveness=closed(**PROBE), readiness=closed(**TOLERANT)
    ),
)
DEVOPS_INPUT = closed(
    "architecture",
    "requirements",
    architecture={"type": "object"},
    requirements={"type": "object"},
    deployment_target=TEXT,
    ci_cd_preference=TEXT,
)
DATABASE_INPUT = closed(
    "requirements",
    data_volume={"type": "object"},
    performance_requirements={"type": "object"},
    requirements={
        "type": "object",
        "required": ["database_system", "data_models"],
        "properties": {
            "database_system": {"enum": ["PostgreSQL", "SQL Server", "MySQL", "SQLite", "MongoDB"]},
            "data_models": {
                "type": "array",
                "items": closed(
                    name=TEXT,
                    description=TEXT,
                    properties={
                        "type": "array",
                        "items": closed(
                            name=TEXT,
                            type={
                                "enum": [
                                    "string",
                                    "integer",
                                    "decimal",
                                    "boolean",
                                    "datetime",
                                    "uuid",
                                    "text",
                                    "jsonb",
                                ]
                            },
                            required=BOOLEAN,
                            unique=BOOLEAN,
                            indexed=BOOLEAN,
                        ),
                    },
                    relationships={
                        "type": "array",
                        "items": closed(
                            target=TEXT,
                            type={"enum": ["1:1", "1:N", "N:N"]},
                            delete_behavior={"enum": ["CASCADE", "RESTRICT", "SET_NULL"]},
                        ),
                    },
                ),
            },
            "indexing_strategy": {
                "type": "array",
                "items": closed(
                    table=TEXT,
                    columns={"type": "array", "items": TEXT},
                    type={"enum": ["BTree", "Hash", "GiST"]},
                ),
            },
        },
    },
)
READERS = {
    "@container-specialist": CONTAINER_INPUT,
    "@devops-specialist": DEVOPS_INPUT,
    "@database-specialist": DATABASE_INPUT,
}


@pytest.mark.parametrize("raw", [SHOP, TODO, SCHOOL], ids=["shop", "todo", "school"])
def test_each_message_is_valid_for_its_reader(raw: Json) -> None:
    planned, _, project = made(raw)
    messages = handoffs(TASK_ID, planned.spec, project, document(raw))
    assert [message.to for message in messages] == list(READERS)
    for message in messages:
        wire = json.loads(json.dumps(message.payload))
        Draft202012Validator(READERS[message.to]).validate(wire)
        assert message.message_id == str(uuid5(UUID(TASK_ID), message.to))
        assert message.reason


def test_the_container_is_told_what_the_project_says() -> None:
    _, files, project = made(SHOP)
    text = {file.path: file.content for file in files}
    payload = container(project, document(SHOP))
    (port,) = payload["containerConfiguration"]["exposedPorts"]
    assert f"EXPOSE {port}\n" in text["Dockerfile"]
    assert f'"--port", "{port}"]' in text["Dockerfile"]
    assert f'"{port}:{port}"' in text["compose.yaml"]
    assert f":{port}{payload['healthProbes']['liveness']['path']}'" in text["Dockerfile"]
    assert (
        f'@router.get("{payload["healthProbes"]["readiness"]["path"]}"'
        in text["src/app/api/health.py"]
    )
    assert f"CMD {json.dumps(payload['containerConfiguration']['cmd'])}\n" in text["Dockerfile"]
    image = payload["containerConfiguration"]["baseImage"]
    assert image == f"python:{payload['context']['runtimeVersion']}-slim"
    assert text["Dockerfile"].count(f"FROM {image}") == 2
    assert payload["ingressConfiguration"]["targetPort"] == port
    for probe in payload["healthProbes"].values():
        assert probe["port"] == port


def test_environment_variables_are_settings_and_secrets_have_no_value() -> None:
    _, files, project = made(SHOP)
    settings = next(file.content for file in files if file.path == "src/app/core/config.py")
    told = container(project, document(SHOP))["containerConfiguration"]["envVariables"]
    fields = {name.upper() for name in re.findall(r"^    (\w+): ", settings, re.MULTILINE)}
    assert {each["name"] for each in told} <= fields
    assert {each["name"] for each in told if each["isSecret"]} == {
        "DATABASE_URL",
        "JWT_SECRET_KEY",
    }
    assert all(("value" in each) != each["isSecret"] for each in told)
    assert {"name": "ENVIRONMENT", "value": "production", "isSecret": False} in told


def test_devops_are_told_the_commands_of_the_workflow() -> None:
    _, files, project = made(SHOP)
    workflow = next(f.content for f in files if f.path == ".github/workflows/ci.yaml")
    payload = devops(project, document(SHOP))
    assert payload["requirements"]["checks"]
    assert all(f"- run: {line}\n" in workflow for line in payload["requirements"]["checks"])
    assert payload["ci_cd_preference"] == "github-actions"
    assert payload["requirements"]["secrets"] == ["DATABASE_URL", "JWT_SECRET_KEY"]


def test_relations_are_told_from_the_one_to_the_many() -> None:
    planned, _, _ = made(SCHOOL)
    models = {
        model["name"]: model
        for model in database(planned.spec, document(SCHOOL))["requirements"]["data_models"]
    }
    assert models["Person"]["relationships"] == [
        {"target": "Person", "type": "1:N", "delete_behavior": "SET_NULL"},
        {"target": "Course", "type": "1:N", "delete_behavior": "CASCADE"},
        {"target": "Seat", "type": "1:1", "delete_behavior": "RESTRICT"},
    ]
    assert models["Course"]["relationships"] == [
        {"target": "Person", "type": "1:N", "delete_behavior": "RESTRICT"},
        {"target": "Person", "type": "N:N", "delete_behavior": "CASCADE"},
    ]


def test_performance_targets_are_passed_on() -> None:
    raw = {**SHOP, "constraints": {"performanceTargets": {"concurrentRequests": 50}}}
    payload = database(made(SHOP)[0].spec, document(raw))
    assert payload["performance_requirements"] == {"concurrentRequests": 50}


def structure(connection: sqlite3.Connection) -> Json:
    """Return what SQLite knows of each table, without names of constraints."""
    found = {}
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
    for (table,) in connection.execute(f"{tables} AND name NOT LIKE 'sqlite%'").fetchall():
        columns = [
            (name, kind.replace(" ", ""), needed, key)
            for _, name, kind, needed, _, key in connection.execute(f'PRAGMA table_info("{table}")')
        ]
        keys = [row[2:7] for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')]
        indexes = [
            (
                "" if name.startswith("sqlite_autoindex") else name,
                unique,
                [row[2] for row in connection.execute(f'PRAGMA index_info("{name}")')],
            )
            for _, name, unique, _, _ in connection.execute(f'PRAGMA index_list("{table}")')
        ]
        found[table] = (sorted(columns), sorted(keys), sorted(indexes))
    return found


def migrated(files: tuple[GeneratedFile, ...], folder: Path) -> Path:
    """Run the project's own migration; return the database it made."""
    made_at = folder / "migrated.db"
    sandbox = Sandbox()

    async def run() -> None:
        async with sandbox.workspace(files) as workspace:
            inside = workspace.scratch / "migrated.db"
            outcome = await workspace.run(
                (sys.executable, "-m", "alembic", "upgrade", "head"),
                env={"DATABASE_URL": f"sqlite:///{inside}", "PYTHONPATH": "src"},
            )
            assert outcome.exit_code == 0, outcome.stderr
            inside.rename(made_at)

    asyncio.run(run())
    sandbox.close()
    return made_at


def test_the_ddl_makes_the_tables_of_the_migration(tmp_path: Path) -> None:
    planned, files, _ = made(SCHOOL)
    payload = database(planned.spec, document(SCHOOL))["requirements"]
    with (
        closing(sqlite3.connect(":memory:")) as ours,
        closing(sqlite3.connect(migrated(files, tmp_path))) as theirs,
    ):
        ours.executescript(payload["ddl"])
        assert structure(ours) == structure(theirs)
        indexes = [
            (table, columns)
            for table, (_, _, found) in structure(theirs).items()
            for name, _, columns in found
            if name
        ]
    told = [(each["table"], each["columns"]) for each in payload["indexing_strategy"]]
    assert sorted(told) == sorted(indexes)


def test_the_ddl_refuses_what_the_spec_refuses() -> None:
    planned, _, _ = made(SCHOOL)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("PRAGMA foreign_keys = on;" + ddl(planned.spec))
        add = "INSERT INTO courses (id, code, year, level, price, teacher_id) VALUES "
        for row in (
            "(1, 'x', 1800, 'first', 1, 1)",
            "(1, 'x', 1999, 'third', 1, 1)",
            "(1, 'x', 1999, 'first', 1, 7)",
            "(1, 'x', 1999, 'first', NULL, 7)",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(f"{add} {row}").connection.commit()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (
            Database.POSTGRESQL,
            ['"id" BIGSERIAL NOT NULL', '"photo" BYTEA,', '"score" DOUBLE PRECISION', "TIME ZONE"],
        ),
        (
            Database.MYSQL,
            ["`id` BIGINT NOT NULL AUTO_INCREMENT", "`photo` BLOB,", "CURRENT_TIMESTAMP(6)"],
        ),
    ],
)
def test_the_ddl_speaks_the_database_s_dialect(target: Database, expected: list[str]) -> None:
    spec = made(SCHOOL)[0].spec.model_copy(update={"database": target})
    text = ddl(spec)
    assert all(words in text for words in expected), text
    # the two tables refer to each other: one key has to be added afterwards
    assert (
        len(re.findall(r"^ALTER TABLE .* ADD CONSTRAINT .* FOREIGN KEY", text, re.MULTILINE)) == 1
    )


@pytest.mark.parametrize("target", [Database.POSTGRESQL, Database.MYSQL])
def test_the_ddl_is_read_by_a_parser_of_the_dialect(target: Database) -> None:
    import sqlglot  # noqa: PLC0415 - heavy

    spec = made(SCHOOL)[0].spec.model_copy(update={"database": target})
    dialect = "postgres" if target is Database.POSTGRESQL else "mysql"
    statements = sqlglot.parse(ddl(spec), dialect=dialect)
    kinds = [type(statement).__name__ for statement in statements if statement]
    assert set(kinds) == {"Create", "Alter"}
    assert kinds.count("Create") >= len(spec.entities) + 1

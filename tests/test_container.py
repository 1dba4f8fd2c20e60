"""Dockerfile and compose.yaml say nothing that the command line, the settings and the API do not.

No container is built here: what they name has to exist.
"""

from __future__ import annotations

import asyncio
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from sqlalchemy.engine import make_url

from agent import settings
from agent.llm.configured import GROUPS
from agent.service.service import Service
from agent.telemetry.sending import ENDPOINT
from agent.transports import cli_serve
from agent.transports.cli import app
from agent.transports.http import health
from tests.served import at_work, database, runner

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = [name for name, each in COMPOSE["services"].items() if each["image"] == "python-specialist"]


def _instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


INSTRUCTIONS = _instructions()


def _all(name: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def _copied() -> list[str]:
    """Return what is copied from the repository."""
    found = [rest.split()[:-1] for rest in _all("COPY") if not rest.startswith("--from")]
    return [name for names in found for name in names]


def _is_known(variable: str) -> bool:
    ours = variable.removeprefix(settings.PREFIX)
    is_of_a_model = any(ours.startswith(group) for group in GROUPS)
    return variable in (settings.__doc__ or "") or is_of_a_model or variable == ENDPOINT


def _variables(service: str) -> dict[str, str | None]:
    found: dict[str, str | None] = COMPOSE["services"][service].get("environment", {})
    return found


def test_all_that_the_package_is_made_of_is_copied_and_not_ignored() -> None:
    build = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*build["packages"], *build["force-include"], "pyproject.toml", "README.md", "LICENSE"}
    assert set(_copied()) == needed
    ignored, *admitted = (ROOT / ".dockerignore").read_text().split()
    assert ignored == "*"
    assert {name.removeprefix("!") for name in admitted if name.startswith("!")} == needed
    assert all((ROOT / name).exists() for name in needed)


def test_what_the_image_is_made_of_exists() -> None:
    extras = set(dict(each.split("=") for each in _all("ARG"))["EXTRAS"].split(","))
    assert extras <= set(PROJECT["project"]["optional-dependencies"])
    bases = {each.split()[0] for each in _all("FROM")}
    assert bases == {"python:3.11-slim"}
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert _all("ENTRYPOINT") == ['["python-specialist"]']
    assert "python-specialist" in PROJECT["project"]["scripts"]


def test_the_image_is_no_root_and_holds_no_secret() -> None:
    after_build = INSTRUCTIONS[[name for name, _ in INSTRUCTIONS].index("FROM", 1) :]
    assert [rest for name, rest in after_build if name == "USER"] == ["1000:1000"]
    (copied,) = [rest for name, rest in after_build if name == "COPY"]
    assert copied == "--from=build /opt/agent /opt/agent"
    pairs = dict(each.split("=", 1) for rest in _all("ENV") for each in shlex.split(rest))
    ours = [name for name in pairs if name.startswith(settings.PREFIX)]
    assert len(ours) == 2
    assert all(map(_is_known, ours))
    assert not [name for name in pairs if re.search("KEY|PASSWORD|SECRET|TOKEN", name)]


@pytest.mark.parametrize("service", OURS)
def test_each_process_is_started_as_the_command_line_wants_it(service: str) -> None:
    name, *options = COMPOSE["services"][service]["command"]
    command = typer.main.get_command(app)
    context = command.make_context("python-specialist", [name, *options], obj=None)
    found = command.resolve_command(context, [name, *options])  # type: ignore[attr-defined]
    found[1].make_context(name, options, parent=context)  # an unknown option is an error


@pytest.mark.parametrize("service", OURS)
def test_each_variable_is_a_setting(service: str) -> None:
    variables = _variables(service)
    assert all(map(_is_known, variables)), variables
    url = variables["PYTHON_SPECIALIST_DATABASE_URL"] or ""
    given = re.sub(r"\$\{[^}]*\}", "given", url)
    place = make_url(given)
    assert (place.get_backend_name(), place.host) == ("postgresql", "database")
    settings.read_settings({name: value or "" for name, value in variables.items()})


def test_no_secret_stands_in_the_composition() -> None:
    text = (ROOT / "compose.yaml").read_text()
    secrets = [
        str(value)
        for service in COMPOSE["services"]
        for name, value in _variables(service).items()
        if re.search("PASSWORD|KEY|DATABASE_URL", name) and value
    ]
    assert len(secrets) == 1 + len(OURS)
    assert all("${POSTGRES_PASSWORD:?" in each for each in secrets)
    assert ".env" in (ROOT / ".gitignore").read_text().split()
    assert "psk_" not in text


def test_one_answers_two_work_and_nothing_is_open_to_others() -> None:
    services = COMPOSE["services"]
    assert services["api"]["command"][0] == "serve"
    assert "--no-worker" in services["api"]["command"]
    assert services["worker"]["command"][0] == "worker"
    assert services["worker"]["deploy"]["replicas"] == 2
    published = {name: each["ports"] for name, each in services.items() if "ports" in each}
    assert published == {"api": ["127.0.0.1:8000:8000"]}
    for name in OURS:
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_health_is_asked_where_it_is_told() -> None:
    asked = str(COMPOSE["services"]["api"]["healthcheck"]["test"])
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", asked)
    assert found
    assert found[1] == COMPOSE["services"]["api"]["ports"][0].rpartition(":")[2]
    assert found[2] in [getattr(route, "path", "") for route in health.router.routes]
    worker = COMPOSE["services"]["worker"]
    file = worker["command"][worker["command"].index("--alive") + 1]
    assert f"os.stat('{file}')" in worker["healthcheck"]["test"][-1]
    for each in COMPOSE["services"].values():
        assert "healthcheck" in each
    for each in COMPOSE["services"].values():
        for other, condition in each.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert "healthcheck" in COMPOSE["services"][other]


def test_volumes_and_images_are_named() -> None:
    for name, each in COMPOSE["services"].items():
        mounted = [volume.partition(":")[0] for volume in each.get("volumes", ())]
        assert set(mounted) <= set(COMPOSE["volumes"])
        assert name in OURS or re.search(r":\d", each["image"]), "a version of its own"


@pytest.mark.asyncio
async def test_a_worker_shows_life_as_long_as_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_serve, "SIGN_OF_LIFE", 0.01)
    file = tmp_path / "alive"
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        showing = asyncio.create_task(cli_serve._show_life(service, file))
        await asyncio.sleep(0.1)
        assert not file.exists()
        async with at_work(service):
            async with asyncio.timeout(10):
                while not file.exists():  # noqa: ASYNC110 - a file tells nobody
                    await asyncio.sleep(0.01)
        file.unlink()
        await asyncio.sleep(0.1)
        showing.cancel()
        assert not file.exists()

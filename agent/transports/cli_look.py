"""What can be looked at without building anything? An input, the patterns, this machine."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from agent.resources import folder

if TYPE_CHECKING:
    from agent.documents import Fault, InputDocument, Warn
    from agent.planner.resolve import Plan
    from agent.settings import Settings
    from agent.transports.cli_input import Given

FINE, NOT_FINE, REFUSED = 0, 1, 2
_QUESTION, _OPEN = "question", "open-question"


def validate_file(file: str, form: str | None, *, as_json: bool) -> int:
    """Read an input and what is in it. What is only not supported yet is valid, and told."""
    from agent.contract import read_input, to_wire  # noqa: PLC0415 - heavy
    from agent.documents import Refusal, Warn  # noqa: PLC0415 - the same
    from agent.errors import QuestionError, RefusedError, UnsupportedError  # noqa: PLC0415 - same
    from agent.transports import cli_summary  # noqa: PLC0415 - the same
    from agent.transports.cli_input import Given, read  # noqa: PLC0415 - the same

    given = Given({}, file.strip() or "words")
    unsupported: tuple[Fault, ...] = ()
    open_questions: tuple[Warn, ...] = ()
    try:
        given = read(file, form, {})
        document, warnings = read_input(given.data)
        try:
            planned = plan_of(document, given)
            warnings += planned.warnings
            open_questions = tuple(Warn(code=_OPEN, message=q.text) for q in planned.questions)
        except UnsupportedError as error:
            unsupported = tuple(map(given.local, error.faults))
        except QuestionError as error:
            warnings += tuple(Warn(code=_QUESTION, message=q.text) for q in error.questions)
    except RefusedError as error:
        refusal = Refusal(errors=tuple(map(given.local, error.faults)), understood=error.understood)
        if as_json:
            _print(json.dumps(to_wire(refusal), ensure_ascii=False, indent=2))
        else:
            cli_summary.show(cli_summary.of_refusal(refusal, given))
        return REFUSED
    warnings = (*map(given.local, warnings), *open_questions)
    if as_json:
        told = [
            *(Warn(code=f.code, pointer=f.pointer, message=f.message) for f in unsupported),
            *warnings,
        ]
        answer = {
            "valid": True,
            "supported": not unsupported,
            "warnings": [warning.model_dump(mode="json") for warning in told],
        }
        _print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print("\n".join([f"{given.name} is valid", *_lines(unsupported, warnings)]))
    return FINE


def plan_of(document: InputDocument, given: Given) -> Plan:
    """Plan what was given, without a model; a file that says nothing is refused, not asked about.

    Raises:
        RefusedError: as ``agent.planner.plan.plan`` does, or it says nothing.
        QuestionError: words, or a whole document, leave open what is to be built.

    """
    from agent.documents import Fault  # noqa: PLC0415 - heavy
    from agent.errors import QuestionError, RefusedError  # noqa: PLC0415 - the same
    from agent.planner.plan import plan  # noqa: PLC0415 - the same
    from agent.transports.cli_input import IN_WORDS  # noqa: PLC0415 - the same

    try:
        return plan(document)
    except QuestionError as error:
        if given.prefix in {"", IN_WORDS}:
            raise
        fault = Fault(
            code="empty",
            pointer=given.prefix,
            message="it names no entity: there is nothing to build",
            expected="at least one entity, table or operation",
        )
        raise RefusedError([fault]) from error


def _lines(unsupported: tuple[Fault, ...], warnings: tuple[Warn, ...]) -> list[str]:
    lines = [_line(warning) for warning in warnings if warning.code != _QUESTION]
    if questions := [_line(warning) for warning in warnings if warning.code == _QUESTION]:
        lines += ["but not enough to build from, `run` asks back:", *questions]
    if unsupported:
        lines.append("but not supported yet, `run` refuses it:")
        lines += [f"{_line(fault)} (expected: {fault.expected})" for fault in unsupported]
    return lines


def _line(note: Warn | Fault) -> str:
    return f"  {note.pointer}: {note.message}" if note.pointer else f"  {note.message}"


def show_patterns(name: str | None) -> int:
    """List the library, or print one pattern's document."""
    from agent.knowledge import Library  # noqa: PLC0415 - only what is asked for

    found = Library(folder("knowledge")).patterns
    if name is None:
        width = max(len(each) for each in found)
        _print("\n".join(f"{n.ljust(width)}  {p.description}" for n, p in found.items()))
        return FINE
    if name in found:
        _print(found[name].body)
        return FINE
    import difflib  # noqa: PLC0415 - only a wrong name needs it

    close = difflib.get_close_matches(name, found, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(found)}"
    sys.stderr.write(f"there is no pattern {name!r}: {hint}\n")
    return REFUSED


def examine(*, ask_models: bool = False) -> int:
    """Tell what proofs find on this machine; ask each configured model, if that is wanted."""
    from agent import __version__  # noqa: PLC0415 - a constant, but of the package
    from agent.checks.versions import python_version, versions  # noqa: PLC0415 - heavy
    from agent.settings import read_settings, trouble_with_cache  # noqa: PLC0415 - heavy

    _print(f"python-specialist {__version__}, Python {python_version()}")
    for name in ("schemas", "knowledge", "prompts"):
        _print(f"{name:<18}{folder(name)}")
    installed = versions()
    for package in ("ruff", "mypy", "pytest", "alembic", "sqlalchemy", "fastapi", "pydantic"):
        _print(f"{package:<18}{installed.get(package, 'MISSING: install python-specialist again')}")
    settings = read_settings()
    trouble = trouble_with_cache(settings.cache)
    _print(f"{'cache':<18}{f'NOT USABLE: {trouble}' if trouble else settings.cache}")
    fine = asyncio.run(_sandbox()) and "ruff" in installed and trouble is None
    fine = asyncio.run(_databases(settings)) and fine
    fine = asyncio.run(_models(settings, ask=ask_models)) and fine
    return FINE if fine else NOT_FINE


async def _sandbox() -> bool:
    """Start a sandbox, which attacks itself first."""
    from agent.errors import SandboxError  # noqa: PLC0415 - heavy
    from agent.sandbox import Sandbox  # noqa: PLC0415 - the same

    sandbox = Sandbox()
    try:
        await sandbox.prover()
    except SandboxError as error:
        _print(f"{'sandbox':<18}NOT USABLE: {error}")
        return False
    around = "with bubblewrap around it" if sandbox.wrapped else "bubblewrap does not work here"
    _print(f"{'sandbox':<18}holds, {around}")
    sandbox.close()
    return True


async def _databases(settings: Settings) -> bool:
    """Try each server in the way that a proof does: make a database, sign in, drop it."""
    from agent.checks.job_database import job_database  # noqa: PLC0415 - heavy
    from agent.checks.own_server import EXTRA, binaries  # noqa: PLC0415 - the same
    from agent.checks.servers import SERVERS as KINDS  # noqa: PLC0415 - the same
    from agent.errors import SandboxError  # noqa: PLC0415 - the same
    from agent.settings import SERVERS  # noqa: PLC0415 - the same
    from agent.types import Database  # noqa: PLC0415 - the same

    fine = True
    for database, (variable, _, _) in SERVERS.items():
        url = settings.databases.get(database)
        if fault := settings.unusable.get(database):
            fine = False
            told = f"NOT USABLE: {fault.message} (expected: {fault.expected})"
        elif url is None:
            kind = KINDS[database.value].label
            told = f"{variable} is not set: projects for {kind} are proven on SQLite only"
            own = binaries()
            if database is Database.POSTGRESQL and own:
                told += f", but at level full on PostgreSQL {own.version} of the package"
            elif database is Database.POSTGRESQL:
                told += f" (or, at level full, install {EXTRA})"
        else:
            try:
                with tempfile.TemporaryDirectory() as here:
                    async with job_database(url, Path(here)):
                        told = "reachable: proofs make databases and users on it, and drop them"
            except SandboxError as error:
                fine = False
                told = f"NOT USABLE: {error}"
        _print(f"{database.value:<18}{told}")
    return fine


async def _models(settings: Settings, *, ask: bool) -> bool:
    """Tell which models are configured. They are asked only on request: that may cost."""
    from agent.errors import BudgetError, ModelError  # noqa: PLC0415 - heavy
    from agent.settings import PREFIX  # noqa: PLC0415 - the same

    asked_for: dict[str, list[str]] = {}
    profiles = {}
    for purpose, in_order in settings.models.profiles.items():
        for rank, profile in zip(("", "second for "), in_order, strict=False):
            asked_for.setdefault(profile.name, []).append(f"{rank}{purpose.value}")
            profiles[profile.name] = profile
    if not profiles:
        _print(f"{'model':<18}{PREFIX}MODEL is not set: no model is asked")
        return True
    fine = True
    for name, profile in profiles.items():
        told = f"{name}: {', '.join(asked_for[name])}"
        if ask:
            from agent.llm.trying import try_model  # noqa: PLC0415 - heavy
            from agent.prompts import Prompts  # noqa: PLC0415 - the same

            try:
                told += f"; {await try_model(profile, Prompts(folder('prompts')))}"
            except (ModelError, BudgetError) as error:
                fine = False
                told += f"; NOT USABLE: {error}"
        _print(f"{'model':<18}{told}")
    return fine


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")

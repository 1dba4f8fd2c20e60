"""What a service logs: JSON lines that say what they belong to, and no secret in any of them."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import secrets
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from agent.errors import BrokenOffError
from agent.events import Stage, StageFinished, StageStarted
from agent.log import (
    Hiding,
    about,
    event_lines,
    event_log,
    hiding,
    log_lines,
    logger,
    plain,
    secrets_in,
)
from agent.secrets import without_secrets
from agent.service.records import Origin
from agent.service.service import Service
from agent.service.tables import EVENTS
from agent.service.telling import Telling, event_rows
from agent.telemetry.trace import trace_of
from tests.served import ME, REQUEST, at_work, database, ended, runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from agent.events import Event
    from agent.log import Level
    from agent.service.observed import Observe
    from agent.telemetry.trace import Trace

KEY = f"psk_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"
MODEL_KEY = "ordinary-looking words"
BEARER = "abcdefghijklmnopqrstuvwxyz012345"
PASSWORD = "p/w@d:geheim"  # noqa: S105 - of nobody
DIGEST = "response=6629fae49393a05397450978507c4ef1"
TOLD = {
    "a key of ours": (KEY, KEY),
    "a key in a sentence": (f"the key {KEY}, sent by somebody", KEY),
    "a bearer token": (f"Authorization: Bearer {BEARER}", BEARER),
    "another scheme": (f'Authorization: Digest username="x", {DIGEST}', DIGEST),
    "a header as Python shows it": (f"[(b'authorization', b'{BEARER}')]", BEARER),
    "a header in JSON in JSON": (json.dumps(json.dumps({"Authorization": BEARER})), BEARER),
    "a cookie": ("Cookie: a=1; session=0badc0de", "0badc0de"),
    "a URL": (f"postgresql://me:{PASSWORD}@host:5432/db", "geheim"),
    "a URL of NATS": ("nats://me:s3cr3tly@host:4222", "s3cr3tly"),
    "a model's key, of whatever shape": (f"it was {MODEL_KEY}!", MODEL_KEY),
    "an assignment": ("PYTHON_SPECIALIST_MODEL_API_KEY=k", "API_KEY=k"),
}


@dataclass
class Thing:
    """Something that is logged as it represents itself."""

    text: str


class Lines:
    """What was logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Log into memory, and as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # pytest's own: they would be closed
    found = Lines()
    environment = {
        "PYTHON_SPECIALIST_MODEL_API_KEY": MODEL_KEY,
        "PYTHON_SPECIALIST_DATABASE": f"postgresql://me:{PASSWORD}@host/db",
    }
    log_lines("debug", stream=found.stream, environment=environment)
    yield found
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def _raise(text: str) -> None:
    try:
        raise KeyError(text)  # noqa: TRY301 - the cause of the next
    except KeyError as error:
        raise ValueError("it failed") from error


def _in_exception(text: str) -> None:
    try:
        _raise(text)
    except ValueError:
        logger().exception("failed")


def _in_exception_of_a_library(text: str) -> None:
    try:
        _raise(text)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed")


def _in_context(text: str) -> None:
    with about(task=text):
        logger().info("x")


def _in_warning(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(text, stacklevel=1)


PLACES: dict[str, Callable[[str], None]] = {
    "the event": lambda text: logger().info(text),
    "a fact": lambda text: logger().info("x", fact=text),
    "a name": lambda text: logger().info("x", **{text: 1}),
    "bytes": lambda text: logger().info("x", fact=text.encode()),
    "below": lambda text: logger().info("x", fact={"a": [{"b": (1, {text})}]}),
    "a name below": lambda text: logger().info("x", fact={"a": {text: 1}}),
    "far below": lambda text: logger().info("x", fact=[[[[[[[[[[[[text]]]]]]]]]]]]),
    "an object": lambda text: logger().info("x", fact=Thing(text)),
    "a long text": lambda text: logger().info(f"{'x ' * 3000}{text} {'y ' * 30000}"),
    "exception": _in_exception,
    "exception of a library": _in_exception_of_a_library,
    "context": _in_context,
    "a library's line": lambda text: logging.getLogger("x").warning("it is %s", text),
    "a library's facts": lambda text: logging.getLogger("x").warning("it is %(a)s", {"a": text}),
    "a warning": _in_warning,
}


@pytest.mark.parametrize("what", TOLD)
@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_logged(lines: Lines, place: str, what: str) -> None:
    text, secret = TOLD[what]
    PLACES[place](text)
    assert len(lines.all) == 1
    assert secret not in lines.text
    assert "***" in lines.text or place == "a long text"


@pytest.mark.parametrize(
    "name", ["authorization", "Set-Cookie", "api_key", "apiKey", "DB_PASSWORD"]
)
@pytest.mark.parametrize("value", ["x y", b"x y", ["x y"], {"a": "x y"}])
def test_what_stands_under_a_secret_name_is_not_logged(
    lines: Lines, name: str, value: object
) -> None:
    logger().info("x", **{name: value})
    logger().info("x", headers=[(name.encode(), value), ("host", "here")])
    assert "x y" not in lines.text
    assert lines.all[1]["headers"][1] == ["host", "here"]


def test_what_is_no_secret_is_logged(lines: Lines) -> None:
    facts = {"inputTokens": 3, "seconds": 0.5, "none": None, "path": "/v1/tasks", "ok": True}
    logger().info("authorization is needed", **facts)
    (line,) = lines.all
    assert line["event"] == "authorization is needed"
    assert {name: line[name] for name in facts} == facts


def test_what_the_environment_holds() -> None:
    environment = {
        "OPENAI_API_KEY": "abcdef",
        "SIGNING_KEY": "ghijkl",
        "SHORT_TOKEN": "abc",
        "NATS": "nats://u:p%40ssword@h",
        "PATH": "/usr/bin",
        "BROKEN": "http://[",
        "BUS": "nats://t0ken-of-nats@h1:4222, nats://u:other-server@h2:4222",
        "WITH_COMMA": "postgresql://u:ab,cdef@h/db",
        "DATABASE": "postgresql://postgres@h/db",
        "OTEL_EXPORTER_OTLP_HEADERS": "api-key=of-collector,x-a=b%20cdefg",
    }
    assert secrets_in(environment) == {
        *("abcdef", "ghijkl", "p%40ssword", "p@ssword"),
        *("t0ken-of-nats", "other-server", "ab,cdef", "of-collector", "b%20cdefg", "b cdefg"),
    }


@pytest.mark.parametrize(
    "written", [str, repr, json.dumps, lambda each: repr(each.encode()), quote]
)
def test_a_known_secret_is_hidden_however_it_is_written(written: Callable[[str], str]) -> None:
    known = 'it\'s a\\b "c" \u00e4'
    text = Hiding([known]).text(f"x {written(known)} y")
    assert "a\\" not in text
    assert "***" in text


@pytest.mark.parametrize("piece", ["a.", "a-", "://:", "eyJ-", "key: '", "cookie: ", "x@://a:"])
def test_long_texts_take_no_longer_for_what_they_are(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    begun = time.process_time()
    without_secrets(text)
    Hiding().text(text)
    assert time.process_time() - begun < 5  # it took minutes


@pytest.mark.parametrize(("level", "written"), [("info", 1), ("debug", 2)])
def test_what_is_not_logged_is_not_written_out(
    level: Level, written: int, monkeypatch: pytest.MonkeyPatch, lines: Lines
) -> None:
    log_lines(level, stream=lines.stream)
    made: list[Event] = []

    def plainly(event: Event) -> tuple[str, dict[str, Any]]:
        made.append(event)
        return plain(event)

    monkeypatch.setattr("agent.log.lines.plain", plainly)
    event_lines(StageStarted(Stage.PLAN))
    event_lines(StageFinished(Stage.PLAN, 1, "it is planned"))
    assert len(made) == written
    assert [each["event"] for each in lines.all] == ["stage-started", "stage-finished"][-written:]
    assert [each["level"] for each in lines.all] == ["debug", "info"][-written:]


def test_long_names_are_not_remembered() -> None:
    before = hiding._names_one.cache_info().currsize
    name = "x" * 1000 + "-password"
    hidden = Hiding()(None, "", {"headers": [[name, "letmein"]], "about": {name: "letmein"}})
    assert "letmein" not in str(hidden)
    assert hiding._names_one.cache_info().currsize <= before + 2  # "headers" and "about"


def test_the_log_of_the_command_line_hides_too(capsys: pytest.CaptureFixture[str]) -> None:
    event_log("info")(StageFinished(Stage.PLAN, 1, KEY))
    assert KEY not in capsys.readouterr().err


@pytest.mark.asyncio
async def test_every_line_of_a_task_says_whose_it_is(lines: Lines, tmp_path: Path) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    origins = [Origin(), Origin(trace=f"00-{trace}-00f067aa0ba902b7-01")]
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            tasks = [(await service.submit(REQUEST, ME, each)).task for each in origins]
            for task in tasks:
                await ended(service, task)
    of = {task.id: [line for line in lines.all if line.get("task") == task.id] for task in tasks}
    for task, expected in zip(tasks, [trace_of(tasks[0].id).id, trace], strict=True):
        mine = of[task.id]
        assert mine[0]["event"] == "task-taken"
        assert mine[-1]["event"] == "task-kept"
        assert {"stage-finished", "check-finished", "task-finished"} <= {x["event"] for x in mine}
        assert {(x["caller"], x["trace"]) for x in mine} == {(ME, expected)}
    assert sum(map(len, of.values())) == len(lines.all)


@pytest.mark.asyncio
async def test_what_is_kept_of_many_tasks_is_logged_as_of_none(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.telling.FLUSH", 0)
    async with database("sqlite", tmp_path) as opened:
        task = (await Service(opened).submit(REQUEST, ME)).task
        telling, kept = Telling(opened), asyncio.Event()

        async def keep(_: object) -> None:
            logger().info("kept")
            kept.set()

        monkeypatch.setattr(telling, "_keep", keep)
        with about(task=task.id):
            telling.hear(task, StageFinished(Stage.PLAN, 1, ""))
            await kept.wait()
    (line,) = [each for each in lines.all if each["event"] == "kept"]
    assert "task" not in line


@pytest.mark.asyncio
async def test_a_process_that_was_ended_is_no_fault_of_our_own(
    lines: Lines, tmp_path: Path
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise BrokenOffError("the process was killed twice")

    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner(broken))
        async with at_work(service):
            task = await ended(service, (await service.submit(REQUEST, ME)).task)
        answer = await service.answer_of(task)
    assert answer is not None
    (fault,) = json.loads(answer.answer)["errors"]
    assert (fault["code"], fault["message"]) == ("broken-off", "the process was killed twice")
    assert all(line["level"] != "error" for line in lines.all)
    (line,) = [line for line in lines.all if line["event"] == "task-failed"]
    assert (line["codes"], line["task"]) == (["broken-off"], task.id)


@pytest.mark.asyncio
async def test_a_fault_of_our_own_is_logged_with_its_place(lines: Lines, tmp_path: Path) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(KEY)

    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner(broken))
        async with at_work(service):
            task = await ended(service, (await service.submit(REQUEST, ME)).task)
    assert task.state == "failed"
    (line,) = [line for line in lines.all if line["level"] == "error"]
    assert (line["event"], line["task"]) == ("a-fault-of-our-own", task.id)
    assert "ZeroDivisionError" in line["exception"]
    assert KEY not in lines.text


@pytest.mark.asyncio
async def test_an_error_of_the_database_holds_nothing_of_a_request(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        said = event_rows("no task", [("name", {"said": "my words"})])
        with pytest.raises(SQLAlchemyError) as caught:
            await opened.write(lambda connection: connection.execute(insert(EVENTS), said))
    assert "INSERT INTO events" in str(caught.value)
    assert "my words" not in str(caught.value)


@pytest.mark.asyncio
async def test_who_looks_on_harms_no_task(lines: Lines, tmp_path: Path) -> None:
    class Broken:
        """Looks on, and breaks."""

        def __enter__(self) -> Callable[[Event], None]:
            return self.hear

        def __exit__(self, *_: object) -> None:
            pass

        def hear(self, event: Event) -> None:
            raise ZeroDivisionError(event)

    def broken_at_once(_task: str, _caller: str, _trace: Trace) -> Broken:
        raise ZeroDivisionError

    async with database("sqlite", tmp_path) as opened:
        observers: list[Observe] = [lambda _task, _caller, _trace: Broken(), broken_at_once]
        for observe in observers:
            service = Service(opened, runner(), observe=observe)
            async with at_work(service):
                task = await ended(service, (await service.submit(REQUEST, ME)).task)
            assert task.state == "completed"
    assert "an-observer-failed" in {line["event"] for line in lines.all}

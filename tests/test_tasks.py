"""The commands on a service's tasks, where its database is at hand and over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import httpx2
import pytest
import typer
from sqlalchemy.exc import OperationalError

from agent.errors import RefusedError
from agent.service.database import open_database
from agent.service.records import State
from agent.service.service import Service
from agent.transports import tasks_here as tasks_here_module
from agent.transports import tasks_there as tasks_there_module
from agent.transports.cli_tasks import KEY, tasks
from agent.transports.tasks_here import TasksHere
from agent.transports.tasks_seen import whole_id
from agent.transports.tasks_there import tasks_there
from tests.served import ME, REQUEST, at_work, database, ended, runner
from tests.test_service import THIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import respx

    from agent.service.records import StoredEvent, StoredTask

URL = "https://there.example:8000"
ID = "4f1c1a6e-54a4-4d8e-9f4a-0a54cf1f2c7e"
TASK = {
    "taskId": ID,
    "status": "working",
    "type": "architecture",
    "name": "todo",
    "turn": 0,
    "cancelRequested": False,
    "created": "2026-11-28T21:00:00Z",
    "changed": "2026-11-28T21:00:01Z",
}


class Builders(NamedTuple):
    """What the command line is given."""

    runner: Callable[..., Any]
    service: Callable[..., Awaitable[Service]]


class Shell:
    """Runs commands, over one database."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str]:
        async def service(*_: object, **__: object) -> Service:
            return Service(await open_database(self.url))

        with pytest.raises(SystemExit) as ended:
            typer.main.get_command(tasks)(list(arguments), obj=Builders(runner, service))
        return int(ended.value.code or 0), self._capsys.readouterr().out

    def json(self, *arguments: str) -> tuple[int, Any]:
        code, out = self.run(*arguments, "--json")
        return code, json.loads(out)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(f"sqlite:///{tmp_path}/service.db", capsys)


def _prepared(shell: Shell, document: str = REQUEST, *, work: bool = True) -> str:
    """Leave one task in the database, and return its id."""

    async def prepare() -> str:
        opened = await open_database(shell.url)
        service = Service(opened, runner())
        task = (await service.submit(document, ME)).task
        if work:
            async with at_work(service):
                await ended(service, task)
        await opened.close()
        return task.id

    return asyncio.run(prepare())


def test_nothing_is_there(shell: Shell) -> None:
    assert shell.run("list") == (0, "No tasks\n")
    assert shell.json("list") == (0, {"tasks": []})


def test_tasks_are_listed(shell: Shell) -> None:
    ids = [_prepared(shell), _prepared(shell, work=False)]
    code, out = shell.run("list")
    assert code == 0
    lines = out.splitlines()
    assert lines[1].split() == ["id", "status", "type", "name", "verdict", "caller", "created"]
    assert lines[2].split()[:4] == [ids[1], "submitted", "performance", ME]
    told = ["completed", "performance", "todo", "proven", "(standard)"]
    assert lines[3].split()[:6] == [ids[0], *told]
    _, page = shell.json("list", "--state", "completed")
    assert [each["taskId"] for each in page["tasks"]] == ids[:1]
    assert len(shell.json("list", "--limit", "1")[1]["tasks"]) == 1
    assert shell.run("list", "--state", "nonsense")[0] == 2


def test_a_task_is_shown(shell: Shell) -> None:
    task_id = _prepared(shell)
    code, out = shell.run("show", task_id)
    assert code == 0
    assert "completed" in out
    assert "syntax  passed" in out
    _, shown = shell.json("show", task_id)
    assert (shown["task"]["verdict"], shown["task"]["level"]) == ("proven", "standard")
    assert shown["answer"]["taskId"] == task_id


def test_the_beginning_of_an_id_is_enough(shell: Shell) -> None:
    done, waits = _prepared(shell), _prepared(shell, work=False)
    assert shell.json("show", done[:8])[1]["task"]["taskId"] == done
    assert shell.run("watch", done[:13])[1].endswith(f"task {done}: completed\n")
    assert shell.run("cancel", waits[:35]) == (0, f"task {waits}: canceled\n")
    assert shell.json("retry", waits[:8])[1]["task"]["status"] == "submitted"
    code, answer = shell.json("show", done[:7])
    assert (code, answer["errors"][0]["message"]) == (2, f"there is no task {done[:7]!r}")


@pytest.mark.asyncio
async def test_a_beginning_of_several_ids_names_them(httpx2_mock: respx.Router) -> None:
    ids = [f"{ID[:8]}{number}{ID[9:]}" for number in range(4)]
    found = [TASK | {"taskId": each} for each in ids]
    route = httpx2_mock.get(f"{URL}/v1/tasks")
    route.respond(json={"tasks": found})
    async with tasks_there(URL, "") as known:
        with pytest.raises(RefusedError, match=f"{ids[0]}, {ids[1]}, {ids[2]}, \\.\\.\\."):
            await whole_id(known, ID[:8])
        assert route.calls.last.request.url.query == f"limit=4&id={ID[:8]}".encode()
        assert await whole_id(known, ID) == ID
        route.respond(json={"tasks": []})
        with pytest.raises(RefusedError, match=f"there is no task '{ID[:8]}'"):
            await whole_id(known, ID[:8])
    assert len(route.calls) == 2


def test_what_has_ended_is_not_called_off(shell: Shell) -> None:
    code, answer = shell.json("cancel", _prepared(shell))
    assert code == 2
    assert answer["errors"][0]["message"] == "the task has ended: it is completed"


def test_questions_are_shown(shell: Shell) -> None:
    task_id = _prepared(shell, THIN)
    _, out = shell.run("show", task_id)
    assert "Questions" in out
    assert "What does a Horse have?" in out


def test_a_task_is_watched_to_its_end(shell: Shell) -> None:
    task_id = _prepared(shell)
    code, out = shell.run("watch", task_id)
    assert code == 0
    assert "stage-finished  stage=plan" in out
    assert "stage-started" not in out
    assert out.splitlines()[-1] == f"task {task_id}: completed"
    code, out = shell.run("watch", task_id, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[0]["event"] == "task-started"
    assert lines[-1]["task"]["status"] == "completed"
    assert shell.run("watch", _prepared(shell, THIN))[0] == 3


def test_a_task_is_called_off_and_submitted_again(shell: Shell) -> None:
    task_id = _prepared(shell, work=False)
    assert shell.run("cancel", task_id) == (0, f"task {task_id}: canceled\n")
    assert shell.run("watch", task_id)[0] == 130
    _, again = shell.json("retry", task_id)
    assert again["task"]["status"] == "submitted"
    assert again["task"]["caller"] == ME
    assert again["task"]["taskId"] != task_id


@pytest.mark.parametrize("command", ["show", "watch", "cancel", "retry"])
def test_there_is_no_such_task(shell: Shell, command: str) -> None:
    code, answer = shell.json(command, ID)
    assert code == 2
    if command == "watch":  # a line, as its events are
        answer = answer["answer"]
    assert answer["errors"][0]["message"] == f"there is no task {ID!r}"


def test_what_somebody_sent_does_nothing_to_a_terminal(shell: Shell) -> None:
    document = json.loads(REQUEST)
    document["context"] = {**document.get("context", {}), "projectName": "\x1b[31mred\x07"}
    _prepared(shell, json.dumps(document), work=False)
    _, out = shell.run("list")
    assert "red" in out
    assert "\x1b" not in out
    assert "\x07" not in out


def _sse(number: int, name: str, data: str = "{}") -> str:
    return f"id: {number}\nevent: {name}\ndata: {data}\n\n"


@pytest.mark.asyncio
async def test_a_service_elsewhere_is_asked_with_the_key(httpx2_mock: respx.Router) -> None:
    route = httpx2_mock.get(f"{URL}/v1/tasks").respond(json={"tasks": [TASK]})
    async with tasks_there(f"{URL}/", "psk_x") as known:
        (found,) = await known.page([State.WORKING, State.FAILED], 7)
    assert found.data == TASK | {"created": "2026-11-28T21:00:00+00:00"} | {
        "changed": "2026-11-28T21:00:01+00:00"
    }
    request = route.calls.last.request
    assert request.headers["Authorization"] == "Bearer psk_x"
    assert request.url.query == b"state=working&state=failed&limit=7"


@pytest.mark.asyncio
async def test_what_can_be_done_elsewhere(httpx2_mock: respx.Router) -> None:
    there = f"{URL}/v1/tasks/{ID}"
    httpx2_mock.get(there).respond(json=TASK)
    httpx2_mock.delete(there).respond(202, json=TASK | {"cancelRequested": True})
    httpx2_mock.post(f"{there}/retry").respond(202, json=TASK | {"warnings": []})
    httpx2_mock.get(f"{there}/result").mock(
        side_effect=[
            httpx.Response(409, json={"detail": "not yet"}),
            httpx.Response(200, json={}),
        ]
    )
    async with tasks_there(URL, "") as known:
        assert (await known.get(ID)).status is State.WORKING
        assert (await known.cancel(ID)).cancel_requested
        assert (await known.retry(ID)).id == ID
        assert await known.answer(ID) is None
        assert await known.answer(ID) == {}


@pytest.mark.asyncio
async def test_a_stream_that_breaks_off_goes_on(
    httpx2_mock: respx.Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks_there_module, "PAUSE", 0)
    route = httpx2_mock.get(f"{URL}/v1/tasks/{ID}/events").mock(
        side_effect=[
            httpx.Response(200, text=f"{_sse(3, 'a')}:\n\nid: 4\nevent: b\nda"),
            httpx2.ReadError("broken"),
            *[httpx.Response(503, json={"detail": "the database does not answer"})] * 7,
            httpx.Response(200, text=_sse(4, "b", '{"x": 1}')),
            httpx.Response(204),
        ]
    )
    async with tasks_there(URL, "") as known:
        events = [(each.number, each.name, each.data) async for each in known.events(ID)]
    assert events == [(3, "a", {}), (4, "b", {"x": 1})]
    sent = [call.request.headers.get("Last-Event-ID") for call in route.calls]
    assert sent == [None, *["3"] * 9, "4"]


@pytest.mark.asyncio
async def test_a_database_that_goes_away_is_watched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks_here_module, "PAUSE", 0)
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        task = (await service.submit(REQUEST, ME)).task
        async with at_work(service):
            await ended(service, task)
        news, asked = service.news, 0

        async def sometimes(task: StoredTask, after: int = 0) -> tuple[list[StoredEvent], bool]:
            nonlocal asked
            asked += 1
            if asked % 3:
                raise OperationalError("SELECT", {}, Exception("the connection is closed"))
            found, _ = await news(task, after)
            return found[:2], bool(found)

        monkeypatch.setattr(service, "news", sometimes)
        names = [each.name async for each in TasksHere(service).events(task.id)]
        assert (names[0], names[-1]) == ("task-started", "task-ended")
        assert names.count("task-started") == 1
        monkeypatch.setattr(tasks_here_module, "TRIES", 1)
        with pytest.raises(RefusedError, match="does not answer"):
            _ = [each async for each in TasksHere(service).events(task.id)]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx.Response(404, json={"detail": "x"}), f"there is no task '{ID}'"),
        (httpx.Response(403, json={"detail": "no"}), "the service says 403: no"),
        (httpx.Response(200, text="<html>"), "no python-specialist"),
        (httpx.Response(200, json=[]), "no python-specialist"),
        (httpx.Response(200, json={"status": "odd"}), "no python-specialist"),
        (httpx.Response(302, headers={"Location": "https://elsewhere"}), r"\(it says 302\)"),
        (httpx2.ConnectError("nobody listens"), "cannot be reached: nobody listens"),
    ],
)
async def test_a_service_says_no(
    httpx2_mock: respx.Router, answer: httpx.Response | Exception, message: str
) -> None:
    httpx2_mock.get(f"{URL}/v1/tasks/{ID}").mock(side_effect=[answer])
    async with tasks_there(URL, "psk_x") as known:
        with pytest.raises(RefusedError, match=message):
            await known.get(ID)


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["http://there.example", "nonsense", "ftp://x", "http://[", ""])
async def test_a_key_goes_nowhere_in_the_open(url: str) -> None:
    with pytest.raises(RefusedError):
        async with tasks_there(url, "psk_x"):
            pass
    async with tasks_there("http://127.0.0.1:1", "psk_x"), tasks_there("http://x", ""):
        pass


def test_the_key_is_in_the_environment(
    httpx2_mock: respx.Router, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "psk_y")
    route = httpx2_mock.get(f"{URL}/v1/tasks").respond(json={"tasks": [TASK]})
    code, out = shell.run("list", "--url", URL)
    assert (code, ID in out) == (0, True)
    assert route.calls.last.request.headers["Authorization"] == "Bearer psk_y"

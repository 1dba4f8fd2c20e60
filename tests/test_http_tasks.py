"""Tasks over HTTP: submitted, waited for, listed, answered, called off."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.asked import JSON, asked
from tests.made import EXAMPLES
from tests.served import REQUEST, runner
from tests.test_conversation import Slow
from tests.test_service import THIN, WORDS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio
PROBLEM = "application/problem+json"


async def test_a_task_is_accepted_and_found(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        said = await door.submit()
        assert said.status_code == 202
        task = said.json()
        assert task["status"] == "submitted"
        assert said.headers["location"] == f"/v1/tasks/{task['taskId']}"
        found = await door.client.get(said.headers["location"])
        shown = {key: task[key] for key in task if key != "warnings"}
        assert found.json() == shown | {"caller": "local"}  # who needs no key sees all


async def test_a_result_in_the_answer(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        said = await door.submit(Prefer='respond-async, Wait = "30"; x=1')
        assert said.status_code == 200
        assert said.headers["preference-applied"] == "wait=30"
        result = said.json()
        assert (result["status"], result["proof"]["verdict"]) == ("completed", "proven")
        assert said.headers["location"] == f"/v1/tasks/{result['taskId']}"
        kept = await door.client.get(f"{said.headers['location']}/result")
        assert kept.json() == result
        shown = (await door.client.get(said.headers["location"])).json()
        assert (shown["name"], shown["verdict"]) == ("todo", "proven")


async def test_what_takes_longer_than_one_waits_is_accepted(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        said = await door.submit(Prefer="wait=1")
        assert said.status_code == 202
        assert said.headers["preference-applied"] == "wait=1"
        unread = await door.submit(Prefer="wait=-1, wait=soon, handling=lenient")
        assert unread.status_code == 202
        assert "preference-applied" not in unread.headers
        waited = await door.client.get(said.headers["location"], headers={"Prefer": "wait=0"})
        assert waited.json()["status"] == "submitted"


async def test_a_key_is_one_task(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        first, again = [await door.submit(Idempotency_Key="k1") for _ in range(2)]
        assert first.json()["taskId"] == again.json()["taskId"]
        other = await door.submit(WORDS, Idempotency_Key="k1")
        assert other.status_code == 422
        assert other.headers["content-type"] == PROBLEM
        assert other.json()["type"].endswith(":idempotency-key")
        assert (await door.submit(Idempotency_Key="")).status_code == 422


@pytest.mark.parametrize("name", ["request", "source", "spec", "values", "empty", "not-an-object"])
async def test_a_refusal_names_every_fault(name: str, tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        said = await door.submit((EXAMPLES / f"invalid-{name}.json").read_bytes())
        assert said.headers["content-type"] == PROBLEM
        wanted = json.loads((EXAMPLES / f"invalid-{name}.faults.json").read_bytes())
        assert said.status_code == (400 if wanted[0]["code"] == "syntax" else 422)
        told = said.json()
        assert told["status"] == said.status_code
        assert [each["code"] for each in told["errors"]] == [each["code"] for each in wanted]
        assert [each["pointer"] for each in told["errors"]] == [each["pointer"] for each in wanted]
        assert (await door.client.get("/v1/tasks")).json() == {"tasks": []}


async def test_what_is_no_json_has_a_place(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        said = await door.submit(b'{"request":\n x}')
        assert said.status_code == 400
        (fault,) = said.json()["errors"]
        assert (fault["line"], fault["column"]) == (2, 2)
        assert (await door.submit(b"\xff")).status_code == 400
        assert (await door.submit(b"")).status_code == 400


async def test_what_is_rejected_while_one_waits_is_a_problem(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        django = REQUEST.replace('"auto"', '"django"')
        said = await door.submit(django, Prefer="wait=30")
        assert (said.status_code, said.headers["content-type"]) == (422, PROBLEM)
        told = said.json()
        assert told["errors"][0]["code"] == "unsupported"
        assert said.headers["location"] == f"/v1/tasks/{told['taskId']}"
        kept = await door.client.get(f"{said.headers['location']}/result")
        assert kept.json()["status"] == "rejected"
        proof = await door.client.get(f"{said.headers['location']}/proof")
        assert proof.status_code == 409


async def test_questions_are_answered(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        said = await door.submit(THIN, Prefer="wait=30")
        assert said.json()["status"] == "input-required"
        here = f"{said.headers['location']}/answers"
        asks = [each["id"] for each in said.json()["openQuestions"]]

        async def answer(document: object) -> tuple[int, str]:
            sent = await door.client.post(here, content=json.dumps(document), headers=JSON)
            return sent.status_code, sent.text

        assert (await answer({"answers": {"Q99": "no"}}))[0] == 422
        assert (await answer({"answers": {}}))[0] == 422
        assert (await answer({"answers": {asks[0]: 1}}))[0] == 422
        assert (await answer([]))[0] == 422
        told = {asks[0]: "A horse has a name.", asks[1]: "A stable has an address."}
        status, text = await answer({"answers": told})
        assert (status, json.loads(text)["turn"]) == (202, 1)
        ended = await door.client.get(said.headers["location"], headers={"Prefer": "wait=30"})
        assert ended.json()["status"] == "completed"
        status, text = await answer({"answers": told})
        assert (status, json.loads(text)["type"].endswith(":not-asked")) == (409, True)


async def test_what_is_worked_on_is_called_off(tmp_path: Path) -> None:
    slow = Slow()
    async with asked(tmp_path, works=runner(slow)) as door:
        said = await door.submit()
        await slow.started.wait()
        called = await door.client.delete(said.headers["location"])
        assert called.status_code == 202
        ended = await door.client.get(
            f"{said.headers['location']}/result", headers={"Prefer": "wait=30"}
        )
        assert ended.json()["status"] == "canceled"
        assert (await door.client.get(f"{said.headers['location']}/files")).status_code == 200
        proof = await door.client.get(f"{said.headers['location']}/proof")
        assert proof.status_code == 409
        assert proof.json()["detail"].startswith("the project is not whole, and there is no proof")
        again = await door.client.delete(said.headers["location"])
        assert (again.status_code, again.json()["status"]) == (200, "canceled")
        retried = await door.client.post(f"{said.headers['location']}/retry")
        assert retried.status_code == 202
        assert retried.headers["location"] != said.headers["location"]


async def test_what_has_ended_is_not_called_off(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        here = await door.done()
        said = await door.client.delete(here)
        assert (said.status_code, said.json()["type"][-6:]) == (409, ":ended")
        assert said.json()["detail"] == "the task has ended: it is completed"
        assert said.json()["taskId"] == here.rpartition("/")[2]
        assert (await door.client.get(here)).json()["status"] == "completed"


async def test_what_waits_is_called_off_at_once(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        here = (await door.submit()).headers["location"]
        for _ in range(2):  # the answer may have been lost
            said = await door.client.delete(here)
            assert (said.status_code, said.json()["status"]) == (200, "canceled")


async def test_what_is_not_supported_is_told_by_the_result_or_by_who_waits(tmp_path: Path) -> None:
    request = json.loads(REQUEST)
    request["request"]["framework"] = "django"
    async with asked(tmp_path) as door:
        said = await door.submit(json.dumps(request))
        assert said.status_code == 202
        there = f"{said.headers['location']}/result"
        result = await door.client.get(there, headers={"Prefer": "wait=30"})
        assert (result.status_code, result.json()["status"]) == (200, "rejected")
        assert (await door.submit(json.dumps(request), Prefer="wait=30")).status_code == 422


async def test_lists_have_filters_and_pages(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        made = [(await door.submit()).json()["taskId"] for _ in range(5)]
        await door.client.delete(f"/v1/tasks/{made[2]}")
        found, cursor = [], ""
        while True:
            page = (await door.client.get(f"/v1/tasks?limit=2&cursor={cursor}")).json()
            found += [each["taskId"] for each in page["tasks"]]
            cursor = page.get("next")
            if cursor is None:
                break
        assert found == made[::-1]
        begun = await door.client.get(f"/v1/tasks?id={made[3][:8]}")
        assert [each["taskId"] for each in begun.json()["tasks"]] == [made[3]]
        several = await door.client.get("/v1/tasks?state=canceled&state=completed")
        assert [each["taskId"] for each in several.json()["tasks"]] == [made[2]]
        for wrong in (
            "state=done",
            "limit=0",
            "limit=201",
            "limit=x",
            "cursor=x",
            "id=1234567",
            "id=%25%25%25%25%25%25%25%25",
        ):
            said = await door.client.get(f"/v1/tasks?{wrong}")
            assert said.status_code == 422
            assert said.json()["errors"][0]["pointer"].startswith(
                f"/query/{wrong.partition('=')[0]}"
            )


async def test_ids_and_traces(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        said = await door.submit(traceparent=trace, X_Request_Id="mine-1")
        assert said.headers["x-request-id"] == "mine-1"
        task = await door.service.tasks.get(said.json()["taskId"])
        assert task is not None
        assert task.origin.trace == trace
        odd = await door.submit(traceparent="x", X_Request_Id="a b")
        assert len(odd.headers["x-request-id"]) == 32
        task = await door.service.tasks.get(odd.json()["taskId"])
        assert task is not None
        assert task.origin.trace == ""


async def test_everything_wrong_is_a_problem(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        nobody = await door.client.get("/v1/tasks/6f1c2c4e-9f3e-4a53-8a5d-0c6b5d2f5b11")
        assert nobody.status_code == 404
        nowhere = await door.client.get("/v1/nothing")
        assert nowhere.status_code == 404
        assert nowhere.json()["detail"] == "there is nothing at /v1/nothing: see /openapi.json"
        method = await door.client.put("/v1/tasks", content=b"{}")
        assert (method.status_code, method.headers["allow"]) == (405, "GET, HEAD, POST")
        for said in (nobody, nowhere, method):
            assert said.headers["content-type"] == PROBLEM
            assert said.json()["status"] == said.status_code
            assert said.json()["requestId"] == said.headers["x-request-id"]
            assert said.headers["x-content-type-options"] == "nosniff"


async def test_what_would_be_left_out_in_silence_is_refused(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        said = await door.client.get("/v1/tasks?status=canceled")
        assert (said.status_code, said.headers["content-type"]) == (422, PROBLEM)
        (fault,) = said.json()["errors"]
        assert (fault["pointer"], fault["expected"]) == ("/query", "state, id, cursor, limit")
        here = (await door.submit()).headers["location"]
        said = await door.client.get(here, params={"x": 1})
        assert (said.status_code, said.json()["errors"][0]["expected"]) == (422, "none")
        assert (await door.client.get("/healthz?x=1")).status_code == 200
        for headers in (
            {"Content-Encoding": "gzip"},
            {"Content-Type": "application/json; charset=latin-1"},
        ):
            said = await door.submit(**headers)
            assert (said.status_code, said.json()["type"][-10:]) == (415, "media-type")
        fine = await door.submit(Content_Type="application/json; charset=UTF-8")
        assert fine.status_code == 202


@pytest.mark.parametrize(
    ("body", "pointer", "message", "expected"),
    [
        ("{}", "/answers", '"answers" is missing', "an object"),
        ('{"answers": {}}', "/answers", "an empty object", "1 or more items"),
        ('{"answers": []}', "/answers", "expected an object, got a list", "an object"),
        ('{"answers": {"Q1": 7}}', "/answers/Q1", "expected text, got 7", "text"),
        ('{"answers": {"Q1": "?"}, "x": 1}', "/x", 'unknown key "x"', "answers"),
        ('{"ids": "x"}', "/ids", 'expected a list, got "x"', "a list"),
        ('{"ids": []}', "/ids", "an empty list", "1 or more items"),
        ('{"ids": ["a b"]}', "/ids/0", '"a b" is not allowed here', "text that matches"),
    ],
)
async def test_small_documents_are_refused_in_plain_words(
    body: str, pointer: str, message: str, expected: str, tmp_path: Path
) -> None:
    async with asked(tmp_path, works=False) as door:
        here = (await door.submit()).headers["location"]
        place = "/v1/handoffs/acknowledge" if "ids" in body else f"{here}/answers"
        said = await door.client.post(place, content=body, headers=JSON)
        assert (said.status_code, said.headers["content-type"]) == (422, PROBLEM)
        (fault,) = said.json()["errors"]
        assert fault["pointer"] == pointer
        assert fault["message"].startswith(message)
        assert fault["expected"].startswith(expected)
        assert said.json()["detail"] == fault["message"]


async def test_a_fault_of_our_own_tells_nothing_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with asked(tmp_path, works=False) as door:

        async def fail(*_: object, **__: object) -> None:
            raise ValueError("secret")

        monkeypatch.setattr(door.service.tasks, "page", fail)
        said = await door.client.get("/v1/tasks")
        assert (said.status_code, said.headers["content-type"]) == (500, PROBLEM)
        assert "secret" not in said.text
        assert said.headers["x-content-type-options"] == "nosniff"
        assert said.json()["requestId"] in caplog.text


async def test_a_database_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with asked(tmp_path, works=False) as door:

        async def refuse(*_: object, **__: object) -> None:
            raise ConnectionRefusedError

        async def hang(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        assert (await door.client.get("/readyz")).json() == {"status": "ok", "database": "ok"}
        monkeypatch.setattr(door.service.tasks, "page", refuse)
        said = await door.client.get("/v1/tasks")
        assert (said.status_code, said.headers["retry-after"]) == (503, "5")
        monkeypatch.setattr(door.service.database, "read", hang)
        assert (await door.client.get("/readyz")).status_code == 503
        assert (await door.client.get("/healthz")).json() == {"status": "ok"}


async def test_who_has_too_many_tasks_that_wait_is_told_to_wait(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        door.service.tasks._most_waiting = 1
        assert (await door.submit()).status_code == 202
        said = await door.submit()
        assert (said.status_code, said.headers["retry-after"]) == (429, "5")
        assert said.json()["type"].endswith(":too-many-waiting")


async def test_a_worker_that_does_not_work_is_not_ready(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        assert (await door.submit(Prefer="wait=30")).status_code == 200
        assert (await door.client.get("/readyz")).json()["worker"] == "ok"
        assert door.service.worker is not None
        door.service.worker.stop()
        while door.service.worker.is_at_work:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        assert (await door.client.get("/readyz")).json()["type"].endswith(":no-worker")

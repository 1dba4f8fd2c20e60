"""Tasks that outlive their process: kept, worked on, taken over, called off, paid for once."""

from __future__ import annotations

import asyncio
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event, func, select, update

from agent.errors import ModelDownError, RefusedError
from agent.events import Stage, StageStarted
from agent.service.database import open_database
from agent.service.messages import HANDOFF, Messages
from agent.service.presence import appear
from agent.service.queue import MOST_SETBACKS, Queue
from agent.service.records import Ending, Origin, Outgoing, Scope, State, StoredAnswer, Wire
from agent.service.retention import forget
from agent.service.service import Service
from agent.service.tables import META, OUTBOX, RESULTS, TASKS, VERSION
from agent.service.tasks import Tasks
from agent.service.telling import Telling
from tests.consulted import consultation
from tests.served import (
    DATABASES,
    ME,
    REQUEST,
    asked,
    at_work,
    database,
    ended,
    journal,
    require,
    runner,
)
from tests.test_conversation import Slow
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from agent.service.records import StoredTask

PLAN = "# assume: Titles have 200 characters.\nproject todo\n\nentity Task\n  title: string(200)\n"
WORDS = json.dumps(
    {
        "request": {
            "type": "architecture",
            "framework": "fastapi",
            "description": "People keep tasks.",
        }
    }
)
THIN = WORDS.replace("People keep tasks.", "We keep horses and stables.")


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@pytest.mark.asyncio
async def test_a_task_from_request_to_project(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            submitted = await service.submit(REQUEST, ME)
            assert submitted.is_new
            assert submitted.task.state is State.SUBMITTED
            task = await ended(service, submitted.task)
        assert (task.state, task.attempt) == (State.COMPLETED, 1)
        assert task.about["verdict"] == "proven"
        kept = await service.answer_of(task)
        assert kept is not None
        assert json.loads(kept.answer)["taskId"] == task.id
        shown = json.loads(kept.answer)["solution"]["files"]
        assert kept.files == {each["path"]: each["content"] for each in shown}
        assert "src/app/main.py" in kept.files
        twice = select(RESULTS.c.task).where(func.length(RESULTS.c.files) > 100)
        assert await opened.read(lambda each: each.execute(twice).all()) == []  # kept once
        names = [event.name for event in [each async for each in service.listen(task)]]
        assert names[0] == "task-started"
        assert names[-1] == "task-ended"
        sent = await service.messages.page(ME)
        assert sent[0].kind == "agent.task.completed"
        assert {each.kind for each in sent[1:]} == {"agent.handoff.requested"}
        assert {each.to for each in sent[1:]} >= {"@container-specialist"}
        assert await service.messages.page("somebody else") == []


@pytest.mark.asyncio
async def test_what_is_told_of_a_request_stands_in_its_result(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            asked = json.dumps({**json.loads(THIN), "surplus": 1})
            task = await ended(service, (await service.submit(asked, ME)).task)
            assert "unknown-key" in await _warned(service, task)
            questions = json.loads(await _answer(service, task))["openQuestions"]
            sentences = ("A horse has a name.", "A stable has an address.")
            answers = {q["id"]: s for q, s in zip(questions, sentences, strict=True)}
            task = await ended(service, await service.answer(task, answers))
            assert task.state is State.COMPLETED
            assert "unknown-key" in await _warned(service, task)


async def _answer(service: Service, task: StoredTask) -> str:
    kept = await service.answer_of(task)
    assert kept is not None
    return kept.answer


async def _warned(service: Service, task: StoredTask) -> set[str]:
    return {each["code"] for each in json.loads(await _answer(service, task))["warnings"]}


@pytest.mark.asyncio
async def test_the_same_key_is_one_task(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        failed: list[object] = []
        event.listen(opened.engine, "handle_error", failed.append)
        first, *others = await asyncio.gather(
            *(service.submit(REQUEST, ME, key="one") for _ in range(5))
        )
        assert not (failed and opened.is_sqlite)  # there all who write wait for who fails
        assert {each.task.id for each in others} == {first.task.id}
        assert [each.is_new for each in (first, *others)].count(True) == 1
        other = await service.submit(REQUEST, "somebody else", key="one")
        assert other.is_new
        with pytest.raises(RefusedError, match="used for another request"):
            await service.submit(WORDS, ME, key="one")


@pytest.mark.asyncio
async def test_what_breaks_the_contract_is_no_task(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        with pytest.raises(RefusedError):
            await service.submit('{"request": {}}', ME)
        assert await service.tasks.page() == []


@pytest.mark.asyncio
async def test_callers_take_turns(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        for caller in ("a", "a", "a", "a", "b", "c"):
            await service.submit(REQUEST, caller)
        taken = await service.queue.claim("w", 4)
        assert sorted(task.caller for task in taken) == ["a", "a", "b", "c"]
        assert [task.caller for task in await service.queue.claim("w", 4)] == ["a", "a"]
        assert await service.queue.claim("w", 4) == []


@pytest.mark.asyncio
async def test_two_workers_never_take_one_task(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        for _ in range(20):
            await service.submit(REQUEST, ME)
        taken = await asyncio.gather(*(service.queue.claim(f"w{n}", 3) for n in range(8)))
        ids = [task.id for each in taken for task in each]
        assert len(ids) == len(set(ids)) == 20


@pytest.mark.asyncio
async def test_a_question_and_its_answer(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            task = await ended(service, (await service.submit(THIN, ME)).task)
            assert task.state is State.INPUT_REQUIRED
            kept = await service.answer_of(task)
            assert kept is not None
            first, second = (each["id"] for each in json.loads(kept.answer)["openQuestions"])
            assert first != second
            with pytest.raises(RefusedError, match="no question 'Q99'"):
                await service.answer(task, {"Q99": "no"})
            answers = {first: "A horse has a name.", second: "A stable has an address."}
            task = await service.answer(task, answers)
            assert task.turn == 1
            with pytest.raises(RefusedError, match="asks nothing"):
                await service.answer(task, answers)
            task = await ended(service, task)
        assert task.state is State.COMPLETED
        told = await service.messages.page(ME)
        assert [each.kind for each in told[:2]] == [
            "agent.task.input-required",
            "agent.task.completed",
        ]
        assert told[0].data == json.loads(kept.answer)  # also now that there is another answer
        kept = await service.answer_of(task)
        assert kept is not None
        assert told[1].data == json.loads(kept.answer)
        sizes = select(OUTBOX.c.kind, func.length(OUTBOX.c.data))
        by_kind = await opened.read(lambda each: dict(map(tuple, each.execute(sizes))))
        assert by_kind["agent.task.completed"] == 0  # an answer of 60 files is kept once
        assert by_kind["agent.task.input-required"]


@pytest.mark.asyncio
async def test_half_a_character_in_an_answer_is_kept(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        tasks = Tasks(opened)
        task, _ = await tasks.submit(ME, REQUEST, Origin())
        answer = {"status": "failed", "said": "\ud800", "rest": "ü"}
        messages = [Outgoing("m", "agent.task.failed", answer)]
        assert await tasks.end(task, None, Ending(State.FAILED, answer), messages)
        kept = await tasks.answer_of(task.id)
        assert kept is not None
        assert json.loads(kept.answer) == answer
        (told,) = await Messages(opened).unpublished()
        assert told.data == answer


@pytest.mark.asyncio
async def test_a_database_of_an_earlier_version_is_used_and_one_of_a_later_refused(
    kind: str, tmp_path: Path
) -> None:
    def say(version: int) -> Callable[[Connection], object]:
        return lambda each: each.execute(update(META).values(version=version))

    async with database(kind, tmp_path) as opened:
        url = opened.engine.url.set(drivername=kind).render_as_string(hide_password=False)
        await opened.write(say(1))
        await (await open_database(url)).close()
        found = await opened.read(lambda each: each.execute(select(META.c.version)).scalar())
        assert found == VERSION
        await opened.write(say(VERSION + 1))
        with pytest.raises(RefusedError, match=f"have the version {VERSION + 1}"):
            await open_database(url)


@pytest.mark.asyncio
async def test_an_answer_under_one_key_counts_once(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator")
        async with at_work(service):
            asks = await ended(service, (await service.submit(THIN, ME, origin)).task)
            kept = await service.answer_of(asks)
            assert kept is not None
            answers = {json.loads(kept.answer)["openQuestions"][0]["id"]: "A horse has a name."}
            both = [service.answer(asks, answers, key="a-1") for _ in range(2)]
            assert {task.turn for task in await asyncio.gather(*both)} == {1}
            again = await ended(service, asks)
            assert (await service.answer(again, answers, key="a-1")).turn == 1
        told = [each.data.get("event") for each in await service.messages.page(ME)]
        assert told.count("task-answered") == 1


@pytest.mark.asyncio
async def test_what_is_worked_on_is_called_off(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        slow = Slow()
        service = Service(opened, runner(slow))
        async with at_work(service):
            task = (await service.submit(REQUEST, ME)).task
            await slow.started.wait()
            task = await service.cancel(task)
            task = await ended(service, task)
            assert task.state is State.CANCELED
            assert (await service.cancel(task)).state is State.CANCELED
        waiting = (await service.submit(REQUEST, ME)).task
        assert (await service.cancel(waiting)).state is State.CANCELED
        kinds = [each.kind for each in await service.messages.page(ME)]
        assert kinds == ["agent.task.canceled"] * 2


@pytest.mark.asyncio
async def test_what_asks_is_called_off(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            task = await ended(service, (await service.submit(THIN, ME)).task)
        assert task.state is State.INPUT_REQUIRED
        assert (await service.cancel(task)).state is State.CANCELED
        kept = await service.answer_of(task)
        assert kept is not None
        assert json.loads(kept.answer)["status"] == "canceled"


@pytest.mark.asyncio
async def test_what_a_stopped_worker_had_is_taken_by_the_next(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        slow = Slow()
        service = Service(opened, runner(slow))
        async with at_work(service):
            task = (await service.submit(REQUEST, ME)).task
            await slow.started.wait()
        found = await service.tasks.get(task.id)
        assert found is not None
        assert (found.state, found.attempt) == (State.SUBMITTED, 0)
        service = Service(opened, runner())
        async with at_work(service):
            assert (await ended(service, found)).state is State.COMPLETED


@pytest.mark.asyncio
async def test_what_takes_every_worker_with_it_is_set_aside(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        task = (await service.submit(REQUEST, ME)).task
        for attempt in range(1, MOST_SETBACKS + 1):
            gone = await appear(opened)
            (taken,) = await service.queue.claim(gone.id, 1)
            assert taken.attempt == attempt
            await gone.let_go()  # as if its process was gone
            if attempt == MOST_SETBACKS:
                break
            left = await appear(opened)
            async with left.gone() as found:
                assert found == [gone.id]
                assert await service.queue.release(gone.id, is_guilty=True) == []
            await left.vanish()
        async with at_work(service):
            task = await ended(service, taken)
        assert task.state is State.FAILED
        kept = await service.answer_of(task)
        assert kept is not None
        assert json.loads(kept.answer)["errors"][0]["code"] == "set-aside"


@pytest.mark.asyncio
async def test_who_lost_a_task_changes_nothing_of_it(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        tasks, queue = Tasks(opened), Queue(opened)
        task, _ = await tasks.submit(ME, REQUEST, Origin())
        (before,) = await queue.claim("slow", 1)
        await queue.release("slow", is_guilty=True)
        (now,) = await queue.claim("quick", 1)
        message = Outgoing("m", "agent.task.completed", {})
        end = Ending(State.COMPLETED, {}, {"a": "b"})
        assert not await tasks.end(before, "slow", Ending(State.FAILED, {}), [message])
        assert await tasks.end(now, "quick", end, [message])
        assert not await tasks.end(now, "quick", end, [message])
        found = await tasks.get(task.id)
        assert found is not None
        assert found.state is State.COMPLETED
        assert await tasks.answer_of(task.id) == StoredAnswer("{}", {"a": "b"})


@pytest.mark.asyncio
async def test_who_lost_a_task_tells_nothing_more_of_it(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service, queue = Service(opened), Queue(opened)
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator")
        for _ in range(2):
            await service.submit(REQUEST, ME, origin)
        before, other = await queue.claim("slow", 2)
        await queue.release("slow", before.id, is_guilty=True)
        await queue.release("slow", before.id, is_guilty=True)
        (now,) = await queue.claim("quick", 1)
        for taken in ((before, other), (now,)):  # by two workers
            telling = Telling(opened)
            for task in taken:
                telling.hear(task, StageStarted(Stage.PLAN))
            assert telling._flushing is not None
            await telling._flushing
        told = [[each.name for each in await service.events.after(t.id)] for t in (now, other)]
        assert told == [["stage-started"], ["stage-started"]]
        assert len(await service.messages.page(ME)) == 2
        theirs = await journal(opened, replace(before, setbacks=1))
        await asked(theirs, "?", _say)
        found = await service.tasks.get(now.id)
        assert found is not None
        assert found.setbacks == 1  # the work that came on is not that of who has it


async def _say() -> str:
    return "something"


@pytest.mark.asyncio
async def test_the_dead_are_seen_and_the_living_are_not(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        alive, dead, me = [await appear(opened) for _ in range(3)]
        await dead.let_go()  # as if its process was gone
        async with me.gone() as found:
            assert found == [dead.id]
            async with alive.gone() as others:
                assert others == []  # somebody does it already
        async with me.gone() as found:
            assert found == []
        await alive.check()
        await alive.vanish()
        await me.vanish()
    assert [each.name for each in tmp_path.glob("*.lock")] == []


@pytest.mark.asyncio
async def test_a_model_is_paid_once(kind: str, tmp_path: Path) -> None:
    model = Scripted(PLAN)
    proofs = Prover()
    slow = Slow()

    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(slow, lambda: consultation(model)))
        async with at_work(service):
            task = (await service.submit(WORDS, ME)).task
            await slow.started.wait()
        assert len(model.asked) == 1
        service = Service(opened, runner(proofs, lambda: consultation(model)))
        async with at_work(service):
            task = await ended(service, task)
        assert task.state is State.COMPLETED
        assert len(model.asked) == 1
        kept = await service.answer_of(task)
        assert kept is not None
        usage = json.loads(kept.answer)["usage"]
        assert (usage["modelCalls"], usage["inputTokens"]) == (1, 10)


@pytest.mark.asyncio
async def test_a_journal_knows_what_it_was_asked(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        task, _ = await Tasks(opened).submit(ME, REQUEST, Origin())
        got: list[str] = []

        async def get() -> str:
            if len(got) == 2:
                got.append("failed")
                raise ModelDownError("gone")
            got.append(f"answer {len(got)}")
            return got[-1]

        first = await journal(opened, task)
        assert await asked(first, ["a"], get) == "answer 0"
        assert await asked(first, ["a"], get) == "answer 1"  # asked again
        with pytest.raises(ModelDownError):
            await asked(first, ["b"], get)
        assert await asked(first, ["b"], get) == "answer 3"
        again = await journal(opened, task)
        wanted = ["answer 0", "answer 1", "answer 3"]
        assert [await asked(again, [q], get) for q in "aab"] == wanted
        assert len(got) == 4


@pytest.mark.asyncio
async def test_what_ended_long_ago_is_forgotten(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            task = await ended(service, (await service.submit(REQUEST, ME)).task)
        waiting = (await service.submit(REQUEST, ME)).task
        later = datetime.now(UTC) + timedelta(days=1)
        assert await forget(opened, later) == 0  # nobody has its messages yet
        ids = [each.id for each in await service.messages.page(ME)]
        assert await service.messages.acknowledge("somebody else", ids) == 0
        assert await service.messages.acknowledge(ME, ids) == len(ids)
        assert await service.messages.page(ME) == []
        assert await forget(opened, later) == 1
        assert await service.tasks.get(task.id) is None
        assert await service.answer_of(task) is None
        assert await service.events.after(task.id) == []
        assert await service.tasks.get(waiting.id) is not None


@pytest.mark.asyncio
async def test_progress_leaves_for_those_on_a_bus(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator", "c1", "00-ab-cd-01", "replies")
        async with at_work(service):
            await ended(service, (await service.submit(REQUEST, ME, origin)).task)
        sent = await service.messages.unpublished()
        assert all(each.origin == origin for each in sent)
        kinds = [each.kind for each in sent]
        assert kinds.count("agent.task.progressed") >= 10
        assert kinds[-1] == "agent.handoff.requested"
        await service.messages.published([each.number for each in sent[:-1]])
        assert await service.messages.unpublished() == sent[-1:]


@pytest.mark.asyncio
async def test_a_handoff_goes_one_way(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        task = (await service.submit(REQUEST, ME)).task
        sent = [Outgoing(each, HANDOFF, {}, "@x") for each in ("h-1", "h-2")]
        await service.messages.send(task, [*sent, Outgoing("m-1", "agent.task.completed", {})])
        assert await service.messages.acknowledge(ME, ["h-1"]) == 1
        leaving = await service.messages.unpublished()
        assert [each.id for each in leaving] == ["h-2", "m-1"]
        await service.messages.published([each.number for each in leaving])
        # what came of a task is still read here, whoever was told
        assert [each.id for each in await service.messages.page(ME)] == ["m-1"]
        known = await service.messages.page(ME, acknowledged=True)
        assert [each.id for each in known] == ["h-1", "h-2", "m-1"]


@pytest.mark.asyncio
async def test_the_file_of_a_database_is_nobody_elses(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path):
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("s*.db*")}
    assert set(modes.values()) == {0o600}


@pytest.mark.asyncio
async def test_what_is_never_answered_is_forgotten_too(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            task = await ended(service, (await service.submit(THIN, ME)).task)
        assert task.state is State.INPUT_REQUIRED
        await service.submit(REQUEST, ME)  # which nobody has looked at yet
        later = datetime.now(UTC) + timedelta(days=1)
        assert await forget(opened, later, keep_unsent=False) == 1
        assert await service.tasks.counts() == {State.SUBMITTED: 1}


@pytest.mark.asyncio
async def test_one_caller_has_only_so_many_that_wait(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, most_waiting=2)
        first = await service.submit(REQUEST, ME, key="one")
        await service.submit(REQUEST, ME)
        with pytest.raises(RefusedError, match="2 tasks of this caller wait") as refused:
            await service.submit(REQUEST, ME, key="two")
        assert refused.value.faults[0].code == "too-many-waiting"
        again = await service.submit(REQUEST, ME, key="one")
        assert (again.task.id, again.is_new) == (first.task.id, False)
        assert (await service.submit(REQUEST, "somebody else")).is_new
        assert len(await service.queue.claim("w", 1)) == 1
        assert (await service.submit(REQUEST, ME, key="two")).is_new


@pytest.mark.asyncio
async def test_what_is_looked_at_leaves_requests_where_they_are(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        task = (await service.submit(REQUEST, ME, key="one")).task
        read: list[str] = []
        event.listen(
            opened.engine,
            "before_cursor_execute",
            lambda *given: read.append(given[2]),
        )
        await service.tasks.page(ME)
        await service.tasks.get(task.id)
        await service.news(task)
        await service.wait(task, 0.01)
        await service.submit(REQUEST, ME, key="one")
        await service.cancel(task)
        looks = [each for each in read if each.startswith("SELECT")]
        assert len(looks) > 5
        assert [each for each in looks if "document" in each or "tasks.answers" in each] == []


@pytest.mark.asyncio
async def test_who_calls_off_what_was_forgotten_is_told(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        task = (await service.submit(REQUEST, ME)).task
        await opened.write(lambda connection: connection.execute(delete(TASKS)))
        async with asyncio.timeout(5):
            assert await service.cancel(task) == task
        with pytest.raises(RefusedError, match="was forgotten"):
            await service.retry(task)


@pytest.mark.asyncio
async def test_what_is_submitted_again_has_its_questions_and_answers(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            asks = await ended(service, (await service.submit(THIN, ME)).task)
            questions = json.loads(await _answer(service, asks))["openQuestions"]
            for each in questions[:2]:  # one after the other
                asks = await ended(service, await service.answer(asks, {each["id"]: "Yes."}))
                questions = json.loads(await _answer(service, asks)).get("openQuestions", [])
        again = (await service.retry(asks)).task
        first, second = [await service.tasks.whole(each.id) for each in (asks, again)]
        assert first is not None
        assert second is not None
        assert len(first.answers) == 2
        assert all(question for question, _ in first.answers)
        assert (second.document, second.answers) == (first.document, first.answers)


@pytest.mark.asyncio
async def test_keys(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        keys = Service(opened).keys
        assert not await keys.were_made()
        key, text = await keys.create("coordinator", [Scope.SUBMIT, Scope.READ])
        assert await keys.owner(text) == key
        assert await keys.owner(text[:-1] + ("a" if text[-1] != "a" else "b")) is None
        assert await keys.owner("nonsense") is None
        assert await keys.were_made()
        assert await keys.counts(key.id)
        assert await keys.revoke(key.id)
        assert not await keys.revoke(key.id)
        assert await keys.owner(text) is None
        assert [each.id for each in await keys.all()] == [key.id]
        assert await keys.were_made()
        assert not await keys.counts(key.id)


async def _page(tasks: Tasks, before: StoredTask | None) -> list[StoredTask]:
    return await tasks.page(ME, before=before, limit=3)


@pytest.mark.asyncio
async def test_lists_have_pages(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened)
        made = [(await service.submit(REQUEST, ME)).task.id for _ in range(7)]
        await service.submit(REQUEST, "somebody else")
        found: list[StoredTask] = []
        while page := await _page(service.tasks, found[-1] if found else None):
            found += page
        assert [each.id for each in found] == made[::-1]
        assert await service.tasks.counts() == {State.SUBMITTED: 8}
        assert await service.tasks.page(states=[State.FAILED]) == []
        assert await service.tasks.get(made[0], "somebody else") is None
        assert await service.tasks.get("no id") is None

"""Who may do what: keys, scopes, whose tasks, and a service without keys."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from agent.service.records import Scope
from agent.transports.http import reference
from agent.transports.http.limits import Limits, Listeners, Rates
from agent.transports.http.problems import Problem
from tests.asked import JSON, asked
from tests.served import DATABASES, REQUEST, require

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from agent.service.records import Key

BOTH = (Scope.SUBMIT, Scope.READ)


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@pytest.mark.asyncio
async def test_tasks_belong_to_who_submitted_them(kind: str, tmp_path: Path) -> None:
    async with asked(tmp_path, kind=kind, is_local=False) as door:
        mine, other, admin = [
            await door.key("me", *BOTH),
            await door.key("other", *BOTH),
            await door.key("boss", Scope.ADMIN),
        ]
        said = await door.submit(Prefer="wait=30", **mine)
        here = said.headers["location"]
        pages = ("", "/result", "/files", "/project.zip", "/proof", "/diagram", "/events")
        for page in pages:
            assert (await door.client.get(f"{here}{page}", headers=other)).status_code == 404
            assert (await door.client.get(f"{here}{page}", headers=mine)).status_code == 200
            assert (await door.client.get(f"{here}{page}", headers=admin)).status_code == 200
        assert (await door.client.delete(here, headers=other)).status_code == 404
        content = '{"answers": {"Q1": "x"}}'
        said = await door.client.post(f"{here}/answers", content=content, headers=other | JSON)
        assert said.status_code == 404
        assert (await door.client.post(f"{here}/retry", headers=other)).status_code == 404
        for page in ("tasks", "messages", "handoffs"):
            seen = (await door.client.get(f"/v1/{page}", headers=other)).json()
            assert seen.get("tasks", seen.get("messages")) == []
        ids = [each.id for each in await door.service.messages.page(None)]
        content = f'{{"ids": ["{ids[0]}"]}}'
        said = await door.client.post(
            "/v1/messages/acknowledge", content=content, headers=other | JSON
        )
        assert said.json() == {"acknowledged": 0}
        # another key of the same name is the same caller, so that a key can be replaced
        assert (await door.client.get(here, headers=await door.key("me", *BOTH))).status_code == 200


@pytest.mark.asyncio
async def test_a_key_is_needed(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False, is_local=False) as door:
        for headers in ({}, {"Authorization": "Bearer psk_x"}, {"Authorization": "Basic YTpi"}):
            said = await door.client.get("/v1/tasks", headers=headers)
            assert said.status_code == 401
            assert said.headers["www-authenticate"].startswith("Bearer")
        for page in ("/healthz", "/readyz", "/openapi.json"):
            assert (await door.client.get(page)).status_code == 200
        assert (await door.client.get("/metrics")).status_code == 401
        key = await door.key("me", *BOTH)
        assert (await door.client.get("/v1/tasks", headers=key)).status_code == 200
        (made,) = await door.service.keys.all()
        await door.service.keys.revoke(made.id)
        assert (await door.client.get("/v1/tasks", headers=key)).status_code == 401


@pytest.mark.asyncio
async def test_a_browser_shows_pages_with_the_key_as_its_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    async with asked(tmp_path, is_local=False) as door:
        key = await door.key("me", *BOTH)
        secret = key["Authorization"].partition(" ")[2]
        here = (await door.submit(Prefer="wait=30", **key)).headers["location"]
        page = f"{here}/proof"
        said = await door.client.get(page, headers=browser)
        assert said.status_code == 401
        assert said.headers["www-authenticate"].startswith("Basic ")
        assert said.headers["vary"] == "Accept"
        for name in ("", "anybody"):
            shown = await door.client.get(page, headers=browser, auth=(name, secret))
            assert (shown.status_code, "<h1>todo</h1>" in shown.text) == (200, True)
        assert (await door.client.head(page, auth=("", secret))).status_code == 200
        other = (await door.key("other", *BOTH))["Authorization"].partition(" ")[2]
        assert (await door.client.get(page, auth=("", other))).status_code == 404
        # what a browser sends unasked, for a page of somebody else, changes nothing
        for method, path in (("POST", "/retry"), ("DELETE", "")):
            said = await door.client.request(
                method, here + path, headers=browser, auth=("", secret)
            )
            assert said.status_code == 401
            assert said.headers["www-authenticate"].startswith("Bearer ")
            assert "only reads: programs send Authorization: Bearer" in said.json()["detail"]
        foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        said = await door.client.get(f"{here}/events", headers=foreign, auth=("", secret))
        assert said.status_code == 401
        assert "does not count for another page" in said.json()["detail"]
        link = foreign | {"Sec-Fetch-Mode": "navigate"}
        assert (await door.client.get(page, headers=link, auth=("", secret))).status_code == 200
        for wrong in ("Basic", "Basic !", "Basic /w==", f"Basic {secret}", f"Digest {secret}"):
            said = await door.client.get(page, headers={"Authorization": wrong})
            assert said.status_code == 401
            told = "not known" if wrong.startswith("Basic") else "a key is needed: Authorization"
            assert told in said.json()["detail"]
    assert secret.split("_", 2)[2] not in caplog.text


@pytest.mark.asyncio
async def test_scopes(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False, is_local=False) as door:
        submits, reads = await door.key("me", Scope.SUBMIT), await door.key("me", Scope.READ)
        said = await door.submit(**submits)
        assert said.status_code == 202
        here = said.headers["location"]
        assert (await door.client.get(here, headers=submits)).status_code == 403
        shown = (await door.client.get(here, headers=reads)).json()
        assert "caller" not in shown
        admin = await door.key("boss", Scope.ADMIN)
        listed = (await door.client.get("/v1/tasks", headers=admin)).json()["tasks"]
        assert listed == [shown | {"caller": "me"}]
        assert (await door.submit(**reads)).status_code == 403
        assert (await door.client.delete(here, headers=reads)).status_code == 403
        assert (await door.client.post(f"{here}/retry", headers=reads)).status_code == 403
        for page in ("messages", "handoffs"):
            content, there = '{"ids": ["x"]}', f"/v1/{page}/acknowledge"
            said = await door.client.post(there, content=content, headers=reads | JSON)
            assert said.status_code == 403
            said = await door.client.post(there, content=content, headers=submits | JSON)
            assert said.status_code == 200
        for key in (submits, reads):
            assert (await door.client.get("/v1/schemas", headers=key)).status_code == 200


@pytest.mark.asyncio
async def test_without_keys_only_this_machine_is_let_in(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        odd = (
            {"Host": "evil.example"},
            {"Host": "127.0.0.1.evil.example:8000"},
            {"Host": "localhost.evil.example"},
            {"Host": ""},
            {"Host": "evil://127.0.0.1"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"X-Forwarded-For": "192.0.2.1"},
            {"Via": "1.1 proxy"},
        )
        for headers in odd:
            said = await door.client.get("/v1/tasks", headers=headers)
            assert (said.status_code, said.json()["type"][-10:]) == (403, ":not-local")
            (name, value), detail = next(iter(headers.items())), said.json()["detail"]
            assert repr(value) in detail or name.lower() in detail
        fine = ("127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "127.0.0.2")
        for host in fine:
            said = await door.client.get("/v1/tasks", headers={"Host": host})
            assert said.status_code == 200
        local = await door.client.get("/v1/tasks", headers={"Origin": "http://localhost:3000"})
        assert local.status_code == 200
        # what a page can send without being asked for permission is no request of ours
        plain = {"Content-Type": "text/plain"}
        said = await door.client.post("/v1/tasks", content=REQUEST, headers=plain)
        assert said.status_code == 415


@pytest.mark.asyncio
async def test_once_there_was_a_key_it_stays_closed(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        assert (await door.client.get("/v1/tasks")).status_code == 200
        key, _ = await door.service.keys.create("me", BOTH)
        assert (await door.client.get("/v1/tasks")).status_code == 401
        await door.service.keys.revoke(key.id)
        assert (await door.client.get("/v1/tasks")).status_code == 401


@pytest.mark.asyncio
async def test_keys_are_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with asked(tmp_path, is_local=False) as door:
        key = await door.key("me", *BOTH)
        await door.submit(Prefer="wait=30", **key)
        await door.client.get("/v1/nothing", headers=key)
        secret = key["Authorization"].split("_", 2)[2]  # which may have such a line in it, too
    assert secret not in caplog.text
    assert not [path for path in tmp_path.iterdir() if secret.encode() in path.read_bytes()]


@pytest.mark.asyncio
async def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False, limits=Limits(rate=2), is_local=False) as door:
        mine, other = await door.key("me", *BOTH), await door.key("other", *BOTH)
        said = [(await door.client.get("/v1/tasks", headers=mine)) for _ in range(12)]
        assert said[0].status_code == 200
        assert said[-1].status_code == 429
        assert int(said[-1].headers["retry-after"]) >= 1
        assert said[-1].headers["content-type"] == "application/problem+json"
        assert (await door.client.get("/v1/tasks", headers=other)).status_code == 200
        unknown = [(await door.client.get("/v1/tasks")).status_code for _ in range(12)]
        assert (unknown[0], unknown[-1]) == (401, 429)


@pytest.mark.asyncio
async def test_unknown_keys_cost_little_and_hold_up_nobody_who_is_known(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False, limits=Limits(rate=5), is_local=False) as door:
        mine = await door.key("me", *BOTH)
        assert (await door.client.get("/v1/tasks", headers=mine)).status_code == 200
        looked_up = 0
        owner = door.service.keys.owner

        async def counted(text: str) -> Key | None:
            nonlocal looked_up
            looked_up += 1
            return await owner(text)

        door.service.keys.owner = counted  # type: ignore[method-assign]
        bad = {"Authorization": f"Bearer psk_{'a' * 12}_{'b' * 43}"}
        said = [(await door.client.get("/v1/tasks", headers=bad)).status_code for _ in range(100)]
        assert (said[0], said[-1]) == (401, 429)
        assert looked_up < 50
        assert (await door.client.get("/v1/tasks", headers=mine)).status_code == 200


@pytest.mark.asyncio
async def test_what_needs_no_key_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0
    describe = reference.describe

    def counted(app: FastAPI, *, needs_key: bool) -> dict[str, object]:
        nonlocal made
        made += 1
        return describe(app, needs_key=needs_key)

    monkeypatch.setattr(reference, "describe", counted)
    async with asked(tmp_path, works=False) as door:
        texts = {(await door.client.get("/openapi.json")).text for _ in range(3)}
        await door.key("me", *BOTH)
        texts |= {(await door.client.get("/openapi.json")).text for _ in range(3)}
    assert (made, len(texts)) == (2, 2)


def test_a_bucket_fills_by_and_by() -> None:
    now = 0.0
    rates = Rates(2, lambda: now)
    for _ in range(4):
        rates.take("me")
    with pytest.raises(Problem) as refused:
        rates.take("me")
    assert refused.value.headers == {"Retry-After": "1"}
    rates.take("other")
    now = 0.5
    rates.take("me")
    with pytest.raises(Problem):
        rates.take("me")
    now = 100.0
    for _ in range(4):
        rates.take("me")
    with pytest.raises(Problem):
        rates.take("me")


def test_buckets_of_those_that_are_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.transports.http.limits._MOST_BUCKETS", 3)
    now = 0.0
    rates = Rates(1, lambda: now)
    for who in "abc":
        rates.take(who)
    now = 50.0
    rates.take("d")
    assert set(rates._buckets) == {"d"}


def test_listeners_are_counted() -> None:
    listeners = Listeners(Limits(listeners=3, listeners_of_one=2))
    with listeners.one_more("a"), listeners.one_more("a"):
        assert not listeners.is_room("a")
        assert listeners.is_room("b")
        with listeners.one_more("b"):
            assert not listeners.is_room("c")
    assert listeners.count == 0
    assert listeners.is_room("a")

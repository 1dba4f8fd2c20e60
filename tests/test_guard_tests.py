"""Does a test of a rule show something? What shows nothing, and what does more, is refused."""

from __future__ import annotations

import pytest

from agent.writing.guard import judge
from agent.writing.shown import NOTHING
from agent.writing.weak import ANY_NUMBER, EITHER, STATUS
from agent.writing.written import AcceptanceTest, Written
from tests.guarded import all_slots, said_of_test

CALL = "response = await client.get('/api/v1/hours')\n"


@pytest.mark.parametrize(
    "body",
    [
        CALL,
        CALL + "assert True",
        CALL + "assert 1 == 1",
        CALL + "x = 1\nassert x",
        CALL + "x = 1\nassert x == 1",
        CALL + "assert response == response",
        CALL + "assert response.status_code == response.status_code",
        CALL + "assert response.status_code == 200\nassert response.text == response.text",
        CALL + "assert response.status_code == 200 or True",
        CALL + "assert response.status_code == 200\nassert response.json() == [] or 1",
        CALL + "assert response.status_code == 200\nassert response.json() == [] or 1 == 1",
        CALL + "assert response.status_code == 200\nassert not (False or not 0 or response)",
        CALL + "assert (response.status_code == 200, 'it works')",
        CALL + "assert response.status_code == 200\nassert (response.text == '', 'it works')",
        CALL + "for _ in []:\n    assert response.status_code == 200",
        CALL + "assert response",
        CALL + "assert response is not None",
        CALL + "assert response.status_code != 500",
        CALL + "assert response.status_code >= 0",
        CALL + "x = response\nassert x.text is not None",
        "row = await session.get(Bike, 1)\nassert row.label == 'x'",
        "bike = await factory.bike(label='x')\nassert bike.label == 'x'",
        "x = 200\nassert x == 200",
        "pytest.skip('x')\n" + CALL + "assert response.status_code == 200",
        "pytest.xfail('x')\n" + CALL + "assert response.status_code == 200",
        "pytest.importorskip('x')\n" + CALL + "assert response.status_code == 200",
        "monkeypatch.setattr(1, 2)\n" + CALL + "assert response.status_code == 200",
        "return\n" + CALL + "assert response.status_code == 200",
        "if factory:\n    return\n" + CALL + "assert response.status_code == 200",
        CALL + "if response.status_code == 409:\n    assert response.text",
        CALL + "raise ConflictError('x')",
        "with pytest.raises(Exception):\n    assert 0",
        "session.add(1)\n" + CALL + "assert response.text",
        "await session.commit()\n" + CALL + "assert response.text",
        "factory.db.bind\n" + CALL + "assert response.text",
        "await factory.secret()\n" + CALL + "assert response.text",
        "response = await client.get('/x', auth=('a', 'b'))\nassert response.text",
        "response = await client.send('/x')\nassert response.text",
        "import os\n" + CALL + "assert response.text",
        "client.app.state\n" + CALL + "assert response.text",
        "c = client\n" + CALL + "assert response.text",
    ],
)
def test_a_test_that_proves_nothing_or_does_more_is_refused(body: str) -> None:
    assert said_of_test(body)


@pytest.mark.parametrize(
    "end",
    [
        "assert 200 == response.status_code",
        "told = response.json()\nassert told['hours'] == 1",
        "told = [each['hours'] for each in response.json()]\nassert told == [1]",
        "row = await session.scalar(select(Rental))\nassert row is not None\nassert row.hours == 1",
        "assert (await session.scalar(select(func.count()).select_from(Rental)) or 0) == 1",
        "assert response.status_code == 409 and 'out' in response.text",
    ],
)
def test_a_test_that_compares_what_came_passes(end: str) -> None:
    assert said_of_test(CALL + end) == []


def test_a_test_through_the_api_passes() -> None:
    body = (
        "actor = await factory.user(roles=['admin'])\n"
        "bike = await factory.bike(per_hour=Decimal('2.50'))\n"
        "for _ in range(3):\n"
        "    await factory.rental(bike=bike, created_at=dt.datetime.now(dt.UTC))\n"
        "response = await client.post(\n"
        "    f'/api/v1/bikes/{bike.id}/hire', json={'hire': hire()}, headers=headers(actor))\n"
        "assert response.status_code == 409, response.text\n"
        "assert response.json()['detail'] == pytest.approx(1.5)\n"
        "rows = list(await session.scalars(select(Rental).where(Rental.bike_id == bike.id)))\n"
        "assert [each.state for each in rows] == [RentalState.RUNNING]\n"
    )
    assert said_of_test(body) == []


@pytest.mark.parametrize("name", ["", "x", "Shows", "test_it", "a b", "é_it", "x" * 99, "a\nb:"])
def test_a_name_of_a_test_says_what_it_shows(name: str) -> None:
    body = CALL + "assert response.status_code == 200"
    assert said_of_test(body, name)


def test_two_tests_have_two_names() -> None:
    test = AcceptanceTest("shows_it", CALL + "assert response.status_code == 200")
    found = judge(all_slots()["hire_bike"], Written("hire_bike", (test, test), "return bike"))
    assert [each.message for each in found] == ["another test has this name already"]


# --- what hardly ever fails -----------------------------------------------------------------------

SHOWN = CALL + "assert response.json() == []\n"
ROW = "row = await session.scalar(select(Rental))\n"


@pytest.mark.parametrize(
    ("end", "objection"),
    [
        ("assert response.status_code in range(1000)", STATUS),
        ("assert response.status_code in [200, 201, 400, 404, 422, 500]", STATUS),
        ("assert response.status_code in {200}", STATUS),
        ("assert response.status_code != 999", STATUS),
        ("assert response.status_code >= 0", STATUS),
        ("assert response.status_code < 500", STATUS),
        ("assert 200 <= response.status_code < 300", STATUS),
        ("assert response.status_code // 100 == 2", STATUS),
        ("assert response.status_code", STATUS),
        ("assert not response.status_code == 500", STATUS),
        ("assert str(response.status_code).startswith('2')", STATUS),
        ("code = response.status_code\nassert code in range(1000)", STATUS),
        ("code = response.status_code\nx = code\nassert x != 500", STATUS),
        ("codes = [response.status_code]\nassert 200 in codes", STATUS),
        ("assert (response.status_code == 200) in [True, False]", STATUS),
        ("x = response.status_code\nassert response.status_code == x", STATUS),
        ("for _ in range(2):\n    assert response.status_code in (200, 409)", STATUS),
        ("assert response.status_code == 200 or response.status_code == 409", EITHER),
        ("assert response.text == '' or len(response.text) == 2", EITHER),
        ("assert not (response.text == '' and len(response.text) == 2)", EITHER),
        ("assert response.text == '' if response.text else True", EITHER),
        ("assert len(response.json()) >= 0", ANY_NUMBER),
        ("assert 0 <= len(response.json())", ANY_NUMBER),
        ("assert len(response.json()) > -1", ANY_NUMBER),
        ("assert -1 < len(response.json()) < 9", ANY_NUMBER),
        ("assert Decimal(str(response.json()['price'])) >= Decimal('0.00')", ANY_NUMBER),
        ("assert len(response.json()) in range(1000)", ANY_NUMBER),
        ("assert await session.scalar(select(func.count()).select_from(Rental)) >= 0", ANY_NUMBER),
    ],
)
def test_an_assert_that_hardly_ever_fails_is_refused(end: str, objection: str) -> None:
    assert [each for each in said_of_test(SHOWN + end) if objection in each]


@pytest.mark.parametrize(
    "end",
    [
        "assert response.json()['state'] in ('running', 'returned')",
        "assert response.json()['state'] != 'x'",
        "assert '' in response.text",
        "assert (response.text == 'x') == (1 == 2)",
        "assert bool(response.text) == True",
        "assert any(each == 1 for each in response.json()) == True",
        "assert len(response.json()) > 0",
    ],
)
def test_what_says_little_is_not_enough_by_itself(end: str) -> None:
    assert [each for each in said_of_test(CALL + end) if NOTHING in each]
    assert said_of_test(SHOWN + end) == []


@pytest.mark.parametrize(
    "end",
    [
        "assert response.status_code == 409, response.text",
        "assert 409 == response.status_code",
        "codes = sorted([response.status_code, 1])\nassert codes == [1, 200]",
        "assert {response.status_code, 1} == {1, 200}",
        "assert all(each.status_code == 200 for each in [response])",
        "assert (response.status_code, response.text) == (200, '')",
        "for hours, status in ((0, 422), (1, 201)):\n    assert response.status_code == status",
        ROW + "assert row is None",
        ROW + "assert row is not None\nassert not row.hours\nassert row.hours > 3",
        "assert (await session.scalar(select(func.count()).select_from(Rental)) or 0) == 1",
        "assert len([each for each in response.json() if each >= 0 or each != 1]) == 2",
        "assert 'out' in response.text and response.json()['hours'] == 1",
    ],
)
def test_an_assert_that_says_what_comes_passes(end: str) -> None:
    assert said_of_test(SHOWN + end) == []


# --- users and rows -------------------------------------------------------------------------------

ITSELF = "an expression is not compared with itself"
JSON = "x = response.json()\n"


@pytest.mark.parametrize(
    "end",
    [
        f"{JSON}assert response.json() == x",
        f"{JSON}assert x == response.json()",
        f"{JSON}y = x\nassert y == response.json()",
        f"{JSON}y = x['a']\nassert response.json()['a'] == y",
        f"{JSON}assert len(x) == len(response.json())",
        f"y = response\n{JSON}assert y.json() == x",
    ],
)
def test_an_answer_is_not_compared_with_itself_in_a_variable(end: str) -> None:
    assert [each for each in said_of_test(SHOWN + end) if ITSELF in each]


@pytest.mark.parametrize(
    "end",
    [
        f"{JSON}{CALL}assert response.json() == x",
        "x = (await client.get('/x')).json()\nassert (await client.get('/x')).json() == x",
        f"{ROW}x = row.hours\nawait session.refresh(row)\nassert row.hours == x",
        f"{JSON}x.append(1)\nassert response.json() == x",
        f"{JSON}y = [x, await factory.user()]\nz = [x, await factory.user()]\nassert y == z",
    ],
)
def test_what_is_asked_again_is_another_answer(end: str) -> None:
    assert said_of_test(SHOWN + end) == []


def test_a_test_has_not_the_name_of_the_one_that_is_there() -> None:
    body = CALL + "assert response.status_code == 200"
    (said,) = said_of_test(body, "hire_bike")
    assert "the name of the test that is there already" in said


NO_CHANGE = "a test changes no row: the factory makes it as it has to be"


@pytest.mark.parametrize(
    ("line", "objection"),
    [
        ("actor.roles = ['admin']", NO_CHANGE),
        ("actor.email = 'x'", NO_CHANGE),
        (ROW + "row.state = RentalState.RETURNED", NO_CHANGE),
        ("actor.roles.append('admin')", "roles is only read"),
        ("actor.roles[0] = 'admin'", "roles is only read"),
        ("x = User(email='x', roles=['admin'])", "roles is not changed here"),
        ("x = await factory.save(User(roles=['admin']))", "roles is not changed here"),
        ("x = headers(User(hashed_password='x'))", "hashed_password is not changed here"),
        ("x = await factory.user(hashed_password='x')", "hashed_password is not changed here"),
        ("x = await factory.save(actor, roles=['admin'])", "roles is not changed here"),
    ],
)
def test_who_somebody_is_comes_from_the_factory(line: str, objection: str) -> None:
    body = f"actor = await factory.user()\n{line}\n{SHOWN}"
    assert [each for each in said_of_test(body) if objection in each]


@pytest.mark.parametrize(
    "line",
    [
        "actor = await factory.user(roles=['admin'])",
        "actor = await factory.user()\nx = list(actor.roles)",
        "x = {'roles': ['admin']}\nx['roles'] = []",
        CALL + "assert response.json()['roles'] == ['admin']",
        ROW + "assert row is not None\nassert row.rider.roles == ['admin']",
    ],
)
def test_users_of_each_role_are_there_and_roles_are_seen(line: str) -> None:
    assert said_of_test(f"{line}\n{SHOWN}") == []

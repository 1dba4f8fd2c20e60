"""Does what was written for an operation stay, when its project is made again in its folder?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from agent.applying import Target, applied_in, compare, write
from agent.documents import Result
from agent.emitter.project import render
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.writing.kept import kept
from agent.writing.written import AcceptanceTest, Written
from tests.made import library
from tests.writers import SPEC, Judging, Writer, consulting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from agent.documents import CheckName
    from agent.types import BackendSpec

PLACE = "src/app/services/operations/{}.py"
BODY = """
if data.amount < 1:
    raise ConflictError("Too little.")
account.balance += data.amount
await session.flush()
return account
""".strip()
TEST = """
account = await factory.account(balance=7)
response = await client.post(f"/api/v1/accounts/{account.id}/deposits", json={"amount": 5})
assert response.status_code == 200, response.text
""".strip()
DEPOSIT = Written("deposit", (AcceptanceTest("adds_the_amount", TEST),), BODY)


def planned(text: str) -> BackendSpec:
    return resolve(parse(text)).spec


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a project, of whose two operations one is written."""
    spec = planned(SPEC)
    write(render(spec, library(), {"deposit": DEPOSIT}).files, spec, tmp_path)
    return tmp_path


def test_what_was_written_is_read_as_it_was(folder: Path) -> None:
    spec = planned(SPEC)
    assert kept(spec, applied_in(folder)) == ({"deposit": DEPOSIT}, ())
    again = render(spec, library(), {"deposit": DEPOSIT}, applied_in(folder)).files
    assert compare(again, spec, folder).nothing_to_do


def test_a_comment_that_begins_is_kept(tmp_path: Path) -> None:
    spec = planned(SPEC)
    tests = (AcceptanceTest("adds_the_amount", f"# The least.\n\n# It is one.\n{TEST}"),)
    written = Written("deposit", tests, f"# Why so.\n{BODY}")
    write(render(spec, library(), {"deposit": written}).files, spec, tmp_path)
    assert kept(spec, applied_in(tmp_path)) == ({"deposit": written}, ())


def test_a_plan_that_grows_keeps_it(folder: Path) -> None:
    more = planned(SPEC.replace("balance: integer = 0", "balance: integer = 0\n  note: text?"))
    assert kept(more, applied_in(folder)) == ({"deposit": DEPOSIT}, ())


WITHOUT_BALANCE = SPEC.replace("balance: integer", "funds: integer").replace(
    "holder, balance", "holder"
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SPEC.replace("An amount below 1", "An amount below 2"), "its rule is another one"),
        (SPEC.replace("  in Amount", "  in Amount[]"), "its arguments or its answer are others"),
        (WITHOUT_BALANCE, "body, line 3: "),
    ],
)
def test_what_fits_no_longer_is_told(folder: Path, text: str, why: str) -> None:
    found, (warning,) = kept(planned(text), applied_in(folder))
    assert found == {}
    assert warning.code == "operation-not-kept"
    assert why in warning.message


def test_without_an_earlier_project_nothing_is_kept(tmp_path: Path) -> None:
    assert kept(planned(SPEC), applied_in(tmp_path)) == ({}, ())


def nothing(_texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
    return iter(())


def again(folder: Path, **options: Any) -> Result:  # noqa: ANN401 - the runner's
    raw = {
        "request": {"type": "architecture", "framework": "fastapi", "description": ""},
        "context": {"sources": [{"format": "spec", "content": SPEC}]},
        "constraints": {"verification": "standard"},
    }
    judge = Judging(nothing)
    runner = Runner(library(), Sandbox(), prove=judge, examine=judge.read, **options)
    answer = asyncio.run(runner.run(raw, ground=Target(folder)))
    assert isinstance(answer, Result)
    return answer


def test_a_run_without_a_model_keeps_it_and_says_what_is_open(folder: Path) -> None:
    before = (folder / PLACE.format("deposit")).read_text()
    answer = again(folder)
    assert answer.proof.unimplemented == ("withdraw",)
    assert (folder / PLACE.format("deposit")).read_text() == before


def test_what_people_wrote_is_built(folder: Path) -> None:
    file = folder / PLACE.format("withdraw")
    file.write_text(file.read_text().replace('raise NotBuiltError("withdraw")', "return account"))
    assert again(folder).proof.unimplemented == ()


def test_a_model_is_asked_for_what_is_open_only(folder: Path) -> None:
    writer = Writer(
        {
            ("tests", "withdraw"): ["# test: takes_it\n" + TEST.replace("deposits", "withdrawals")],
            ("body", "withdraw"): [BODY.replace("+=", "-=")],
        }
    )
    assert again(folder, consult=consulting(writer)).proof.unimplemented == ()
    assert set(writer.given) == {("tests", "withdraw"), ("body", "withdraw")}

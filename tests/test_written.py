"""Is a custom operation whole? Its contract, its slot, its tests, without a body and with one."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent import applying
from agent.checks.prove import prove
from agent.documents import FileType, GeneratedFile, Outcome, Verdict, VerificationLevel
from agent.emitter.project import emit, render
from agent.errors import EmitError, OutputError
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.writing.reading import functions, unimplemented
from agent.writing.slots import slots
from agent.writing.written import AcceptanceTest, Written, unbuilt
from tests import bikes, tokens
from tests.made import library
from tests.servers import POSTGRESQL, require_server
from tests.warm import sandbox

if TYPE_CHECKING:
    from agent.types import BackendSpec

CASES = Path(__file__).with_name("cases")
MOST_TOKENS = 1500

# Every name that can clash does, and every sort of parameter is there.
ODD = """
project odd
database sqlite
auth jwt user Member login email password secret roles member, staff, admin
enum CaseKind: one, two
api /api case camel
  errors success=- error=title detail=detail status=status media-type="application/problem+json"
  status created=200 conflict=422
entity Member owner self
  email: email unique
  secret: password
entity Quote owner member
  text: string
  key: string
  member -> Member as quotes cascade
entity Line owner quote.member
  number: integer
  price: decimal(10,2)
  quote -> Quote as lines cascade
  key(quote, number)
entity Case
  code: string unique
  tags: string[]
  next -> Case? as previous set-null
schema Deep: name: string, inner: Deeper, many: Deeper[]
schema Deeper for Line: number, price, extra: string
schema QuoteShown for Quote: id, text, lines -> LineShown[], member -> MemberShown
schema LineShown for Line: n = number, price
schema MemberShown for Member: id, email
schema Given: a: string, on-day: date, kind: CaseKind
schema CaseShown for Case: id, code, next -> CaseInner
schema CaseInner for Case: id
operation quote: POST /quotes/{quote}/quote custom Quote
  path quote = id
  query quote: integer
  header quote: integer required
  in Given[] wrapped items
  out QuoteShown wrapped quote
  allow owner, staff
operation line: GET /quotes/{quote}/lines/{number}/deep custom Line
  path quote = quote.id
  path number = number
  out Deep
  allow owner
operation lines: PUT /quotes/{quote}/lines/all custom Line
  path quote = quote.id
  query from: datetime required
  in Given[]
  out LineShown[]
  allow owner, staff
operation case: DELETE /cases/{code}/{day} custom Case
  path code = code
  path day: date
  query flag: boolean
  query amount: decimal required
  allow public
operation pick: PATCH /pick custom
  in Deep
  out CaseShown[]
  allow admin
operation select: GET /select custom
"""


@cache
def spec_of(text: str) -> BackendSpec:
    return resolve(parse(text)).spec


def bike_spec() -> BackendSpec:
    return spec_of((CASES / "bikes.spec").read_text(encoding="utf-8"))


@cache
def bike_files() -> tuple[GeneratedFile, ...]:
    return emit(bike_spec(), library(), bikes.ALL)


def contents(files: tuple[GeneratedFile, ...]) -> dict[str, str]:
    return {file.path: file.content for file in files}


def emitted(text: str, **written: Written) -> dict[str, str]:
    return contents(emit(spec_of(text), library(), written))


def ruffed(files: dict[str, str], folder: Path) -> None:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    for command in (["check"], ["format", "--check"]):
        argv = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


# --- what is emitted -----------------------------------------------------------------------------


def test_an_endpoint_has_its_whole_contract() -> None:
    endpoints = contents(bike_files())["src/app/api/v1/endpoints/bikes.py"]
    assert "hours: Int32Param," in endpoints
    assert 'x_coupon: Annotated[Text | None, Header(alias="X-Coupon", max_length=500)]' in endpoints
    assert "response_model=RentalShown" in endpoints
    assert "responses=errors(400, 401, 403, 404, 409, 413, 422)" in endpoints
    assert "501" not in endpoints


def test_what_nobody_wrote_answers_501_and_says_so() -> None:
    written = {**bikes.ALL, "quote_bike": Written("quote_bike", bikes.QUOTE.tests)}
    files = emit(bike_spec(), library(), written)
    found = contents(files)
    assert "errors(404, 409, 422, 501)" in found["src/app/api/v1/endpoints/bikes.py"]
    assert 'raise NotBuiltError("quote_bike")' in found["src/app/services/operations/quote_bike.py"]
    assert list(unimplemented(files)) == ["quote_bike"]
    assert unbuilt(bike_spec(), written) == ("quote_bike",)
    assert unbuilt(bike_spec(), bikes.ALL) == ()
    assert len(unbuilt(bike_spec(), {})) == 5


def test_the_row_of_the_path_is_found_and_checked_before_the_slot() -> None:
    service = contents(bike_files())["src/app/services/rental_service.py"]
    body = service.partition("async def end_rental(")[2]
    steps = [
        "rental = await self.rentals.one(Rental.id == rental_id, lock=True)",
        'check_owner(rental.rider_id, actor, "admin")',
        "with telling_refusals():",
        "    await end_rental(self.session, rental, actor)",
        "    await self.session.commit()",
    ]
    assert [line.removeprefix(" " * 8) for line in body.split("\n")[2:7]] == steps


def test_a_slot_is_a_service_and_its_tests_are_tests() -> None:
    by_path = {file.path: file for file in bike_files()}
    slot = by_path["src/app/services/operations/hire_bike.py"]
    tests = by_path["tests/acceptance/test_hire_bike.py"]
    assert (slot.type, slot.pattern) == (FileType.SERVICE, "service-layer")
    assert (tests.type, tests.pattern) == (FileType.TEST, "testing-patterns")
    assert ast.get_docstring(ast.parse(slot.content), clean=True) == ast.get_docstring(
        ast.parse(tests.content), clean=True
    )
    assert "A user may have at most three running rentals" in slot.content


def test_tests_without_a_body_are_expected_to_fail() -> None:
    only_tests = Written("hire_bike", bikes.HIRE.tests)
    marked = contents(emit(bike_spec(), library(), {"hire_bike": only_tests}))
    module = marked["tests/acceptance/test_hire_bike.py"]
    # What a template refuses already is refused without a body, too.
    assert module.count('@pytest.mark.xfail(strict=False, reason="not built yet: hire_bike")') == 4
    alone = marked["tests/acceptance/test_quote_bike.py"]
    assert alone.count('@pytest.mark.xfail(strict=True, reason="not built yet: quote_bike")') == 1
    assert "xfail" not in contents(bike_files())["tests/acceptance/test_hire_bike.py"]


def test_what_was_written_is_formatted_and_its_imports_are_derived() -> None:
    slot = contents(bike_files())["src/app/services/operations/hire_bike.py"]
    assert "from decimal import ROUND_HALF_UP, Decimal\n" in slot
    assert "from sqlalchemy import exists, func, select\n" in slot
    assert "        price=price.quantize(" in slot
    assert "  # the whole day's discount" in slot


def test_texts_over_several_lines_stay_as_they_are() -> None:
    body = 'text = """a\n  b\nc"""\nraise ConflictError(text)\n'
    slot = emitted(ODD, case=Written("case", (), body))["src/app/services/operations/case.py"]
    assert '    text = """a\n  b\nc"""\n' in slot


def test_names_may_clash(tmp_path: Path) -> None:
    files = emitted(ODD)
    ruffed(files, tmp_path)
    service = files["src/app/services/quote_service.py"]
    assert "import quote as run_quote\n" in service
    assert "await run_quote(self.session, quote, quote_2, quote_3, data, actor)" in service
    line = files["src/app/services/line_service.py"]
    assert "line = await self.lines.one(Line.quote.has(Quote.id == quote_)" in line
    assert "*own_rows(Quote.member_id == actor.id" in line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (Written("nothing", (), "pass"), "there is no custom operation 'nothing'"),
        (Written("case", (), "return ("), "the body of case is no Python"),
        (Written("case", (), "  return 1\nreturn 2"), "the body of case is no Python"),
        (Written("case", (), "# only a comment"), "the body of case is no Python"),
        (Written("case", (), ""), "the body of case is no Python"),
        (Written("case", (AcceptanceTest("x", "assert ("),)), "the test x of case is no Python"),
        (Written("case", (AcceptanceTest("x(): 1", "pass"),)), "is called 'x(): 1'"),
    ],
)
def test_what_cannot_be_emitted_is_named(written: Written, said: str) -> None:
    with pytest.raises(EmitError, match=said.replace("(", r"\(").replace(")", r"\)")):
        render(spec_of(ODD), library(), {written.operation: written})


# --- what a writer is told -----------------------------------------------------------------------


@pytest.mark.parametrize("case", ["bikes", "foreign", "wide"])
def test_a_writer_is_told_little(case: str) -> None:
    found = slots(spec_of((CASES / f"{case}.spec").read_text(encoding="utf-8")))
    assert found
    for slot in found:
        assert slot.rule in slot.body_brief
        assert slot.rule in slot.tests_brief
        assert slot.signature in slot.body_brief
        assert tokens.count(slot.body_brief) < MOST_TOKENS
        assert tokens.count(slot.tests_brief) < MOST_TOKENS


def test_a_writer_is_told_where_and_with_what() -> None:
    slot = next(each for each in slots(bike_spec()) if each.operation == "hire_bike")
    files = contents(bike_files())
    assert slot.path in files
    assert slot.tests_path in files
    assert slot.signature in files[slot.path]
    for told in (
        "call: POST /api/v1/bikes/{id}/hire, by every signed-in user",
        "Hire: hours int, note str | None",
        "returns Rental (shown as RentalShown)",
        "Rental: id UUID =, hours int >0 <=72, price Decimal(10,2) >=0, state RentalState",
        "RentalState: RUNNING, RETURNED",
    ):
        assert told in slot.body_brief
    assert "hashed_password" not in slot.body_brief + slot.tests_brief
    assert "response = await client.post(" in slot.tests_brief


def test_what_ties_the_rules_rows_together_is_told() -> None:
    (slot,) = slots(spec_of((CASES / "wide.spec").read_text(encoding="utf-8")))
    assert "\nVaccination: " in slot.body_brief


# --- what stands there ---------------------------------------------------------------------------


def test_what_stands_in_a_slot_has_its_lines() -> None:
    content = contents(bike_files())["src/app/services/operations/end_rental.py"]
    (found,) = functions(content)
    assert found.name == "end_rental"
    assert found.text == (
        "if rental.state == RentalState.RETURNED:\n"
        '    raise ConflictError("The rental has ended already.")\n'
        "rental.state = RentalState.RETURNED"
    )
    assert content.split("\n")[found.first - 1].strip() == found.text.split("\n")[0]
    assert content.split("\n")[found.last - 1].strip() == found.text.split("\n")[-1]
    tests = functions(contents(bike_files())["tests/acceptance/test_quote_bike.py"])
    assert [each.name for each in tests] == [f"test_{each.name}" for each in bikes.QUOTE.tests]
    assert functions("async def x(") == ()


def test_a_slot_that_somebody_filled_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "bikes"
    files = emit(bike_spec(), library())
    applying.write(files, bike_spec(), folder)
    slot = folder / "src/app/services/operations/end_rental.py"
    filled = slot.read_text(encoding="utf-8").replace("raise NotBuiltError", "return NotBuiltError")
    slot.write_text(filled, encoding="utf-8")
    with pytest.raises(OutputError, match=r"services/operations/end_rental\.py"):
        applying.write(emit(bike_spec(), library(), bikes.ALL), bike_spec(), folder)
    assert slot.read_text(encoding="utf-8") == filled


# --- and all of it works -------------------------------------------------------------------------


def test_operations_with_bodies_are_proven(request: pytest.FixtureRequest) -> None:
    require_server(POSTGRESQL)
    proof = asyncio.run(
        prove(
            bike_files(),
            VerificationLevel.FULL,
            sandbox=sandbox(),
            database_url=POSTGRESQL,
            cache=request.config.cache.mkdir("proofs"),
            remember=False,
            unimplemented=unbuilt(bike_spec(), bikes.ALL),
        )
    )
    troubles = [
        (each.name, each.reason, each.findings)
        for each in proof.checks
        if each.outcome is not Outcome.PASSED
    ]
    assert troubles == []
    assert proof.verdict is Verdict.PROVEN


def test_operations_without_bodies_are_counted(request: pytest.FixtureRequest) -> None:
    proof = asyncio.run(
        prove(
            emit(spec_of(ODD), library()),
            VerificationLevel.STANDARD,
            sandbox=sandbox(),
            cache=request.config.cache.mkdir("proofs"),
            remember=False,
            unimplemented=unbuilt(spec_of(ODD), {}),
        )
    )
    tests = next(each for each in proof.checks if each.name == "tests")
    assert all(each.outcome is Outcome.PASSED for each in proof.checks), proof.checks
    assert "6 expected to fail" in (tests.summary or "")
    assert proof.verdict is Verdict.INCOMPLETE
    assert proof.unimplemented == ("quote", "line", "put_lines", "case", "pick_", "select_")

"""Another name for each part of each plan, and each part taken away: the plan still holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from agent.planner.changes.edits import EditError
from agent.planner.changes.removing import without_entity, without_member
from agent.planner.changes.renaming import renamed_entity, renamed_member
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from tests.guarded import CASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.types import BackendSpec

PLANS = sorted(each.stem for each in CASES.glob("*.spec"))
LOANS = r"""project loans
auth jwt

entity User owner self
  nick: string?

entity Stock
  code: string unique
  loans => Loan as stock

entity Loan owner reader
  state: string
  note: string
  reader -> User
  stock -> Stock as loans via stock_code = code
  item -> Stock
  stock_code: string
  unique(reader, stock)
  unique(item_id, state)
  index(reader_id)
  check("state <> 'state' or reader_id is not null")
  check("STATE <> 'x' and \"note\" <> 'state'")

entity Fine owner loan.reader
  loan -> Loan cascade
  allow list, read, create, update, delete: owner

schema LoanOut for Loan:
  status = state
  note
  reader_id
  stock -> StockOut

schema StockOut for Stock:
  code
  item_loans -> LoanPlain[]

schema LoanPlain for Loan:
  stock_code, item_id

operation show_loans: GET /loans list Loan
  query item = item_id
  query code = stock.code
  query nick = reader.nick
  out LoanOut[]
  sort state, reader_id
  search state
  allow authenticated

operation fines_of: GET /readers/{nick}/fines list Fine
  path nick = loan.reader.nick
  allow authenticated
"""


@pytest.fixture(scope="module")
def loans() -> BackendSpec:
    spec = parse(LOANS)
    resolve(spec)
    return spec


def lines(before: BackendSpec, after: BackendSpec) -> set[str]:
    """Return the lines that are new in a plan, which still holds."""
    resolve(after)
    return set(write(after).splitlines()) - set(write(before).splitlines())


def test_a_relation_is_named_with_all_that_is_made_of_it(loans: BackendSpec) -> None:
    assert lines(loans, renamed_member(loans, "Loan", "reader", "borrower")) == {
        "entity Loan owner borrower",
        "  borrower -> User",
        "  unique(borrower, stock)",
        "  index(borrower_id)",
        """  check("state <> 'state' or borrower_id is not null")""",
        "entity Fine owner loan.borrower",
        "schema LoanOut for Loan: status = state, note, reader_id = borrower_id, stock -> StockOut",
        "  query nick = borrower.nick",
        "  sort state, borrower_id",
        "  path nick = loan.borrower.nick",
    }


def test_what_is_named_after_what_was_renamed(loans: BackendSpec) -> None:
    found = lines(loans, renamed_entity(loans, "Loan", "Lending"))
    assert "schema StockOut for Stock: code, item_loans = lendings -> LoanPlain[]" in found
    found = lines(loans, renamed_member(loans, "Loan", "item", "thing"))
    assert "schema LoanPlain for Loan: stock_code, item_id = thing_id" in found
    found = lines(loans, renamed_member(loans, "Loan", "stock", "shelf"))
    assert {"  loans => Loan as shelf", "  query code = shelf.code"} <= found
    found = lines(loans, renamed_member(loans, "Stock", "code", "number"))
    assert "  stock -> Stock as loans via stock_code = number" in found


def test_who_signs_in_may_be_spelled_otherwise() -> None:
    spec = parse("auth jwt user user login nick\n\nentity User\n  nick: string unique\n")
    assert "auth jwt user Person login nick" in lines(spec, renamed_entity(spec, "User", "Person"))
    assert "auth jwt user user login alias" in lines(
        spec, renamed_member(spec, "User", "nick", "alias")
    )
    with pytest.raises(EditError, match="people sign in as a User"):
        without_entity(spec, "User")
    with pytest.raises(EditError, match=r"people sign in with User\.nick"):
        without_member(spec, "User", "nick")


def test_a_text_in_a_check_is_no_name(loans: BackendSpec) -> None:
    found = lines(loans, renamed_member(loans, "Loan", "state", "shape"))
    assert """  check("shape <> 'state' or reader_id is not null")""" in found
    assert r"""  check("shape <> 'x' and \"note\" <> 'state'")""" in found


def test_a_name_that_something_else_would_take(loans: BackendSpec) -> None:
    with pytest.raises(EditError, match="item_id is no name for it: Loan has an attribute"):
        renamed_member(loans, "Loan", "note", "item_id")


def test_both_sides_of_a_relation_go(loans: BackendSpec) -> None:
    left = without_member(loans, "Loan", "stock")
    assert left == without_member(loans, "Stock", "loans")
    # a name is free again, and the other relation's other side takes it
    assert "schema StockOut for Stock: code, item_loans = loans -> LoanPlain[]" in lines(
        loans, left
    )
    assert "stock.code" not in write(left)


@pytest.mark.parametrize(
    ("entity", "name", "message"),
    [
        ("Fine", "loan", "the owner of Fine needs Fine.loan: change that first"),
        ("Loan", "stock_code", r"Loan\.stock needs Loan\.stock_code"),
        ("Stock", "code", r"Loan\.stock needs Stock\.code"),
        ("User", "nick", r"the operation fines_of needs User\.nick"),
    ],
)
def test_what_stands_in_the_way_is_named(
    loans: BackendSpec, entity: str, name: str, message: str
) -> None:
    with pytest.raises(EditError, match=message):
        without_member(loans, entity, name)


@pytest.mark.parametrize("plan", PLANS)
def test_each_part_can_have_another_name(plan: str) -> None:
    spec = parse((CASES / f"{plan}.spec").read_text())
    for entity in spec.entities:
        renamed = renamed_entity(spec, entity.name, "Zebra")
        resolve(renamed)
        assert renamed_entity(renamed, "Zebra", entity.name) == spec
        for name in entity.member_names:
            renamed = renamed_member(spec, entity.name, name, "zebra_x")
            resolve(renamed)
            assert renamed_member(renamed, entity.name, "zebra_x", name) == spec


@pytest.mark.parametrize("plan", PLANS)
def test_each_part_goes_or_something_stands_in_its_way(plan: str) -> None:
    spec = parse((CASES / f"{plan}.spec").read_text())
    gone = 0
    for entity in spec.entities:
        gone += _goes(partial(without_entity, spec, entity.name))
        for member in entity.member_names:
            gone += _goes(partial(without_member, spec, entity.name, member))
    assert gone


def _goes(remove: Callable[[], BackendSpec]) -> bool:
    try:
        left = remove()
    except EditError as error:
        named = (" needs ", " is its key", "people sign in ")
        assert any(part in str(error) for part in named), error  # noqa: PT017 - or it resolves
        return False
    resolve(left)
    return True

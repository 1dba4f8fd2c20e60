"""Which variables surely hold rows: what sound code needs, and what would reach a class."""

from __future__ import annotations

import pytest

from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.writing.guard import judge_body
from agent.writing.slots import slots
from tests.guarded import said
from tests.writers import SPEC

SLOT = slots(resolve(parse(SPEC)).spec)[0]
EACH = "for each in found[0]:\n    each.balance = 1"
OBJECTION = "only an attribute of a row that a variable holds is assigned to"


@pytest.mark.parametrize(
    "body",
    [
        # a query that compares with the row, and goes on after that
        "await session.scalar(select(Account).where(Account.id == account.id).limit(Account.id))",
        "q = select(Account).where(Account.id != account.id).order_by(Account.holder).limit(1)",
        # a constant that is given to a method of a value
        "account.holder = str(Decimal(3).quantize(Decimal(1), ROUND_HALF_UP))",
    ],
)
def test_a_row_stays_a_row(body: str) -> None:
    assert judge_body(SLOT, f"{body}\naccount.balance = 1\nreturn account") == ()


@pytest.mark.parametrize(
    "body",
    [
        "found = [account]\nfound.append(Account)\nfor each in found:\n    each.balance = 1",
        f"found = {{0: [account]}}\nfound.get(0).append(Account)\n{EACH}",
        f"found = [[account]]\nmax(found).append(Account)\n{EACH}",
        f"found = [[account]]\nfound[0].append(Account)\n{EACH}",
        "found = [account]\nother = found\nother.append(Account)\nx = found[1]\nx.balance = 1",
        f"found = [[account]]\nfor x in found:\n    x.append(Account)\n{EACH}",
        "account = Account\naccount.balance = 1",
        "for each in [Account, account]:\n    each.balance = 1",
    ],
)
def test_what_may_be_a_class_is_not_assigned_to(body: str) -> None:
    assert OBJECTION in [each.message for each in judge_body(SLOT, f"{body}\nreturn account")]


ATTACKS = {
    "assignment to a class": "Bike.label = 'x'",
    "assignment to a base": "dt.datetime = bike",
    "assignment to the session": "session.autoflush = False",
    "assignment through a relation": "bike.rentals.label = 'x'",
    "assignment in a loop": "for Bike.label in ['x']:\n    pass",
    "assignment in a comprehension": "x = [1 for bike.label in ['x']]",
    "assignment to a class in a variable": "x = Bike\nx.label = 'x'",
    "assignment to a class in a list": "x = [Bike][0]\nx.label = 'x'",
    "assignment to a class in a loop": "for x in [Bike, Rental]:\n    x.label = 'x'",
    "assignment to a class that is chosen": "x = Bike if bike else bike\nx.label = 'x'",
    "assignment to a class by a builtin": "x = next(y for y in [Bike])\nx.label = 'x'",
    "assignment to a class by a method": "x = {'a': 1}.get('b', Bike)\nx.label = 'x'",
    "assignment to a class over another": "x = bike\ny = Bike\nx = y\nx.label = 'x'",
    "assignment to a class from a pair": "x, y = bike, Bike\ny.label = 'x'",
    "assignment to a column": "x = Bike.label\nx.label = 'x'",
    "assignment to a statement": "x = select(Bike)\nx.label = 'x'",
    "assignment to a class that came in": "x = []\nx.append(Bike)\ny = x[0]\ny.label = 'x'",
    "assignment to a class by a keyword": "x = {}\nx.update(a=Bike)\ny = x['a']\ny.label = 'x'",
    "assignment to a class by key": "x = {}\nx.update(key=Bike)\ny = x['key']\ny.label = 'x'",
    "assignment to a class that was put": "x = {}\nx['a'] = Bike\ny = x['a']\ny.label = 'x'",
    "assignment to a class that a row held": "bike.label = Bike\nx = bike.label\nx.label = 'x'",
    "assignment to a class in a list of lists": "x = []\nx[0:] = [Bike]\nx[0].label = 'x'",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_assignment_to_what_is_no_row_is_refused(attack: str) -> None:
    assert said(ATTACKS[attack])

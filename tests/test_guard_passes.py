"""Does the guard let pass what ordinary code says?"""

from __future__ import annotations

import pytest

from agent.writing.guard import judge
from tests import bikes
from tests.guarded import all_slots, said

LOGIC = """
hours = [each.hours for each in await session.scalars(select(Rental).limit(10))]
by_kind: dict[str, Decimal] = {}
conditions: list[ColumnElement[bool]] = [Rental.bike_id == bike.id]
if data.note is not None and data.note.strip().lower().startswith("x"):
    conditions.append(or_(Rental.hours > 3, Rental.state.in_([RentalState.RUNNING])))
statement = select(Rental).where(*conditions).options(selectinload(Rental.rider))
rows = list(await session.scalars(statement.order_by(Rental.created_at.desc()).offset(1)))
for number, row in enumerate(sorted(rows, key=lambda each: each.hours), 1):
    by_kind[row.state.value] = by_kind.get(row.state.value, Decimal(0)) + row.price * number
    if row.created_at + dt.timedelta(days=3) < utc_now():
        continue
    row.hours += 1
late = utc_now() - dt.timedelta(hours=2)
summed = select(Rental.bike_id, func.sum(Rental.hours).label("total")).group_by(Rental.bike_id)
below = summed.subquery()
most_of_all = await session.scalar(select(func.max(below.c.total)))
for line in (await session.execute(summed)).all():
    most_of_all = max(line.total, most_of_all or 0)
first = next((each for each in rows if each.created_at < late), None)
mine = [each for each in rows if each.rider_id == actor.id]
one = mine[0]
one.state = RentalState.RETURNED
for each in mine:
    each.price = min(each.price, Decimal("9.00")).quantize(Decimal("0.01"))
    each.created_at = utc_now() - dt.timedelta(days=1)
newest = max(mine, key=lambda each: each.created_at)
newest.hours = data.hours + 1
found = (await session.scalars(select(Rental).where(Rental.bike_id == bike.id))).first()
if found is not None:
    found.state = RentalState.RUNNING
    found.hours = sum(each.hours for each in mine)
if first is None or not any(each > 2 for each in hours):
    raise NotFoundError(f"There is none since {late:%Y-%m-%d}: {len(rows)} are {sum(hours):.2f}.")
elif has_role(actor, "admin"):
    await session.execute(update(Rental).where(Rental.id == first.id).values(hours=first.hours**2))
else:
    raise InvalidError([{"field": "hours", "message": "Too few."}])
total, most = (
    await session.execute(
        select(func.count(), func.max(Rental.hours)).where(exists().where(Rental.hours > 1))
    )
).one()
again = await session.get(Rental, first.id, options=[joinedload(Rental.bike)])
rental = Rental(hours=min(total, most), price=Decimal("1.50"), rider_id=actor.id, bike=bike)
session.add_all([rental])
await session.flush()
return rental
""".strip()


def test_plain_logic_passes() -> None:
    assert said(LOGIC) == []


JOINED = """
below = select(Rental.bike_id.label("one")).subquery()
joined = select(Bike).join(below, below.c.one == Bike.id).order_by(below.c.one)
rows = (await session.scalars(joined)).all()
named = select(Bike.label, below.c.one)
""".strip()
GROUPED = """
groups = {}
for rental in bike.rentals:
    groups.setdefault(rental.hours, []).append(rental)
    bike.per_hour += rental.price
    for other in rental.bike.rentals:
        groups[other.hours] = groups.get(other.hours, [])
        groups[other.hours].append(other)
""".strip()


@pytest.mark.parametrize(
    "body",
    [
        # roles are read, and copies of them are one's own
        "if 'admin' in actor.roles and not has_role(actor, 'x'):\n    return bike",
        "x = [each.upper() for each in actor.roles]\ny = sorted(actor.roles)\ny.append('a')",
        "x = await session.scalars(select(User).where(User.roles.contains(['a'])))",
        # columns are named
        "x = update(Bike).values({'label': 'x', Bike.per_hour: 2}).where(Bike.id == bike.id)",
        "x = {'a': 1}\ny = sum(x.values())",
        "x = Rental(**data.model_dump(exclude={'note'}), bike_id=bike.id)",
        "x = select(User.id).subquery()\ny = select(func.count()).select_from(x)",
        "x = select(User.id).subquery()\ny = select(x.c.id).where(x.c.id == actor.id)",
        JOINED,
        # what grows is not what is gone over
        "x = []\nfor y in await session.scalars(select(Rental)):\n    x.append(y)",
        "x = [1]\nfor y in list(x):\n    x.append(y)",
        GROUPED,
        # text is compared with, and joined
        "x = 'a'\ny = select(Bike).where(Bike.label == x).order_by(Bike.label.desc())",
        "x = ', '.join(['a', 'b'])",
        "x = [Bike.label]\nx.append(Bike.id)\ny = select(*x).order_by(*x)",
        "x = [bike]\nx.sort(key=lambda each: each.label)\ny = x[0]\ny.label = 'x'",
        "x = select(Bike)\nx = x.filter_by(label='x')\ny = await session.scalars(x)",
    ],
)
def test_what_ordinary_code_says_passes(body: str) -> None:
    assert said(body) == []


@pytest.mark.parametrize("name", bikes.ALL)
def test_what_is_written_for_the_bikes_passes(name: str) -> None:
    assert judge(all_slots()[name], bikes.ALL[name]) == ()

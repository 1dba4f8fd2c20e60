"""Does the guard let plain logic pass, and nothing else? Attacks on it, each refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.writing.guard import judge, judge_body, judge_test
from agent.writing.slots import Slot, slots
from agent.writing.written import AcceptanceTest, Written
from tests import bikes

CASES = Path(__file__).with_name("cases")
# Columns that are called like what attackers want, which nothing can keep people from.
ODD = """
project odd
entity Book
  format: string
  bind: string
  execute: string
  connection: string
operation touch: POST /books/{id}/touch custom Book
"""


@cache
def all_slots(text: str = "") -> dict[str, Slot]:
    text = text or (CASES / "bikes.spec").read_text(encoding="utf-8")
    return {slot.operation: slot for slot in slots(resolve(parse(text)).spec)}


def said(body: str, operation: str = "hire_bike", text: str = "") -> list[str]:
    return [str(each) for each in judge_body(all_slots(text)[operation], body)]


def said_of_test(body: str, name: str = "shows_it") -> list[str]:
    slot = all_slots()["hire_bike"]
    return [str(each) for each in judge_test(slot, AcceptanceTest(name, body))]


ATTACKS = {
    "an import": "import os",
    "an import from": "from os import system",
    "a star import": "from os import *",
    "an import by name": "__import__('os').system('id')",
    "eval": "eval('1')",
    "exec": "exec('import os')",
    "open": "open('/etc/passwd').read()",
    "getattr": "getattr(session, 'bind')",
    "vars": "vars(actor)",
    "the type of a value": "type(bike).mro()",
    "the class of a value": "bike.__class__.__mro__",
    "subclasses": "().__class__.__base__.__subclasses__()",
    "globals of a method": "bike.__init__.__globals__",
    "builtins": "__builtins__['eval']('1')",
    "globals": "global x",
    "nonlocal": "nonlocal x",
    "a class": "class A:\n    pass",
    "a function": "def f():\n    return 1",
    "an async function": "async def f():\n    return 1",
    "a lambda in a variable": "f = lambda: 1",
    "a lambda that is called": "(lambda: 1)()",
    "a decorator": "@x\ndef f():\n    return 1",
    "a generator": "yield 1",
    "a generator of others": "yield from ()",
    "a deletion": "del actor",
    "a loop without end": "while True:\n    pass",
    "try": "try:\n    return bike\nexcept Exception:\n    pass",
    "with": "with open('x') as f:\n    pass",
    "async with": "async with session.begin():\n    pass",
    "async for": "async for row in session.stream(select(Bike)):\n    pass",
    "an async comprehension": "rows = [x async for x in session.stream(select(Bike))]",
    "a walrus": "if (x := bike.label):\n    return x",
    "a walrus in a comprehension": "x = [y for z in [1] if (y := z)]",
    "match with attributes": "match bike:\n    case object(__class__=kind):\n        return kind",
    "match by value": "match bike.label:\n    case bike.__class__.x:\n        pass",
    "an assertion": "assert bike",
    "the bind of a session": "session.bind",
    "the bind by a call": "session.get_bind()",
    "the connection": "connection = await session.connection()",
    "driver SQL": "(await session.connection()).exec_driver_sql('DROP TABLE bikes')",
    "SQL as text": "await session.execute('DROP TABLE bikes')",
    "SQL as an f-string": "await session.execute(f'DROP TABLE {bike.label}')",
    "text": "await session.execute(text('DROP TABLE bikes'))",
    "literal_column": "await session.execute(select(literal_column('1')))",
    "an operator of one's own": "select(Bike).where(Bike.label.op('; DROP TABLE bikes; --')('x'))",
    "a prefix": "select(Bike).prefix_with('SQL')",
    "a suffix": "select(Bike).suffix_with('; DROP TABLE bikes')",
    "a statement from text": "select(Bike).from_statement(x)",
    "a dangerous function": "await session.scalar(select(func.pg_read_file('/etc/passwd')))",
    "a function that sleeps": "await session.scalar(select(func.pg_sleep(1000)))",
    "a private function": "await session.scalar(select(func.__class__))",
    "run_sync": "await session.run_sync(bike)",
    "the commit": "await session.commit()",
    "the rollback": "await session.rollback()",
    "the session under another name": "s = session\ns.bind",
    "the session in a list": "[session][0].bind",
    "the session in a call": "str(session)",
    "the session in a tuple": "a, b = session, 1",
    "the session as a key": "x = {session: 1}",
    "the session shown": "x = f'{session}'",
    "func as a value": "f = func",
    "a method that is held": "f = session.execute",
    "a method that is held by a value": "f = bike.label.upper",
    "a variable that is called": "f = bike\nf()",
    "an argument that is called": "bike()",
    "a result that is called": "select(Bike)()",
    "an item that is called": "[select][0](Bike)",
    "a function under another name": "s = select\nreturn s(Bike)",
    "a builtin under another name": "p = sorted",
    "a function as a key": "sorted([1], key=len)",
    "a method as a key": "sorted([1], key='{0.__class__}'.format)",
    "a lambda with a default": "sorted([1], key=lambda x, y=session: 1)",
    "a label that opens a door": "x = Bike.hours.label('bind')\nsession.bind",
    "a label that is private": "x = Bike.hours.label('__class__')\nbike.__class__",
    "a private column": "select(Bike).subquery().c._all_columns",
    "a call of a column": "select(Bike).subquery().c.drop(bike)",
    "metadata": "Bike.metadata.drop_all(bike)",
    "the registry": "Bike.registry",
    "the table": "Bike.__table__.drop(bike)",
    "a private attribute": "bike._sa_instance_state",
    "a private method": "bike._asdict()",
    "a private keyword": "Bike(__class__=1)",
    "a private variable": "__x__ = 1",
    "str.format": "'{0.__class__}'.format(bike)",
    "format_map": "'{a.__class__}'.format_map({'a': bike})",
    "text filled by %": "'%s' % bike",
    "an attribute in an f-string": "x = f'{bike.__class__}'",
    "a call in an f-string": "x = f'{open(1)}'",
    "a format in an f-string": "x = f'{bike.label:{bike.hours}}'",
    "a wide format in an f-string": "x = f'{bike.label:>999999999}'",
    "a conversion in an f-string": "x = f'{bike!r}'",
    "a huge power": "x = 10**10**10",
    "a power of a number": "x = 9**16",
    "a power by a variable": "n = 99999\nx = bike.hours**n",
    "a power in place": "x = 9\nx **= bike.hours",
    "text many times": "x = 'x' * 10**9",
    "a list many times": "x = [0] * 1000000000",
    "text many times in place": "x = 'x'\nx *= 1\ny = 'a' * x",
    "a shift": "x = 1 << 9999999",
    "a huge number": "x = 99999999999999999999999",
    "infinity": "x = 1e999",
    "a huge Decimal": "x = Decimal('1E+999999999')",
    "bytes": "x = b'x'",
    "an ellipsis": "x = ...",
    "a text over lines": "x = '''a\nb'''",
    "shadowing of the session": "session = bike",
    "shadowing of a row": "bike = data",
    "shadowing of the actor": "actor = bike",
    "shadowing of a model": "Bike = Rental",
    "shadowing of a function": "select = bike",
    "shadowing of a builtin": "len = bike",
    "shadowing in a loop": "for session in []:\n    pass",
    "shadowing in a comprehension": "x = [session for session in []]",
    "shadowing in a lambda": "sorted([1], key=lambda session: 1)",
    "shadowing in a tuple": "(x, (session, y)) = 1, (2, 3)",
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
    "more rights": "actor.roles = ['admin']",
    "more rights for a new user": "session.add(User(email='x', roles=['admin']))",
    "more rights by an update": "await session.execute(update(User).values(roles=['admin']))",
    "more rights by a dict": "update(User).values({'roles': ['admin']})",
    "more rights by a column": "update(User).values({User.roles: ['admin']})",
    "a hash": "return actor.hashed_password",
    "a hash of a subquery": "x = select(User).subquery()\nq = select(x.c.hashed_password)",
    "a hash by a name put together": "x = select(User).subquery().c['hashed_' + 'password']",
    "all columns of a subquery": "x = select(User).subquery()\nq = select(*x.c.values())",
    "the columns in a variable": "x = select(User).subquery().c\ny = x['hashed_' + 'password']",
    "the columns in a list": "x = select(User).subquery()\nq = select(*[x.c])",
    "the columns one by one": "x = select(User).subquery()\nq = select(*[y for y in x.c])",
    "a subquery as a whole": "x = select(User).subquery()\nq = select(x)",
    "a subquery at once": "q = select(select(User).subquery())",
    "a subquery among others": "x = select(User).subquery()\nq = select(Bike.id, x)",
    "a subquery in a list": "x = [select(User).subquery()]\nq = select(*x)",
    "a subquery that was put": "x = {}\nx.update(a=select(User).subquery())\nq = select(x['a'])",
    "a subquery that was appended": "x = []\nx.append(select(User).subquery())\nq = select(x[0])",
    "a subquery in a loop": "for x in [select(User).subquery()]:\n    q = select(x)",
    "a subquery in a comprehension": "q = [select(x) for x in [select(User).subquery()]]",
    "a subquery under another name": "x = select(User).subquery()\ny = x\nq = select(y)",
    "rights by a name put together": "update(User).values({'ro' + 'les': ['admin']})",
    "rights by a name in an f-string": "x = 'les'\nupdate(User).values({f'ro{x}': ['admin']})",
    "rights by a column in a variable": "x = User.roles\nupdate(User).values({x: ['admin']})",
    "rights by a column in a list": "x = [User.roles]\nupdate(User).values({x[0]: ['admin']})",
    "rights by a dict in a variable": "x = {'ro' + 'les': ['admin']}\nupdate(User).values(x)",
    "rights by a dict in a dict": "update(User).values({**{'ro' + 'les': ['admin']}})",
    "rights by pairs": "update(User).values([(User.roles, ['admin'])])",
    "rights by a star": "update(User).values(*[{'ro' + 'les': ['admin']}])",
    "rights of a new user by a dict": "session.add(User(**{'ro' + 'les': ['admin']}))",
    "rights of a new user by a variable": "x = {'ro' + 'les': ['admin']}\nsession.add(User(**x))",
    "rights by a longer dump": "x = User(**(data.model_dump() | {'ro' + 'les': ['admin']}))",
    "rights in place": "actor.roles.append('admin')",
    "rights in place, many": "actor.roles.extend(['admin'])",
    "rights by an item": "actor.roles[0] = 'admin'",
    "rights by a slice": "actor.roles[0:] = ['admin']",
    "rights by a sum in place": "actor.roles += ['admin']",
    "rights under another name": "x = actor.roles\nx.append('admin')",
    "rights in a list": "x = [actor.roles]\nx[0].append('admin')",
    "rights in a loop": "for x in [actor.roles]:\n    x.append('admin')",
    "rights that are chosen": "x = actor.roles or []\nx.append('admin')",
    "rights by a builtin": "next(x for x in [actor.roles]).append('admin')",
    "rights by another builtin": "max(actor.roles, []).append('admin')",
    "rights by a dict's keyword": "x = dict(a=actor.roles)\nx['a'].append('admin')",
    "a list that grows": "x = [1]\nfor y in x:\n    x.append(y)",
    "a list that grows in place": "x = [1]\nfor y in x:\n    x += [y]",
    "a list that grows by a slice": "x = [1]\nfor y in x:\n    x[len(x):] = [y]",
    "a list that grows by another name": "x = [1]\nz = x\nfor y in x:\n    z.append(y)",
    "a list that goes by another name": "x = [1]\nz = x\nfor y in z:\n    x.append(y)",
    "a list that grows in a list": "x = [1]\nz = [x]\nfor y in x:\n    z[0].append(y)",
    "a list that grows in a dict": "x = {'a': [1]}\nfor y in x['a']:\n    x['a'].append(y)",
    "a list that grows over a number": "x = [1]\nfor _, y in enumerate(x):\n    x.insert(0, y)",
    "a list that grows in a comprehension": "x = [1]\ny = [x.append(z) for z in x]",
    "a list of a row that grows": "for x in bike.rentals:\n    bike.rentals.append(x)",
    "SQL in a variable": "x = 'DROP TABLE bikes'\nawait session.execute(x)",
    "SQL that is put together": "x = 'DROP TABLE ' + bike.label\nawait session.execute(x)",
    "SQL in a loop": "for x in ['DROP TABLE bikes']:\n    await session.execute(x)",
    "SQL in an order": "select(Bike).order_by('label; DROP TABLE bikes')",
    "SQL in an order's variable": "x = 'label; DROP TABLE bikes'\nselect(Bike).order_by(x)",
    "SQL in a condition": "select(Bike).where('1 = 1')",
    "SQL in a condition's list": "x = ['1 = 1']\nselect(Bike).where(*x)",
    "SQL in a window": "func.rank().over(order_by='label')",
    "SQL as a column": "select('label')",
    "another hash": "actor.hashed_password = 'x'",
    "any values of a row": "x = dict(**data)",
    "parameters of a statement": "await session.execute(select(Bike), {'a': 1})",
    "options of a call": "await session.execute(select(Bike), bind_arguments={'bind': bike})",
    "an error of Python's": "raise SystemExit",
    "an error that says not built": "raise NotBuiltError('x')",
    "an error with a cause": "raise ConflictError('x') from bike",
    "an error that is caught up": "raise",
    "an unknown name": "print('x')",
    "a module of the standard library": "asyncio.gather()",
    "another module by dt": "dt.sys.modules",
    "a method of dt": "dt.datetime_CAPI",
    "a wait for nothing": "await bike",
    "a wait for a call": "await sorted([])",
    "no wait": "session.scalar(select(Bike))",
    "a wait too many": "await session.add(bike)",
    "an unknown type": "x: os.PathLike = bike",
    "a type with a call": "x: list[open('x')] = []",
    "a bare value": "'a docstring'",
    "two targets": "a = b = 1",
    "a starred target": "a, *b = [1, 2]",
    "two statements on a line": "x = 1; y = 2",
    "no statement": "# nothing",
    "nothing": "",
    "no Python": "return (",
    "a null byte": "x = 1\x00",
    "a name that only looks like another": "\u0455ession = 1",
    "a name in other letters": "x = \uff53ession.bind",
    "text that runs backwards": "x = 'a\u202eb'",
    "a tab": "if bike:\n\treturn bike",
    "a comment that silences": "x = 1  # noqa: S101",
    "a comment about types": "x = 1  # type: ignore",
    "a comment about coverage": "x = 1  # pragma: no cover",
    "a comment to the formatter": "# fmt: off\nx = 1",
    "more lines than anybody reads": "x = 1\n" * 200,
    "more characters than anybody reads": ("y = 'b'  # " + "c" * 150 + "\n") * 60,
    "a line that is too long": "x = '" + "a" * 300 + "'",
    "too many brackets": "x = " + "(" * 90 + "1" + ")" * 90 + " + " + "-" * 90 + "1",
    "too many signs": "x = " + "-" * 190 + "1",
    "blocks in blocks": "if bike:\n if bike:\n  if bike:\n   if bike:\n    if bike:\n     x = 1",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(attack: str) -> None:
    assert said(ATTACKS[attack])


@pytest.mark.parametrize(
    "body",
    [
        "x = '{0.__class__}'.format(book)",
        "x = sorted([book], key='{0.__class__}'.format)",
        "f = session.execute",
        "x = session.bind",
        "c = session.connection",
        "book.execute('x')",
    ],
)
def test_a_column_opens_no_door(body: str) -> None:
    assert said(body, "touch", ODD)
    assert said("x = book.format\nbook.bind = 'a'\nbook.execute = x", "touch", ODD) == []


@pytest.mark.parametrize(
    "body",
    [
        "session.add(bike)",
        "await session.delete(bike)",
        "await session.execute(delete(Bike))",
        "await session.execute(update(Bike).values(label='x'))",
        "bike.label = 'x'",
        "await session.flush()",
        "raise ForbiddenError('x')",
    ],
)
def test_what_only_reads_for_anybody_changes_nothing_and_forbids_nothing(body: str) -> None:
    assert said(body, "quote_bike")
    assert said(body) == []


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


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = sesion", "body, line 1: there is no sesion here: did you mean session?"),
        ("\nx = bike.labell", "body, line 2: there is no field .labell: did you mean label?"),
        ("bike.label.uper()", "body, line 1: there is no method .uper here: did you mean upper?"),
        ("del bike", "body, line 1: nothing is deleted by del"),
        ("timedelta(days=1)", "body, line 1: there is no timedelta here: dt.timedelta"),
        ("x = bike.label.upper", "body, line 1: .upper is only called: .upper(...)"),
        ("x = 1 if bike else ConflictError", "body, line 1: ConflictError is only raised"),
        ("session.scalar(select(Bike))", "body, line 1: session.scalar(...) is awaited"),
        ("while bike:\n    pass", "body, line 1: there is no while: loop over something that ends"),
    ],
)  # fmt: skip
def test_an_objection_says_where_and_what_instead(body: str, expected: str) -> None:
    assert expected in said(body)


# --- tests of rules ------------------------------------------------------------------------------

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

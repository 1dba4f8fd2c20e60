"""Does the guard let plain logic pass, and nothing else? Attacks on it, each refused."""

from __future__ import annotations

import pytest

from tests.guarded import said

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
    "a break without a loop": "break",
    "a break behind a loop": "for x in []:\n    pass\nelse:\n    break",
    "a continue without a loop": "if bike:\n    continue",
    "a keyword twice": "x = Rental(hours=1, hours=2)",
    "a wait in a lambda": "x = sorted([1], key=lambda y: await session.scalar(select(Bike)))",
    "a wait in a later generator": "x = [y for y in (await session.get(Bike, z) for z in [1])]",
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

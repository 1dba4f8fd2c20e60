"""Does written code say SQL as text, or call what no rule needs of a database?"""

from __future__ import annotations

import pytest

from tests.guarded import said

ATTACKS = {
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
    "SQL in a variable": "x = 'DROP TABLE bikes'\nawait session.execute(x)",
    "SQL that is put together": "x = 'DROP TABLE ' + bike.label\nawait session.execute(x)",
    "SQL in a loop": "for x in ['DROP TABLE bikes']:\n    await session.execute(x)",
    "SQL in an order": "select(Bike).order_by('label; DROP TABLE bikes')",
    "SQL in an order's variable": "x = 'label; DROP TABLE bikes'\nselect(Bike).order_by(x)",
    "SQL in a condition": "select(Bike).where('1 = 1')",
    "SQL in a condition's list": "x = ['1 = 1']\nselect(Bike).where(*x)",
    "SQL in a window": "func.rank().over(order_by='label')",
    "SQL in an order of the body's": "select(Bike).order_by(data.note)",
    "SQL in a condition of a row's": "select(Bike).where(bike.label)",
    "SQL of the body in a variable": "x = data.note\nselect(Bike).order_by(x)",
    "SQL of the body in a list": "x = []\nx.append(data.note)\nselect(Bike).order_by(*x)",
    "SQL as a column": "select('label')",
    "parameters of a statement": "await session.execute(select(Bike), {'a': 1})",
    "options of a call": "await session.execute(select(Bike), bind_arguments={'bind': bike})",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_sql_as_text_is_refused(attack: str) -> None:
    assert said(ATTACKS[attack])

"""Does written code get at hashes of passwords, or at more rights, by any way around the names?"""

from __future__ import annotations

import pytest

from tests.guarded import said

ATTACKS = {
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
    "another hash": "actor.hashed_password = 'x'",
    "somebody who is let in again": "actor.is_active = True",
    "somebody who is kept out": "await session.execute(update(User).values(is_active=False))",
    "a new user who is let in": "session.add(User(email='x', is_active=True))",
    "a hash by a column that is called": "x = select(User).subquery()\nq = select(*x.c.email())",
    "any values of a row": "x = dict(**data)",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_way_to_hashes_and_rights_is_refused(attack: str) -> None:
    assert said(ATTACKS[attack])


def test_whether_somebody_may_at_all_is_read() -> None:
    read = "x = actor.is_active\ny = select(User).filter_by(is_active=True).where(User.is_active)"
    assert said(read) == []
    assert said("x = select(User).subquery()\ny = select(x.c.is_active)") == []

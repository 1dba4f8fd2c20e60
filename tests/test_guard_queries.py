"""Does a query, its result or a label lead to what is behind it: the driver, modules, hashes?"""

from __future__ import annotations

import types
from contextlib import suppress

import httpx
import pydantic
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from agent.writing.opaque import OPAQUE
from agent.writing.rules import METHODS
from tests.guarded import said, said_of_test

LABELS = """
names = [User.id.label("context"), User.id.label("dialect"), User.id.label("dbapi")]
names = [User.id.label("aiosqlite"), User.id.label("core"), User.id.label("asyncio")]
names = [User.id.label("sys"), User.id.label("modules"), User.id.label("environ")]
"""
LOADED = "loaded = result.context.dialect.dbapi.aiosqlite.core.asyncio.sys.modules\n"
RESULT = "result = await session.execute(select(User))\n"

# A plan whose columns are called like what leads on.
ODD = """
project odd
auth jwt
entity User
  email: email(255) unique
  password: password
entity Thing
  columns: integer
  context: string
  dialect: string
  type: string
  url: string
  items: integer
  values: integer
  parent -> Thing? as children
  crud list
operation touch: POST /things/{id}/touch custom Thing
  path id = id
  allow authenticated
"""

ATTACKS = {
    "modules by labels": f"{LABELS}{RESULT}{LOADED}loaded['os'].remove('x')",
    "variables by labels": f"{LABELS}{RESULT}{LOADED}return loaded['os'].environ.get('x')",
    "a call for each row": f"{RESULT}rows = list(result.unique(Bike))",
    "a call for each value": "rows = await session.scalars(select(User))\nrows.unique(*[Bike])",
    "a call for what a dump does not know": "x = data.model_dump(fallback=Bike)",
    "a context of a dump": "x = data.model_dump(context=Bike)",
    "a label of a result": "x = User.id.label('context')\nreturn bike.context",
    "a label that is a query's": "x = User.id.label('selected_columns')",
    "a label that is a class's": "x = User.id.label('metadata')\nreturn User.metadata",
    "a label that is a tuple's": "x = User.id.label('count')",
    "a label that is a hash": "x = User.id.label('hashed_password')\nreturn actor.hashed_password",
    "a label that is put together": "x = User.id.label('con' + 'text')",
    "a label by a keyword": "x = User.id.label(name='x')",
    "a label by a star": "x = User.id.label(*['context'])",
    "hashes by labels": (
        "x = [User.id.label('metadata'), User.id.label('tables'), User.id.label('columns')]\n"
        "q = [select(c) for t in User.metadata.tables.values() for c in t.columns]"
    ),
    "hashes by the columns of a query": "x = User.id.label('a')\nq = select(User).selected_columns",
    "hashes by a union": "rows = await session.execute(select(User).union(select(User)))",
    "hashes by a union of variables": "x = select(User)\ny = x\nz = y.union(x)",
}  # fmt: skip
ODD_ATTACKS = {
    "a result": f"{RESULT}return result.context",
    "a result under another name": f"{RESULT}x = result\nreturn x.context",
    "a result that is unique": f"{RESULT}return result.unique().context",
    "a result in a list": f"{RESULT}x = [result]\nreturn x[0].context",
    "a result that was put": f"{RESULT}x = []\nx.append(result)\nreturn x[0].context",
    "a result put by another name": f"{RESULT}x = []\ny = x\ny.append(result)\nx[0].context",
    "a result put into a copy": f"{RESULT}x = [[]]\ny = list(x)\ny[0] += [result]\nx[0][0].context",
    "a result put by a key": f"{RESULT}x = {{}}\ny = [x]\ny[0]['a'] = result\nx['a'].context",
    "a result in a loop": f"{RESULT}for x in [result]:\n    return x.context",
    "a result in a comprehension": f"{RESULT}return [x.context for x in [result]]",
    "a result in a lambda": f"{RESULT}return sorted([result], key=lambda x: x.context)",
    "a result in a sorting lambda": f"{RESULT}y = [result]\ny.sort(key=lambda x: x.context)",
    "a result in an order's condition": f"{RESULT}return max(result, 1, key=lambda x: x.context)",
    "a result that is chosen": f"{RESULT}x = thing if thing else result\nreturn x.context",
    "a result that replaces a row": f"{RESULT}x = thing\nx = result\nreturn x.context",
    "a result in a text": f"{RESULT}return f'{{result.context}}'",
    "a result at once": "return (await session.execute(select(Thing))).context",
    "values at once": "return (await session.scalars(select(Thing))).context",
    "a result that is assigned to": f"{RESULT}result.context = 1",
    "two steps": f"{RESULT}return result.context.dialect",
    "columns of a query": "q = select(*select(User).columns)",
    "columns of a query in a variable": "x = select(User)\nq = [select(y) for y in x.columns]",
    "columns of a subquery": "x = select(User).subquery()\nq = select(*x.columns)",
    "columns that are called": "x = select(User).subquery()\nq = select(*x.c.values())",
    "columns that are called by items": "x = select(User).subquery()\nq = select(*x.c.items())",
    "another model's": "x = User.context",
    "a column's column": "x = Thing.type.type",
    "a relation's": "x = Thing.parent.parent",
    "a function's": "x = func.max(Thing.id).type",
    "a label's": "x = Thing.id.label('x')\nreturn x.type",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_way_behind_a_query_is_refused(attack: str) -> None:
    assert said(ATTACKS[attack])


@pytest.mark.parametrize("attack", ODD_ATTACKS)
def test_a_column_of_that_name_opens_no_way(attack: str) -> None:
    assert said(ODD_ATTACKS[attack], "touch", ODD)


def test_a_test_of_a_rule_has_no_way_either() -> None:
    call = "response = await client.get('/x')\nassert response.status_code == 404\n"
    assert said_of_test(call) == []
    assert said_of_test(f"{LABELS}{call}")
    assert said_of_test(f"{call}x = response.request")
    assert said_of_test(f"{call}x = select(User.id.label('hashed_password'))")


@pytest.mark.parametrize(
    "body",
    [
        "x = thing.type\nthing.type = 'a'\nreturn thing.parent.parent.context",
        "x = select(Thing.type, Thing.url).where(Thing.context == actor.email)",
        "for x in (await session.execute(select(Thing.type))).all():\n    return x.type",
        "for x in await session.scalars(select(Thing)):\n    return x.columns",
        "rows = list(await session.scalars(select(Thing)))\nreturn [x.url for x in rows]",
        "rows = (await session.scalars(select(Thing))).all()\nsorted(rows, key=lambda x: x.url)",
        "x = max(await session.scalars(select(Thing)), key=lambda y: y.type)\nreturn x.type",
        f"{RESULT}x = result.scalars().first()\nreturn x.type",
        "x = await session.get(Thing, 1)\nreturn x.url if x else None",
        "x = await session.scalar(select(Thing).options(selectinload(Thing.parent)))\nx.parent",
        "x = Thing(type='a')\nsession.add(x)\nreturn x.type",
        "x = select(Thing.type).subquery()\ny = select(x.c.type)",
        "x = {1, 2} | {3}\nreturn list(x)",
        "x = select(Thing.id.label('one'))\nfor y in await session.execute(x):\n    return y.one",
        "x = (await session.scalars(select(Thing))).unique().all()\nreturn x[0].type",
    ],
)  # fmt: skip
def test_columns_of_such_names_are_read_of_rows(body: str) -> None:
    assert said(body, "touch", ODD) == []


# --- what the libraries really have ---------------------------------------------------------------


class Base(orm.DeclarativeBase):
    """What the models here are made of."""


class Parent(Base):
    """A row that others belong to."""

    __tablename__ = "parents"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    children: orm.Mapped[list[Child]] = orm.relationship(back_populates="above")


class Child(Base):
    """A row that belongs to another."""

    __tablename__ = "children"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    above_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parents.id"))
    above: orm.Mapped[Parent] = orm.relationship(back_populates="children")


class Shown(pydantic.BaseModel):
    """A schema."""

    id: int


OWN = {*Parent.__mapper__.attrs.keys(), *Child.__mapper__.attrs.keys()}
NO_STEP = {"c", "headers"}
"""Guarded by themselves: ``.c`` stands before a column, headers are texts."""
PLAIN = (str, int, float, bytes, type(None), types.FunctionType, types.MethodType)


def is_plain(value: object) -> bool:
    if isinstance(value, list | tuple | set | frozenset) and not hasattr(value, "_fields"):
        return all(map(is_plain, value))
    return isinstance(value, (*PLAIN, types.BuiltinFunctionType))


def leading_on(value: object) -> set[str]:
    """Return the public attributes that are neither plain nor methods."""
    found = set()
    for name in dir(value):
        with suppress(Exception):  # what cannot be read leads nowhere
            if not name.startswith("_") and not is_plain(getattr(value, name)):
                found.add(name)
    return found


def made() -> list[object]:
    """Return what the functions and methods on the list make."""
    query, column, summed = sa.select(Parent), Parent.id, sa.func.sum(Parent.id)
    below = query.subquery()
    answer = httpx.Response(200, request=httpx.Request("GET", "http://x"))
    return [
        *(query, sa.select(column), query.join(Child), query.exists(), sa.exists(), below, below.c),
        *(below.c.id, column, Parent.children, Child.above, Parent, Child, Shown, Shown(id=1)),
        *(sa.update(Parent).values(id=1), sa.delete(Parent), column == 1, column + 1, -column),
        *(sa.and_(column == 1, Child.above_id == 2), sa.not_(column == 1)),
        *(column.in_([1]), column.desc()),
        *(column.in_(sa.select(column)), column.between(1, 2), column.is_(None), column.distinct()),
        *(column.label("x"), sa.case((column == 1, 2)), sa.true()),
        *(sa.select(column).scalar_subquery(), query.subquery().c.id.label("y")),
        *(summed, summed.over(order_by=column), summed.filter(column == 1), sa.func.lower("a")),
        *(summed.within_group(column), sa.func.count(), Parent.children.any(), Child.above.has()),
        *(orm.joinedload(Parent.children), orm.selectinload(Parent.children), answer),
    ]  # fmt: skip


def results() -> set[str]:
    """Return what leads on from results and rows."""
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    found = set()
    with orm.Session(engine) as session:
        session.add(Parent(id=1))
        session.flush()
        found |= leading_on(session.get(Parent, 1))
        for statement in (sa.select(Parent), sa.select(Parent.id), sa.update(Parent).values(id=1)):
            found |= leading_on(session.execute(statement))
        found |= leading_on(session.scalars(sa.select(Parent)))
        found |= leading_on(session.execute(sa.select(Parent.id)).first())
        found |= leading_on(session.execute(sa.select(Parent.id)).unique().scalars())
        found |= leading_on(session.execute(sa.select(Parent.id)).keys())
    engine.dispose()
    return found


def test_every_name_that_leads_on_is_known() -> None:
    found = results()
    for each in made():
        found |= leading_on(each)
    assert {"context", "columns", "metadata", "property"} <= found
    assert found - OWN - NO_STEP - OPAQUE == set()


def test_no_method_on_the_list_makes_another_query_of_whole_rows() -> None:
    for query in (sa.select(Parent), sa.update(Parent), sa.exists()):
        joining = {name for name in dir(query) if name.startswith(("union", "except", "intersect"))}
        assert not joining & METHODS

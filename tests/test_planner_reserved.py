"""Every name that emitted code uses on its own is kept from specs, whatever a spec calls things."""

from __future__ import annotations

import ast
import builtins
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase

from agent.emitter.project import emit
from agent.knowledge import Library
from agent.planner import names
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

# One spec with a bit of everything, said twice in different words: what both projects name is ours.
WIDE = """
project {p} "Wide"
{settings}
enum {kind}: one, two, three, four

entity {user}
  {mail}: email(200) unique
  {secret}: password

entity {thing} owner {user_}
  {a}: string(2..100) pattern "^[a-z]+$"
  {b}: text?
  {c}: url?
  {d}: integer >= 1 <= 9
  {e}: smallint?
  {f}: bigint?
  {g}: decimal(8,2) = 1.5
  {h}: float? > 0
  {i}: boolean = true
  {j}: date?
  {k}: time?
  {l}: datetime?
  {m}: duration?
  {n}: uuid?
  {o}: json?
  {q}: binary(20)?
  {r}: {kind} = one
  {s}: string(20)[]?
  {t}: decimal(5,2)[]?
  {w}: new -> made by {role} -> gone
  {user_} -> {user} as {things} cascade
  {more} <-> {other} as {back}
  {up} -> {thing}? as {down} set-null
  unique({a}, {d})
  index({j}, {d})
  check("{d} > 0") named {rule}
  crud list, create, read, replace, update, delete

entity {part} owner {thing_}.{user_}
  {a}: string(20)
  {d}: integer
  {thing_} -> {thing} as {parts} cascade
  key({thing_}, {d})

entity {other}
  {a}: string(20)
  {d}: integer
  key({a})

entity {free}
  {a}: string(20) unique
  {other_} -> {other} unique as {one}
  allow list, read: public
  allow create: authenticated

schema {shape}: {a}: integer, {b}: string?
operation {count}: POST /{count} custom
  in {shape}
  out {shape}
operation {wave}: GET /{wave}/{{{a}}} custom
  query {d}: integer
operation {step}: POST /{thing_}/{{id}}/{step} transition {thing}
  set {w} = "gone"
"""
SIGNING_IN = (
    "database postgresql\nauth jwt user {user} login {mail} password {secret}"
    " roles {role}, {chief} admin {chief}"
)
SETTINGS = (
    SIGNING_IN,
    "database mysql\nkey integer\napi /api case camel",
    "database sqlite\ntimestamps off\napi /\nlist items=- total=- page=- limit=- pages=-",
)
SLOTS = tuple(sorted(set(re.findall(r"\{(\w+)\}", WIDE + SIGNING_IN)) - {"settings", "id"}))


@cache
def words(letters: str) -> dict[str, str]:
    """Return a made-up word for each slot; capitalised where it names a class."""
    found = {
        slot: letters + "".join(chr(ord("a") + int(digit)) for digit in f"{index:02}") + "on"
        for index, slot in enumerate(SLOTS)
    }
    for slot in ("kind", "user", "thing", "part", "other", "free", "shape"):
        found[slot] = found[slot].capitalize()
    return found


@cache
def project(letters: str, settings: str) -> dict[str, ast.Module]:
    """Emit the wide spec in one vocabulary; return its parsed modules, in the other's absence."""
    vocabulary = words(letters)
    text = WIDE.format(settings=settings.format(**vocabulary), **vocabulary)
    spec = resolve(parse(text)).spec
    files = emit(spec, Library(folder("knowledge")))
    return {f.path: ast.parse(f.content) for f in files if f.path.endswith(".py")}


def bound(tree: ast.AST) -> Iterator[str]:
    """Yield every name that a piece of code binds: imports, definitions, arguments, variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".", maxsplit=1)[0]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def top_level(tree: ast.Module) -> Iterator[str]:
    """Yield the names that class bodies of a module can read: its imports and definitions."""
    for statement in tree.body:
        if isinstance(statement, ast.If):  # TYPE_CHECKING
            continue
        body = [] if isinstance(statement, ast.ClassDef | ast.FunctionDef) else [statement]
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        for part in body:
            yield from bound(part)


@cache
def ours(folders: tuple[str, ...], *, top: bool = False) -> frozenset[str]:
    """Return the names of ours in modules that hold names of the spec, too."""
    look = top_level if top else bound
    found: set[str] = set()
    for settings in SETTINGS:
        first, second = (
            {
                path: set(look(tree))
                for path, tree in project(letters, settings).items()
                if path.startswith(folders)
            }
            for letters in ("quo", "zym")
        )
        common = {n for here in first.values() for n in here}
        common &= {n for here in second.values() for n in here}
        for path, here in first.items():
            if here != second.get(path):
                found |= here & common
    return frozenset(found)


def test_capitalised_names_of_templates_are_reserved() -> None:
    classes = {n for n in ours(("src/", "tests/"), top=True) if n[0].isupper() and "_" not in n}
    assert "AsyncClient" in classes
    assert classes - names.RESERVED_CLASSES == set()


def test_exceptions_and_other_builtin_classes_are_reserved() -> None:
    assert {n for n in dir(builtins) if n[0].isupper()} - names.RESERVED_CLASSES == set()


@pytest.mark.parametrize(
    "where", ["src/app/services/", "src/app/api/", "src/app/repositories/", "tests/"]
)
def test_variables_of_templates_are_reserved(where: str) -> None:
    variables = {
        name
        for name in ours((where,))
        if name == name.lower()
        and not name.startswith(("_", "test_", "list_", "created_", "updated_"))
    }
    assert {
        name for name in variables if names.variable_name(name) == name
    } - FROM_THE_SPEC == set()


@pytest.mark.parametrize("where", ["src/app/models/", "src/app/schemas/"])
def test_what_class_bodies_call_is_reserved(where: str) -> None:
    called = {n for n in ours((where,), top=True) if n == n.lower() and not n.startswith("_")}
    assert {n for n in called if not names.is_reserved_attribute(n)} - FROM_THE_SPEC == set()


def test_what_base_classes_have_is_reserved() -> None:
    bases = (BaseModel, DeclarativeBase)
    theirs = {n for b in bases for n in (*dir(b), *dir(type(b))) if not n.startswith("_")}
    assert {n for n in theirs if not names.is_reserved_attribute(n)} == set()


# What resolving adds to a spec, whatever it says, and the row of who signs in.
FROM_THE_SPEC = {"annotations", "id", "is_active", "roles", "user"}

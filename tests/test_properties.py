"""What holds for every spec, whatever things are called? From random specs to proven projects.

The whole road: a spec is refused with pointers that lead somewhere, or it becomes a project whose
paths stay inside, whose names are names, that is the same each time, and passes level fast.
PROPERTIES=200 tries so many others each time, and every one of them in full (``make properties``).
"""

from __future__ import annotations

import asyncio
import keyword
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings

from agent.checks.prove import prove
from agent.documents import VerificationLevel
from agent.emitter.project import emit
from agent.errors import SpecError
from agent.paths import checked_path
from agent.planner.difference import differences
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.sandbox import Sandbox
from tests.fuzzed import leads
from tests.made import library
from tests.specs_by_chance import specs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import GeneratedFile
    from agent.types import BackendSpec

MANY = int(os.environ.get("PROPERTIES", "0"))
SUPPRESSED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def tried(few: int) -> settings:
    """Return how often a property is tried: the same few times, or many other ones."""
    return settings(
        max_examples=MANY or few,
        derandomize=not MANY,
        database=None,
        deadline=None,
        suppress_health_check=SUPPRESSED,
        phases=[Phase.generate, Phase.shrink] if MANY else [Phase.generate],
    )


def planned(spec: BackendSpec) -> BackendSpec | None:
    """Resolve a spec; None where it is refused, which has to be with places in it."""
    try:
        return resolve(spec).spec
    except SpecError as error:
        data = spec.model_dump(mode="json", by_alias=True)
        for fault in error.faults:
            assert fault.message
            assert leads(fault.pointer, data), fault
        event("refused")
        return None


def names(spec: BackendSpec) -> Iterator[str]:
    """Yield all that becomes a name in Python."""
    for entity in spec.entities:
        yield from (entity.name, entity.plural or "", *entity.member_names)
        yield from (relation.inverse for relation in entity.relations if relation.inverse)
    yield from (enum.name for enum in spec.enums)
    yield from (schema.name for schema in spec.schemas)
    yield from (operation.name for operation in spec.operations)


def emitted(spec: BackendSpec) -> tuple[GeneratedFile, ...]:
    files = emit(spec, library())
    paths = [file.path for file in files]
    assert len({path.casefold() for path in paths}) == len(paths)
    for file in files:
        checked_path(file.path)
        assert "\0" not in file.content
        file.content.encode()
        if file.path.endswith(".py"):
            compile(file.content, file.path, "exec")
    return files


@tried(30)
@given(specs())
def test_a_spec_is_refused_with_places_or_reads_back_with_safe_names(spec: BackendSpec) -> None:
    assert parse(write(spec)) == spec
    found = planned(spec)
    if found is None:
        return
    assert resolve(found).spec == found
    assert parse(write(found)) == found
    assert differences(found, found) == []
    for name in names(found):
        assert name.isascii(), name
        assert name.isidentifier(), name
        assert not keyword.iskeyword(name), name
        assert not name.startswith("__"), name


@tried(6)
@given(specs())
def test_what_is_emitted_stays_inside_and_is_the_same_each_time(spec: BackendSpec) -> None:
    found = planned(spec)
    if found is not None:
        assert emitted(found) == emit(found, library())


@tried(3)
@given(specs())
def test_what_is_emitted_passes_level_fast(sandbox: Sandbox, spec: BackendSpec) -> None:
    found = planned(spec)
    if found is None:
        return
    proof = asyncio.run(prove(emitted(found), VerificationLevel.FAST, sandbox=sandbox))
    told = [f"{f.path}:{f.line}: {f.message}" for check in proof.checks for f in check.findings]
    assert proof.verdict == "proven", told


FOUND = """
project "\u0410-\u00d7 shop" "Names of any script: \u0441"
database sqlite
timestamps off
api /api case camel
  errors error=- detail=-
entity Empty
entity Token
  password: string = "x"
  check("1 = 1")
entity Holder
  token -> Token as class
  kind: token | o | "用户"
  note: text "トークンの種類を示す短い説明で、長さが行の幅に近いものです。トークンの種類を示す短"
operation mapped: GET /mapped
  rule '"quoted" from the first letter'
operation said: POST /said
  summary "Returns what was said"
  rule "x"
"""
"""What random specs were found to be told wrongly of, in one."""


def test_what_was_found_stays_mended(sandbox: Sandbox) -> None:
    files = emitted(resolve(parse(FOUND)).spec)
    proof = asyncio.run(prove(files, VerificationLevel.FAST, sandbox=sandbox))
    told = [f"{f.path}:{f.line}: {f.message}" for check in proof.checks for f in check.findings]
    assert proof.verdict == "proven", told


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("operation x: GET /a/{{b}}", "/operations/0/path"),
        ("operation x: GET '/a/{'", "/operations/0/path"),
        ('entity A table "x.y"\n  x: string\nentity C\n  d -> A', "/entities/0/table"),
        ('entity A\n  x: string key column "p.q"\nentity C\n  d -> A', "/entities/0/attributes"),
        ('entity A\n  c <-> C through "j.k"(a, b)\nentity C\n  x: string', "/entities/0/relations"),
        ("operation x: GET '/a/{`b}'", "/operations/0/path"),
        (f"operation x: GET /{{{'a' * 121}}}", "/operations/0/path"),
        ("operation x: GET /{a}/{a}", "/operations/0/path"),
        ("api /a\n  list items=x total=x", "/api/listEnvelope/total"),
        ("api /a\n  errors error=a detail=a.b", "/api/errorEnvelope/detail"),
        ('schema S: "a b": string, a_b: string', "/schemas/0/fields/1"),
        ("entity A\n  x: string\nschema S for A: x, y = x", "/schemas/0/fields/1"),
        ("operation x: GET /{a-b}/{a.b}", "/operations/0/path"),
        ('entity A\n  b: integer\n  check("rowid > 1")', "/entities/0/checks/0/expression"),
    ],
)
def test_what_cannot_be_built_is_refused_with_its_place(text: str, pointer: str) -> None:
    with pytest.raises(SpecError) as refused:
        resolve(parse(text))
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()

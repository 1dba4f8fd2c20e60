"""Are models of specs and documents the same once they were copied or sent to another process?"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from agent.documents import GeneratedFile, Published
from agent.frozen import Frozen
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.types import Attribute, AttributeType, BackendSpec, HttpMethod, Operation, SpecModel
from tests.golden_projects import CASES, PROJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = sorted({source for source, _ in PROJECTS.values()})


def kinds(kind: type[Frozen] = Frozen) -> Iterator[type[Frozen]]:
    for each in kind.__subclasses__():
        yield each
        yield from kinds(each)


def parts(value: object) -> Iterator[Frozen]:
    """Yield a model and all models in it."""
    if isinstance(value, Frozen):
        yield value
        for each in vars(value).values():
            yield from parts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from parts(each)


def sent(model: Frozen) -> Frozen:
    """Return a model as another process gets it."""
    return pickle.loads(pickle.dumps(model))  # type: ignore[no-any-return] # noqa: S301 - our own


@pytest.mark.parametrize("source", SOURCES)
def test_a_spec_arrives_as_it_was_sent(source: str) -> None:
    given = parse((CASES / source).read_text(encoding="utf-8"))
    for spec in (given, resolve(given).spec):
        arrived = sent(spec)
        assert arrived == spec
        for ours, theirs in zip(parts(spec), parts(arrived), strict=True):
            assert list(vars(ours)) == list(vars(theirs))
            assert ours.model_fields_set == theirs.model_fields_set
        assert arrived.model_dump_json() == spec.model_dump_json()


def test_what_nobody_gave_is_not_sent() -> None:
    spec = BackendSpec(name="a")
    more = BackendSpec(name="a", api=spec.api)
    assert len(pickle.dumps(spec)) < 100
    assert len(pickle.dumps(more)) > len(pickle.dumps(spec))


def test_what_is_a_models_own_is_so_in_another_process_too() -> None:
    one, other = (sent(Operation(name="x", method=HttpMethod.GET, path="/x")) for _ in range(2))
    assert isinstance(one, Operation)
    assert isinstance(other, Operation)
    assert one.sets == {}
    assert one.sets is not other.sets


def test_a_copy_has_other_values_and_leaves_the_model_as_it_is() -> None:
    one = Attribute(name="x", type=AttributeType.STRING)
    other = one.model_copy(update={"name": "y", "unique": True})
    assert (one.name, one.unique, one.model_fields_set) == ("x", False, {"name", "type"})
    assert (other.name, other.unique) == ("y", True)
    assert other.model_fields_set == {"name", "type", "unique"}
    assert one.model_copy(deep=True) == one
    assert other.model_extra is None


def test_models_have_fields_and_nothing_else() -> None:
    found = list(kinds())
    assert {GeneratedFile, Attribute, SpecModel, Published} <= {*found}
    for kind in found:
        assert kind.model_config["frozen"], kind
        assert kind.model_config.get("extra") in {"ignore", "forbid", None}, kind
        assert not kind.__private_attributes__, kind

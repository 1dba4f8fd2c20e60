"""Is a plan that is rendered again the same as one that is rendered anew, whatever changed?"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import meta

from agent.emitter import formatting, project, templates
from agent.emitter.applied import Applied
from agent.emitter.project import Renderer, render
from agent.emitter.revisions import FIRST
from agent.errors import EmitError
from agent.planner.conflicts import Conflicts
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.writing.written import Written
from tests import bikes
from tests.made import library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agent.types import Operation

CASES = Path(__file__).with_name("cases")
BIKES = resolve(parse((CASES / "bikes.spec").read_text(encoding="utf-8"))).spec
TESTS = {name: replace(each, body=None) for name, each in bikes.ALL.items()}
MENDED = {**bikes.ALL, "hire_bike": replace(bikes.HIRE, body='raise ConflictError("No.")')}
CHANGING = {
    "{{ slot.name }}": "slots",
    "{{ acceptance.name }}": "acceptance",
    "{{ revision.file }}": "revisions",
}
STEPS: tuple[Mapping[str, Written], ...] = (
    {},
    TESTS,
    {**TESTS, "hire_bike": bikes.HIRE},
    bikes.ALL,
    MENDED,
    bikes.ALL,
    {},
)


def test_each_rendering_is_what_a_first_one_would_be() -> None:
    renderer = Renderer(BIKES, library())
    for written in STEPS:
        assert renderer.render(written) == render(BIKES, library(), written)


def test_it_is_asked_once_what_an_operation_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = Conflicts.may_meet

    def counted(self: Conflicts, operation: Operation) -> bool:
        asked.append(operation.name)
        return ask(self, operation)

    monkeypatch.setattr(Conflicts, "may_meet", counted)
    renderer = Renderer(BIKES, library())
    for written in STEPS:
        renderer.render(written)
    assert sorted(asked) == sorted(operation.name for operation in BIKES.operations)


def test_what_is_applied_changes_one_rendering_and_no_other() -> None:
    before, after = (
        resolve(parse(f"project x\ndatabase sqlite\nentity Note\n  text: string\n{more}")).spec
        for more in ("", "  more: string?\n")
    )
    first = {file.path: file.content for file in render(before, library()).files}[FIRST]
    applied = Applied(before, ("0001",), {FIRST: first}, taken=frozenset({"0001_initial"}))
    renderer = Renderer(after, library())
    for known in (None, applied, None, applied):
        assert renderer.render(applied=known) == render(after, library(), applied=known)
    paths = [[f.path for f in renderer.render(applied=each).files] for each in (None, applied)]
    assert len(paths[1]) == len(paths[0]) + 1


def test_what_was_refused_leaves_nothing_behind() -> None:
    renderer = Renderer(BIKES, library())
    for wrong in (Written("hire_bike", body="return ("), Written("nothing", body="return")):
        with pytest.raises(EmitError):
            renderer.render({wrong.operation: wrong})
    assert renderer.render(bikes.ALL) == render(BIKES, library(), bikes.ALL)


def test_what_does_not_change_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        work = getattr(project, name)

        def count(*given: object) -> object:
            made.append(name)
            return work(*given)

        return count

    for name in ("of_plan", "of_operations", "of_written"):
        monkeypatch.setattr(project, name, counted(name))
    renderer = Renderer(BIKES, library())
    for written in (TESTS, bikes.ALL, MENDED):
        renderer.render(written)
    # once; with and without bodies; each time
    assert [made.count(n) for n in ("of_plan", "of_operations", "of_written")] == [1, 2, 3]


def test_no_template_of_the_plan_names_what_changes() -> None:
    looked_at = 0
    for pattern in library().patterns.values():
        root = pattern.folder / "assets" / "project"
        for template in pattern.templates:
            if not template.endswith(".j2") or any(each in template for each in CHANGING):
                continue
            parser = templates.environment_of(root, None)
            tree = parser.parse(root.joinpath(template).read_text(encoding="utf-8"))
            assert meta.find_undeclared_variables(tree).isdisjoint(CHANGING.values()), template
            looked_at += 1
    assert looked_at > 50


# --- where ruff lays out -------------------------------------------------------------------------


@pytest.fixture
def roots(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the folders that ruff is started in, which it then is not."""
    found: list[Path] = []
    monkeypatch.setattr(formatting, "_ruff", lambda root, *_: found.append(root))
    return found


def test_what_is_laid_out_lies_on_the_disk_where_memory_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    assert formatting._in_memory() is None


def test_what_is_laid_out_lies_in_memory(
    roots: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(formatting, "_MEMORY", str(tmp_path))
    render(BIKES, library(), bikes.ALL)
    assert {root.parent for root in roots} == {tmp_path}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("chosen", [True, False], ids=["a folder of their own", "no such memory"])
def test_it_lies_elsewhere_where_that_is_wanted_or_needed(
    roots: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, chosen: bool
) -> None:
    memory = tmp_path / "memory"
    if chosen:
        memory.mkdir()
        monkeypatch.setenv("TMPDIR", str(tmp_path))
    else:
        monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(formatting, "_MEMORY", str(memory))
    render(BIKES, library(), bikes.ALL)
    assert roots
    assert memory not in {root.parent for root in roots}

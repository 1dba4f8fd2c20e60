"""Where do packaged folders come from: a wheel, or the checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from agent import resources
from agent.errors import EmitError

ROOT = Path(__file__).parents[1]


def test_a_checkout_has_its_folders_beside_the_package() -> None:
    assert resources.folder("schemas") == ROOT / "schemas"


def test_a_wheel_has_them_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "agent" / "_resources" / "schemas"
    packaged.mkdir(parents=True)
    (tmp_path / "schemas").mkdir()  # a stranger's folder beside the installed package
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "agent")
    assert resources.folder("schemas") == packaged


def test_a_broken_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "agent")
    with pytest.raises(EmitError, match="'schemas' did not come with this installation"):
        resources.folder("schemas")


def test_the_wheel_puts_folders_where_they_are_looked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    forced = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert forced
    assert forced == {name: f"agent/_resources/{name}" for name in forced}

"""Is what is emitted right for specs that nobody chose? Made by chance, the same ones every time.

RANDOM_SPECS=30 proves so many of them in full, one after another, which takes minutes;
RANDOM_SPECS_FROM says with which number to begin.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from agent.checks.prove import prove
from agent.documents import VerificationLevel
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library
from tests.warm import sandbox

if TYPE_CHECKING:
    from pathlib import Path

QUICK = 12
FULL = int(os.environ.get("RANDOM_SPECS", "0"))
FIRST = int(os.environ.get("RANDOM_SPECS_FROM", "1"))

ENTITIES = [
    "User", "Item1", "Item2", "Item10", "Test", "Request", "Client", "Session", "Page", "Company",
    "OrderLine", "A", "\u7528\u6237", "Select", "Class", "Node", "OrganizationMembershipInvitation",
]  # fmt: skip
MEMBERS = [
    "name", "id_no", "type", "page", "limit", "items", "metadata", "self", "cls", "from", "order",
    "test", "b", "\u540d\u5b57", "value", "list", "class", "registry", "model_x", "body", "data",
    "a_rather_long_name_of_an_attribute",
]  # fmt: skip
TYPES = [
    "string(40)", "string(5..5)", "string(1)", "text", "email", "url", "integer",
    "smallint >= 32000", "bigint", "integer >= 7 <= 7", "decimal(10,2) > 0", "decimal(1,1)",
    "decimal(20,4)",
    "float > 0 < 0.5", "boolean", "date", "time", "datetime", "duration", "uuid", "json",
    "binary(20)", "red | green | blue", 'on | "2nd one" | "-"', "string(10)[]", "integer[]",
    "string(20) pattern '^[A-Z]{3}-[0-9]{2}$'", "new -> open -> done | lost",
]  # fmt: skip
DEFAULTS = {
    "string(40)": ' = "x"', "integer": " = 3", "boolean": " = true", "json": ' = {"a": [1]}',
    "time": ' = "10:00:00"', "duration": " = 60", "integer[]": " = [1]",
}  # fmt: skip
UNIQUE = {"string(40)", "string(1)", "email", "integer", "smallint >= 32000", "decimal(1,1)",
          "uuid", "date", "datetime", "red | green | blue", "decimal(20,4)"}  # fmt: skip
KEYS = ["integer = identity", "string(10)", "uuid", "date", "decimal(6,2)", "red | green | blue"]


def random_spec(seed: int) -> str:
    """Return a spec in the spec language."""
    chance = Random(seed)  # noqa: S311 - specs, not secrets
    is_secured = chance.random() < 0.6
    head = [f"project random{seed}", "database sqlite", f"key {chance.choice(['uuid', 'integer'])}"]
    names = chance.sample(ENTITIES, chance.randint(1, 5))
    if is_secured:
        head.append("auth jwt" if seed % 3 else "auth jwt closed")
        names = ["User", *(name for name in names if name != "User")]
    lines = []
    for position, name in enumerate(names):
        lines += _entity(name, names[:position], chance, is_secured=is_secured)
    return "\n".join([*head, *lines, ""])


def _entity(name: str, before: list[str], chance: Random, *, is_secured: bool) -> list[str]:
    is_user = is_secured and name == "User"
    owner = is_secured and not is_user and _happens(chance, 0.5)
    lines = [f"entity {name}" + (" owner holder" if owner else "")]
    if is_user:
        lines += ["  email: email unique", "  password: password"]
    lines += [_attribute(name, chance) for name in chance.sample(MEMBERS, chance.randint(1, 6))]
    if not is_user and _happens(chance, 0.3):
        lines += [f"  key_{n}: {chance.choice(KEYS[n:])} key" for n in range(chance.randint(1, 2))]
    if _happens(chance, 0.4):
        lines += ["  starts: datetime", "  ends: datetime?", '  check("starts < ends")']
    if _happens(chance, 0.3):
        lines += ["  low: integer", "  high: integer", '  check("low <= high AND low > 5")']
    if owner:
        lines.append(f"  holder -> User as {name.lower()}s_held cascade")
    for number, target in enumerate(chance.sample([*before, name], min(2, len(before) + 1))):
        arrow = chance.choice(["->", "->", "<->"])
        end = "?" if arrow == "->" and (target == name or _happens(chance, 0.3)) else ""
        rule = " unique" if arrow == "->" and _happens(chance, 0.2) else ""
        lines.append(f"  to{number} {arrow} {target}{end} as of{number}_{name.lower()}{rule}")
    if is_secured and _happens(chance, 0.4):
        who = chance.choice(["public", "authenticated", "admin", "user"])
        lines.append(f"  allow list, read: {who}")
    return lines


def _attribute(name: str, chance: Random) -> str:
    kind = chance.choice(TYPES)
    options = ""
    if kind in UNIQUE and _happens(chance, 0.2):
        options = " unique"
    elif kind in DEFAULTS and _happens(chance, 0.5):
        options = DEFAULTS[kind]
    elif _happens(chance, 0.2) and "->" not in kind:
        kind += "?"
    access = chance.choice(["", "", "", " readonly", " writeonly", " hidden"])
    return f"  {name}: {kind}{options}{access}"


def _happens(chance: Random, share: float) -> bool:
    return chance.random() < share


def test_chance_is_the_same_every_time() -> None:
    assert random_spec(3) == random_spec(3) != random_spec(4)


def test_random_projects_compile_and_are_formatted(tmp_path: Path) -> None:
    for seed in range(FIRST, FIRST + QUICK):
        for file in emit(resolve(parse(random_spec(seed))).spec, library()):
            path = tmp_path / str(seed) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8")
            if file.path.endswith(".py"):
                compile(file.content, f"{seed}/{file.path}", "exec")
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.skipif(not FULL, reason="RANDOM_SPECS says how many are proven in full")
@pytest.mark.parametrize("seed", range(FIRST, FIRST + FULL))
def test_random_projects_are_proven(seed: int) -> None:
    files = emit(resolve(parse(random_spec(seed))).spec, library())
    proof = asyncio.run(prove(files, VerificationLevel.STANDARD, sandbox=sandbox()))
    found = [f.message for check in proof.checks for f in check.findings]
    assert proof.verdict != "failed", (random_spec(seed), found)

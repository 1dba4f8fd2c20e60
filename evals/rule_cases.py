"""Which requests with rules of their own are tried from end to end? Files in ``evals/rules``.

Each holds a request in words and, for a server that plays a model, what it answers: the plan, and
for each operation its tests, its body and what mends it, one answer after the other.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One request; ``answers``: (what is asked for, operation) -> what is said, in turn."""

    name: str
    kind: str
    request: str
    answers: Mapping[tuple[str, str], Sequence[str]]

    @property
    def document(self) -> dict[str, Any]:
        """Return the request as an input document."""
        asked = {"type": "architecture", "framework": "fastapi", "description": self.request}
        return {"request": asked, "constraints": {"verification": "standard"}}


def rule_cases() -> list[RuleCase]:
    """Read all cases, in the order of their names."""
    return [rule_case(path.stem) for path in sorted(FOLDER.glob("*.toml"))]


def rule_case(name: str) -> RuleCase:
    """Read one case."""
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    answers: dict[tuple[str, str], list[str]] = {("plan", ""): [raw["plan"]]}
    for operation, said in raw["operations"].items():
        answers["tests", operation] = said["tests"]
        answers["body", operation] = said["body"]
        answers["repair", operation] = said.get("repairs", [])
    return RuleCase(name, raw["kind"], " ".join(raw["request"].split()), answers)

"""What is told of a table's rules?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.emitted_app import files_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ERRORS = "src/app/db/errors.py"


def rules(spec: str) -> Mapping[str, str]:
    """Return the rules that an emitted module knows."""
    module = ast.parse(files_of(f"project x\n{spec}")[ERRORS])
    found = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RULES"
    )
    told: dict[str, str] = ast.literal_eval(next(found, ast.parse("{}", mode="eval").body))
    return told


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("low <= high", "low <= high"),
        ("low <= finish_no", "low <= highNo"),
        ('low <= "finish_no"', 'low <= "highNo"'),
        ("kind <> 'low'   or low > 1", "kind <> 'low' or low > 1"),
        (" or ".join(f"low <> {n}" for n in range(60)), ""),
    ],
)
def test_a_rule_is_told_in_the_words_of_requests(check: str, says: str) -> None:
    spec = f"""
api /api/v1 case camel
entity A
  low: integer
  high: integer
  high_no: integer column finish_no
  kind: string(9)
  check({check!r})
"""
    assert rules(spec) == {"ck_as_rule_1": says or check}


def test_a_project_without_rules_knows_none() -> None:
    assert rules("entity A\n  low: integer") == {}

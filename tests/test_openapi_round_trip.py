"""What becomes of the documents that golden projects give of themselves, as contracts?

Nothing here is built: kinds of operations and open questions say how much would be served.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from agent.documents import Source, SourceFormat
from agent.planner.readers.openapi import read
from agent.planner.resolve import resolve
from agent.types import AttributeType

GOLDEN = Path(__file__).with_name("golden")
SAY = "import json; from app.main import app; print(json.dumps(app.openapi()))"

# lists, created, read, replaced, updated, deleted, linked and unlinked; 501; parameters left open:
# beside them, people register, sign in, stay signed in and are shown in the shop and the clinic
SERVED: dict[str, tuple[tuple[int, ...], int, int]] = {
    "clinic": ((8, 6, 6, 6, 6, 6, 2), 2, 0),  # roles, who is let in
    "foreign": ((2, 2, 2, 1, 1, 2, 0), 2, 3),  # a step, a rule; `like` what? two that do nothing
    "guarded": ((2, 2, 2, 2, 2, 2, 0), 0, 0),
    "keys": ((10, 7, 7, 7, 7, 7, 4), 0, 0),
    "shop": ((4, 4, 4, 4, 4, 4, 0), 2, 0),  # roles, who is let in
    "tiny": ((1, 1, 1, 1, 1, 1, 0), 0, 0),
    "words": ((7, 7, 7, 7, 7, 7, 0), 0, 0),
}
KINDS = ("list", "create", "read", "replace", "update", "delete")


def document(name: str) -> str:
    """Return the OpenAPI document of a golden project, as its application gives it."""
    environment = os.environ | {"ENVIRONMENT": "development", "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", SAY],
        cwd=GOLDEN / name,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("name", SERVED)
def test_a_golden_projects_own_document_is_served(name: str) -> None:
    found = read(Source(format=SourceFormat.OPENAPI, content=document(name)))
    planned = resolve(found.spec).spec
    counted = Counter(operation.kind.value for operation in planned.operations)
    kinds = (*(counted[kind] for kind in KINDS), counted["link"] + counted["unlink"])
    unread = [q.text for q in found.questions if "changes nothing" in q.text]
    assert (kinds, counted["custom"], len(unread)) == SERVED[name], unread
    assert sum("answers 501" in q.text for q in found.questions) == counted["custom"]


def test_a_password_is_one_under_any_name() -> None:
    found = read(Source(format=SourceFormat.OPENAPI, content=document("clinic")))
    account = next(entity for entity in found.spec.entities if entity.name == "Account")
    kinds = {attribute.name: attribute.type for attribute in account.attributes}
    assert kinds["secret"] is AttributeType.PASSWORD

"""Fuzzes the application behind the door, and writes what it found to argv[1].

``python -m agent.checks.inside.fuzz REPORT SECONDS REQUESTS KEY``
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz import (
    contract,
    edges,
    kept,
    lists,
    refused,
    rights,
    shapes,
    trying,
    users,
)
from agent.checks.inside.fuzz.client import BrokenError, Client, TimeIsUpError, data
from agent.checks.inside.fuzz.judge import Judge
from agent.checks.inside.fuzz.session import Session
from agent.checks.inside.fuzz.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_ERROR = 500


def main() -> None:
    """Go through all phases; the report is written after each, as far as it got."""
    target, seconds, most = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    client = Client(deadline=time.monotonic() + seconds, most=most)
    report: dict[str, Any] = {"stage": "start", "seconds": {}}
    try:
        promised = contract.read(_document(client))
    except BrokenError as error:
        report["broken"] = str(error)
        target.write_text(json.dumps(report), encoding="utf-8")
        return
    session = Session(promised, client, Judge(promised.allowed), key=sys.argv[4])
    world = World(session)
    phases: dict[str, Callable[[], None]] = {
        "signing in": lambda: users.sign_in(session),
        "making rows": world.populate,
        "without rights": lambda: rights.anonymous(session, world),
        "what only looks right": lambda: refused.refused(session),
        "other users": lambda: rights.others(session, world),
        "lists": lambda: lists.lists(session, world),
        "valid requests": lambda: edges.right(session, world),
        "changes": lambda: kept.changes(session, world),
        "duplicates": lambda: edges.twice(session, world),
        "deletions": lambda: edges.gone(session, world),
        "broken bodies": lambda: shapes.broken(session, world),
        "endless pages": lambda: shapes.endless(session, world),
        "undeclared methods": lambda: shapes.undeclared(session, world),
        "odd values": lambda: trying.fields(session, world),
        "deletions of parents": lambda: edges.parents(session, world),
    }
    for name, phase in phases.items():
        report["stage"] = name
        began = time.perf_counter()
        try:
            phase()
        except TimeIsUpError:
            report["late"] = True
            break
        except BrokenError as error:
            report["broken"] = str(error)[:LONGEST_ERROR]
            break
        finally:
            report["seconds"][name] = time.perf_counter() - began
            _write(target, report, session)
    else:
        report["stage"] = "end"
    _write(target, report, session)
    client.own("stop")


def _document(client: Client) -> dict[str, Any]:
    """Fetch the contract from where the application serves it."""
    path = (client.own("about") or {}).get("openapi")
    document = data(client.get(str(path or "/openapi.json")))
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise BrokenError(f"no OpenAPI document is served at {path}")
    return document


def _write(target: Path, report: dict[str, Any], session: Session) -> None:
    labels = [each.label for each in session.contract.operations]
    report |= {
        "requests": session.client.sent,
        "digest": session.client.digest.hexdigest(),
        "operations": len(labels),
        "users": [user.role for user in session.users],
        "findings": session.judge.findings,
        "left": [label for label in labels if label not in session.reached],
        "never": [label for label in labels if label not in session.accepted],
        "alone": session.alone,
        "notes": [*session.notes, *session.judge.more],
    }
    target.write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()

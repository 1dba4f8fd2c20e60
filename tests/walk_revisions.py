"""Runs inside a project: first as the proof does, then with rows in the tables. A program.

Up to the first revision, rows, up to the last one, and back. Reads ``walk.json`` (``rows`` and
``asks``: SQL; ``held``: tables) and writes what it found to argv[1].
"""

import asyncio
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from agent.checks.inside import migrate


async def run(statements: list[str], url: str) -> list[Any]:
    """Run SQL in one transaction; return what came back of each."""
    engine = import_module("app.db.session").build_engine(url)
    answers: list[Any] = []
    async with engine.begin() as connection:
        for statement in statements:
            found = await connection.execute(text(statement))
            rows = [list(row) for row in found] if found.returns_rows else []
            answers.append(rows)
    await engine.dispose()
    return answers


def main() -> None:
    """Walk; what went wrong on the way is written, too."""
    url = import_module("app.core.config").get_settings().database_url
    asked = json.loads(Path("walk.json").read_text(encoding="utf-8"))
    config = Config("alembic.ini")
    counts = [f"SELECT count(*) FROM {table}" for table in asked["held"]]  # noqa: S608 - ours
    migrate.main()
    found: dict[str, Any] = {"proof": json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))}
    command.downgrade(config, "base")

    def attempt(name: str, revision: str, *, up: bool = True) -> bool:
        try:
            (command.upgrade if up else command.downgrade)(config, revision)
        except Exception as error:  # noqa: BLE001 - every driver has its own
            found[name] = f"{type(error).__name__}: {error}"
            return False
        return True

    command.upgrade(config, "0001")
    asyncio.run(run(asked["rows"], url))
    if attempt("stopped", "head"):
        found["answers"] = asyncio.run(run(asked["asks"], url))
        attempt("not back", "0001", up=False)
    if "not back" in found:
        command.upgrade(config, "head")
    else:
        found["held"] = [answer[0][0] for answer in asyncio.run(run(counts, url))]
    Path(sys.argv[1]).write_text(json.dumps(found, default=str), encoding="utf-8")


if __name__ == "__main__":
    main()

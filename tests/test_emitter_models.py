"""Do emitted models say what SQLAlchemy needs? It configures them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library

if TYPE_CHECKING:
    from pathlib import Path

ROUND = """
project round
database sqlite
entity Seat
  hall: decimal(6,2) key
  day: date key
  neighbours <-> Seat as neighbour_of
"""


def test_rows_with_two_keys_are_linked_to_their_own_kind(tmp_path: Path) -> None:
    for file in emit(resolve(parse(ROUND)).spec, library()):
        path = tmp_path / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content, encoding="utf-8")
    code = (
        "from app.models.seat import Seat\n"
        "from sqlalchemy.orm import configure_mappers\n"
        "configure_mappers()\n"
        "print(Seat.neighbours.property.primaryjoin)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "src",
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "seats.hall = seat_neighbours.seat_hall AND seats.day = seat_neighbours.seat_day"
    ], done.stderr

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


NAMES = """project x
database mysql
entity Thing
  small: binary(100)
  test: open -> closed
  of: string(20)
  variable: a -> b
schema Raise for Thing: small, of
operation lift: POST /things/lift custom Thing
  in Raise
  rule "Lifts it."
"""


def test_names_that_mean_something_to_the_emitter_are_names() -> None:
    files = {f.path: f.content for f in emit(resolve(parse(NAMES)).spec, library())}
    assert "def body_of_raise(" in files["tests/payloads.py"]
    assert "factory.thing(test=ThingTest.OPEN)" in files["tests/integration/test_things.py"]
    # with a length MySQL would choose another type than the migration's
    assert "mapped_column(LargeBinary())" in files["src/app/models/thing.py"]


LISTS = """project x
timestamps off
entity Thing
  tags: string(9)[] pattern '^[a-z]+$'
  free: string[]
  sizes: float[] > 0
"""


def test_what_is_said_of_the_items_of_a_list_is_checked() -> None:
    files = emit(resolve(parse(LISTS)).spec, library())
    schemas = next(f.content for f in files if f.path == "src/app/schemas/thing.py")
    assert 'tags: list[Annotated[Plain, Field(max_length=9, pattern="^[a-z]+$")]]\n' in schemas
    assert "free: list[Text]\n" in schemas
    assert "sizes: list[Annotated[Number, Field(gt=0)]]\n" in schemas

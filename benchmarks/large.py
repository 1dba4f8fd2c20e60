"""How long does the whole command take for a large schema in SQL, and the small one beside a peer?

The peer gets the same tables as far as its language can say them: ``benchmarks.peer``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from agent.documents import Source
from agent.planner.readers.sql import read
from agent.planner.resolve import resolve
from benchmarks import peer, whole_process
from benchmarks.line import Line
from benchmarks.schema import schema

SMALL, LARGE = 100, 371
ROUNDS, ROUNDS_OF_LARGE = 5, 3


def measure() -> list[Line]:
    """Return the lines for both schemas, and for the peer with the small one."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "tables"
        given = out.with_suffix(".sql")
        text = schema(SMALL)
        given.write_text(text, encoding="utf-8")
        theirs = out.with_suffix(".yaml")
        source = Source(name=given.name, format="sql", content=text)
        theirs.write_text(peer.schema(resolve(read(source).spec).spec), encoding="utf-8")
        forms = {"SQL": whole_process.ours(given, out)}
        lines = whole_process.beside_peer(
            forms, theirs, out, ROUNDS, f"{SMALL} tables", "< 1500 ms"
        )
        return [*lines, _large(given, out)]


def _large(given: Path, out: Path) -> Line:
    text = schema(LARGE)
    given.write_text(text, encoding="utf-8")
    commands = {"ours": whole_process.ours(given, out)}
    seconds = whole_process.in_turns(commands, out, ROUNDS_OF_LARGE)["ours"]
    what = f"{LARGE} tables, {text.count(' REFERENCES ')} foreign keys, SQL"
    return Line(f"run --verification none, {what}", f"{median(seconds) * 1000:.0f} ms", "< 6000 ms")

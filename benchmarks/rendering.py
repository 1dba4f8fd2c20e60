"""How long does it take to render a project, in process and warm?

The best of some rounds counts: the work is always the same, so more is somebody else's.
Each size is measured in a process of its own, so that the memory of one is not that of another:
``python -m benchmarks.rendering 10`` prints its numbers as JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

from agent.emitter.project import emit
from agent.knowledge import Library
from agent.planner.resolve import resolve
from agent.resources import folder
from agent.types import Attribute, AttributeType, Auth, AuthMethod, BackendSpec, Entity, Relation
from benchmarks.line import Line

# as many rounds; other names each time, so that nothing is rendered that was rendered before
NOUNS = ("Thing", "Crate", "Spoon", "Table", "Chair", "House", "Horse", "Plant", "Stone")
FEW, MANY = 10, 100
# ru_maxrss is in KiB on Linux, in bytes on macOS
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def measure() -> list[Line]:
    """Return the lines for a small and a large project."""
    few, many = (_in_own_process(size) for size in (FEW, MANY))
    return [
        Line(
            f"render {FEW} entities ({few['files']:.0f} files), warm",
            f"{few['seconds'] * 1000:.0f} ms",
            "< 50 ms",
        ),
        Line(
            f"render {MANY} entities ({many['files']:.0f} files), warm",
            f"{many['seconds'] * 1000:.0f} ms, {many['seconds'] / few['seconds']:.1f} x",
            "< 12 x",
        ),
        Line(f"its peak memory, {MANY} entities", f"{many['rss'] / 2**20:.0f} MiB", "< 300 MB"),
    ]


def entities(count: int, noun: str) -> BackendSpec:
    """Return a spec with a user entity and others in a chain, each with what is usual."""
    user = Entity(
        name="User",
        attributes=(
            Attribute(name="email", type=AttributeType.EMAIL, length=255, unique=True),
            Attribute(name="password", type=AttributeType.PASSWORD),
        ),
    )
    others = tuple(
        Entity(
            name=f"{noun}{number}",
            attributes=(
                Attribute(name="code", type=AttributeType.STRING, length=40, unique=True),
                Attribute(name="title", type=AttributeType.STRING, length=120, index=True),
                Attribute(name="price", type=AttributeType.DECIMAL, precision=10, scale=2),
                Attribute(name="count", type=AttributeType.INTEGER, minimum=0, default=0),
                Attribute(name="note", type=AttributeType.TEXT, nullable=True),
                Attribute(name="due", type=AttributeType.DATE, nullable=True),
            ),
            relations=(
                Relation(
                    name="parent",
                    target=f"{noun}{number - 1}" if number > 1 else "User",
                    inverse=f"children{number}",
                ),
            ),
        )
        for number in range(1, count)
    )
    return BackendSpec(name="many", auth=Auth(method=AuthMethod.JWT), entities=(user, *others))


def _in_own_process(count: int) -> dict[str, float]:
    argv = [sys.executable, "-m", "benchmarks.rendering", str(count)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    numbers: dict[str, float] = json.loads(done.stdout)
    return numbers


def _numbers(count: int) -> dict[str, float]:
    library = Library(folder("knowledge"))
    seconds = []
    for noun in NOUNS:
        spec = resolve(entities(count, noun)).spec
        started = time.perf_counter()
        files = emit(spec, library)
        seconds.append(time.perf_counter() - started)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT
    return {"files": len(files), "seconds": min(seconds[1:]), "rss": rss}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_numbers(int(sys.argv[1]))))

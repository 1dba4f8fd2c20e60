"""What does the application say of itself? Loads it, and writes what it found to argv[1].

A stage is written down before it begins, so that the last one is the culprit.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Go through the stages."""
    target = Path(sys.argv[1])
    report: dict[str, Any] = {"seconds": {}}
    began = time.perf_counter()

    def begin(stage: str) -> None:
        nonlocal began
        now = time.perf_counter()
        if "stage" in report:
            report["seconds"][report["stage"]] = now - began
        began = now
        report["stage"] = stage
        target.write_text(json.dumps(report), encoding="utf-8")

    own = importlib.import_module("agent.checks.inside.warned")
    report["started"] = []
    begin("import")
    with own.warned(Path.cwd(), report["started"]):
        app = importlib.import_module("app.main").app
        begin("mappers")
        orm = importlib.import_module("sqlalchemy.orm")
        orm.configure_mappers()
        begin("openapi")
        report["openapi"] = app.openapi()
    begin("settings")
    unasked = importlib.import_module("agent.checks.inside.unasked")
    report["started"] += unasked.unasked(Path.cwd())
    begin("model")
    annotated = importlib.import_module("agent.checks.inside.annotated")
    report["attributes"], report["model"] = annotated.compare(Path.cwd())
    begin("end")


if __name__ == "__main__":
    main()

"""How does a model's part of the work look? ``make demo-model`` runs a request with two rules.

A server on this machine plays the model, with recorded answers over the real wire: it plans, writes
tests and bodies, of which one is wrong, and mends that. Prices are made up, to show a cost.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.settings import PREFIX
from evals.rule_cases import rule_case
from evals.scripted import Script
from tests.scripted_model import ScriptedModel

CASE = "two"
OUT = Path("demo") / "courses"
PRICES = {"MODEL_PRICE_INPUT": "0.25", "MODEL_PRICE_OUTPUT": "2"}


async def demo(out: Path, *options: str) -> int:
    """Run the command line with a server that plays a model; return its exit code."""
    case = rule_case(CASE)
    # the session of a demonstration is none of those that its user goes on with
    with TemporaryDirectory() as state:
        async with ScriptedModel(Script(case)) as server:
            given = {"MODEL": "recorded-answers", "MODEL_BASE_URL": server.base_url, **PRICES}
            given["STATE_DIR"] = state
            command = (sys.executable, "-m", "agent", "run", case.request, "--out", str(out))
            process = await asyncio.create_subprocess_exec(
                *(*command, *options),
                env=os.environ | {f"{PREFIX}{name}": value for name, value in given.items()},
            )
            return await process.wait()


if __name__ == "__main__":
    sys.stderr.write("a server with recorded answers plays the model; prices are made up\n")
    raise SystemExit(asyncio.run(demo(OUT, *sys.argv[1:])))

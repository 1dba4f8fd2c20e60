"""How long does the whole command take, beside a peer's on the equivalent input?

The peer is feathers-cli 0.2.0, which needs Python 3.12; it gets a virtual environment of its own
in ``benchmarks/.cache``. The two take turns, each into an empty folder, after one turn to warm up.
Both run from bytecode, as installed: pip compiled the peer's, the turn to warm up keeps ours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from agent.planner.readers.spec_language import parse
from benchmarks.line import Line, median_ratio, not_measured

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
SHOP = HERE.parent / "tests" / "cases" / "shop.spec"
PEER = "feathers-cli==0.2.0"
PEER_PYTHON = "3.12"
ROUNDS = 9


def measure() -> list[Line]:
    """Return the lines for our command and, where it can be had, the peer's."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "shop"
        given = Path(name) / "shop.json"
        spec = parse(SHOP.read_text(encoding="utf-8"))
        given.write_text(spec.model_dump_json(exclude_defaults=True), encoding="utf-8")
        forms = {"JSON": ours(given, out), "spec language": ours(SHOP, out)}
        return beside_peer(forms, HERE / "feathers.yaml", out, ROUNDS, "4 entities", "<= 0.6")


def ours(given: Path, out: Path) -> list[str]:
    """Return our command line, which makes a project of a file and checks nothing."""
    program = Path(sys.executable).with_name("python-specialist")
    return [str(program), "run", str(given), "--out", str(out), "--verification", "none"]


def beside_peer(
    forms: Mapping[str, list[str]], schema: Path, out: Path, rounds: int, what: str, target: str
) -> list[Line]:
    """Return a line for each of our commands, and one for the peer's.

    Args:
        forms: Our command lines, by the form of what they are given.
        schema: The same in the peer's language, called after the last part of ``out``.
        out: Where the project goes; it is removed before each turn.
        rounds: How often each takes its turn, after one to warm up.
        what: What the project is made of.
        target: What is aimed at for each of ours.

    """
    commands = dict(forms)
    told = ""
    try:
        options = ["--schema", schema, "--name", out.name, "--out", out.parent]
        commands[PEER] = [str(_peer()), "new", *map(str, options)]
    except LookupError as error:
        told = str(error)
    seconds = in_turns(commands, out, rounds)
    lines = []
    for form in forms:
        measured = f"{median(seconds[form]) * 1000:.0f} ms"
        if PEER in seconds:
            measured += f", {median_ratio(seconds[form], seconds[PEER]):.2f} of the peer"
        lines.append(Line(f"run --verification none, {what}, {form}", measured, target))
    name = f"{PEER.replace('==', ' ')}, the same {what}"
    if PEER in seconds:
        lines.append(Line(name, f"{median(seconds[PEER]) * 1000:.0f} ms"))
    else:
        lines.append(not_measured(name, told))
    return lines


def in_turns(commands: Mapping[str, list[str]], out: Path, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each command that takes turns with the others, warm."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, argv in commands.items():
            took = _timed(argv, out)
            if turn:
                seconds[name].append(took)
    return seconds


def _timed(argv: list[str], out: Path) -> float:
    shutil.rmtree(out, ignore_errors=True)
    environment = {**os.environ, "PYTHON_SPECIALIST_CACHE_DIR": str(HERE / ".cache" / "ours")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(argv, env=environment, capture_output=True, check=True)
    return time.perf_counter() - started


def _peer() -> Path:
    """Return the peer's program, installed when that was not done before.

    Raises:
        LookupError: it cannot be had here; the text says why.

    """
    home = HERE / ".cache" / PEER
    program = home / "bin" / "feathers"
    if not program.exists():
        python = _python()
        shutil.rmtree(home, ignore_errors=True)
        install = [str(home / "bin" / "python"), "-m", "pip", "install", "-qq", PEER]
        try:
            subprocess.run([python, "-m", "venv", home], capture_output=True, check=True)
            subprocess.run(install, capture_output=True, check=True)
        except subprocess.CalledProcessError as error:
            shutil.rmtree(home, ignore_errors=True)
            raise LookupError(f"pip could not install {PEER}") from error
    return program


def _python() -> str:
    """Return an interpreter of the version that the peer needs; a pyenv shim may not be one."""
    versions = sorted(Path.home().glob(f".pyenv/versions/{PEER_PYTHON}*/bin/python"))
    for candidate in (shutil.which(f"python{PEER_PYTHON}"), *map(str, versions)):
        if candidate is not None:
            done = subprocess.run(
                [candidate, "--version"], capture_output=True, text=True, check=False
            )
            if done.stdout.startswith(f"Python {PEER_PYTHON}"):
                return candidate
    raise LookupError(f"no Python {PEER_PYTHON}, which {PEER} needs")

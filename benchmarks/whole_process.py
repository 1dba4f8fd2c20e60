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

from agent.planner.readers.spec_language import parse
from benchmarks.line import Line, median_ratio, not_measured

HERE = Path(__file__).parent
SHOP = HERE.parent / "tests" / "cases" / "shop.spec"
PEER = "feathers-cli==0.2.0"
PEER_PYTHON = "3.12"
ROUNDS = 9


def measure() -> list[Line]:
    """Return the lines for our command and, where it can be had, the peer's."""
    try:
        peer: Path | str = _peer()
    except LookupError as error:
        peer = str(error)
    with tempfile.TemporaryDirectory() as folder:
        return _lines(peer, Path(folder))


def _lines(peer: Path | str, folder: Path) -> list[Line]:
    given = folder / "shop.json"
    spec = parse(SHOP.read_text(encoding="utf-8"))
    given.write_text(spec.model_dump_json(exclude_defaults=True), encoding="utf-8")
    commands = {"JSON": _ours(given, folder), "spec language": _ours(SHOP, folder)}
    if isinstance(peer, Path):
        feathers = ["new", "--schema", HERE / "feathers.yaml", "--name", "shop", "--out", folder]
        commands["peer"] = [str(peer), *map(str, feathers)]
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(ROUNDS + 1):
        for name, argv in commands.items():
            took = _timed(argv, folder / "shop")
            if turn:
                seconds[name].append(took)
    lines = []
    for name in ("JSON", "spec language"):
        measured = f"{median(seconds[name]) * 1000:.0f} ms"
        if "peer" in seconds:
            measured += f", {median_ratio(seconds[name], seconds['peer']):.2f} of the peer"
        lines.append(Line(f"run --verification none, 4 entities, {name}", measured, "<= 0.6"))
    what = "feathers-cli 0.2.0, the same 4 entities"
    if isinstance(peer, Path):
        lines.append(Line(what, f"{median(seconds['peer']) * 1000:.0f} ms"))
    else:
        lines.append(not_measured(what, peer))
    return lines


def _ours(given: Path, folder: Path) -> list[str]:
    program = Path(sys.executable).with_name("python-specialist")
    options = ["--out", str(folder / "shop"), "--verification", "none"]
    return [str(program), "run", str(given), *options]


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

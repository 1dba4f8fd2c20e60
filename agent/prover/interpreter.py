"""How does a forked process become the program of a command line? Without starting Python anew."""

from __future__ import annotations

import atexit
import os
import runpy
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

CANNOT_RUN = 127


def become(argv: list[str]) -> int:
    """Run a command line to its end in this process; return its exit code.

    ``python -m module``, ``python -c code`` and ``python file.py`` run here, with what is imported
    already; any other program takes this process' place.
    """
    if argv[0] == sys.executable and len(argv) > 1:
        code = _python(argv[1:])
        threading._shutdown()  # type: ignore[attr-defined] # noqa: SLF001 - as at the end of any program
        atexit._run_exitfuncs()  # noqa: SLF001 - the same
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        return code
    try:
        os.execvpe(argv[0], argv, os.environ)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        sys.stderr.flush()
        return CANNOT_RUN


def _python(arguments: list[str]) -> int:
    sys.path[:0] = [
        str(Path(entry).absolute())
        for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep)
        if entry
    ]
    what, *rest = arguments
    try:
        if what == "-m":
            sys.argv = rest
            runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
        elif what == "-c":
            sys.argv = ["-c", *rest[1:]]
            exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - it is its work
        else:
            sys.argv = arguments
            runpy.run_path(what, run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:  # noqa: BLE001 - whatever it is, it ends this program as it ends any other
        traceback.print_exc()
        return 1
    return 0

"""How does a job give up its means before foreign code starts? Limits first, then exec.

Run as a file by the sandbox, never imported: ``python -I -S confine.py cpu=9,memory=99 -- argv``.
A program of its own, because code between fork and exec is not safe in a process with threads,
and because every later layer (system calls, paths) has to be set at this very place.
"""

import os
import resource
import sys

LIMITS = {
    "cpu": resource.RLIMIT_CPU,
    "memory": resource.RLIMIT_AS,
    "file": resource.RLIMIT_FSIZE,
    "open": resource.RLIMIT_NOFILE,
    "core": resource.RLIMIT_CORE,
}
CANNOT_RUN = 127


def main() -> None:
    """Set the limits named in the first argument, then become the program after ``--``."""
    for limit in sys.argv[1].split(","):
        name, value = limit.split("=")
        resource.setrlimit(LIMITS[name], (int(value), int(value)))
    os.umask(0o077)
    program = sys.argv[3:]
    try:
        os.execvpe(program[0], program, os.environ)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error.strerror}\n")
        sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main()

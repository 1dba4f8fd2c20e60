"""What stops a server of our own, whatever becomes of us? A process that holds the other end.

python -I -S keeper.py FOLDER IDENTITY PROGRAM ARGUMENTS...: runs the program, as the user IDENTITY
where that is no -. When standard input ends, as it does when the agent ends in any way, the program
is stopped and FOLDER is removed.
"""

import contextlib
import ctypes
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 10
SECONDS_BETWEEN_LOOKS = 0.2


def main() -> None:
    """Run, wait, stop, remove."""
    folder, identity, *argv = sys.argv[1:]
    other = None if identity == "-" else int(identity)
    try:
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - the agent's own command
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=other,
                group=other,
                extra_groups=None if other is None else [],
                preexec_fn=go_with_us,  # noqa: PLW1509 - there is one thread here
            )
        while process.poll() is None and not select.select([0], [], [], SECONDS_BETWEEN_LOOKS)[0]:
            pass
        stop(process)
        Path(folder, "ended").touch()
        # The reason stands in its log: somebody may want to read it before it is removed.
        while not select.select([0], [], [])[0]:
            pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def go_with_us() -> None:
    """Let the kernel stop the program, where it can, when this process is killed itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask PostgreSQL to go at once; there is nothing in it that anybody wants to keep."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGQUIT)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()

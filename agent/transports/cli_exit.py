"""How does a command end? With an exit code, also where nobody reads its answer any more."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

FINE, WRONG_USAGE, NOT_PRINTED = 0, 2, 74


def end(work: Callable[[], int]) -> NoReturn:
    """Do what a command does and end with its exit code; a reader that went away is no fault."""
    try:
        code = work()
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:  # a file, and not what we print to
            raise
        # Python writes what is left once more when it ends: that must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with suppress(OSError):
            sys.stderr.write(f"the answer was not printed: {error.strerror}\n")
        code = NOT_PRINTED
    raise typer.Exit(code)

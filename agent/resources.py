"""Where are the folders that ship with the package? The only place that knows the layout.

A wheel carries them under ``agent/_resources/``; in a checkout (and an editable install) they
stand beside the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from agent.errors import EmitError

PACKAGE = Path(__file__).resolve().parent


def folder(name: Literal["schemas", "knowledge", "prompts", "report"]) -> Path:
    """Return the folder of that name, packaged or from the checkout.

    Raises:
        EmitError: neither is there, so the installation is broken.

    """
    # the checkout comes second: an installed package may stand beside a stranger's "schemas"
    for candidate in (PACKAGE / "_resources" / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise EmitError(f"the folder {name!r} did not come with this installation: install it again")

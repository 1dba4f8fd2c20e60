"""Where does the user's system keep what programs remember?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "PYTHON_SPECIALIST_STATE_DIR"


def state_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder for sessions and the history of what was typed; it is not made."""
    given = os.environ if environment is None else environment
    if named := given.get(VARIABLE):
        return Path(named).expanduser()
    home = Path(given.get("HOME") or Path.home())
    if sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(given.get("XDG_STATE_HOME") or home / ".local" / "state")
    return base / "python-specialist"

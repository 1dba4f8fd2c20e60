"""Which files publish the contract? ``python -m agent.contract DIR`` writes them."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.contract.schema import published

if __name__ == "__main__":
    target = Path(sys.argv[1])
    for name, text in published().items():
        (target / name).write_text(text, encoding="utf-8")

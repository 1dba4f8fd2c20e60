"""Which file tells others of the bus? ``python -m agent.transports.bus DIR`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from agent.transports.bus.asyncapi import FILE, document

if __name__ == "__main__":
    text = json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
    (Path(sys.argv[1]) / FILE).write_text(text, encoding="utf-8")

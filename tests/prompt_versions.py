"""Which text belongs to which version of a prompt? As a program: keeps the new ones.

The manifest keeps a digest for each version that ever was. A text that changes without a new
version fails a test, because results name versions; so does a version that is not in the manifest.
"""

from __future__ import annotations

import json
import sys

from agent.prompts import Prompts
from agent.resources import folder

MANIFEST = folder("prompts") / "versions.json"


def manifest() -> dict[str, str]:
    """Return the digest of each ``id@version``."""
    kept: dict[str, str] = json.loads(MANIFEST.read_text("utf-8"))
    return kept


def present() -> dict[str, str]:
    """Return the digest of each prompt as it stands in the folder."""
    prompts = Prompts(folder("prompts"))
    return {prompts.load(name).name: prompts.digest(name) for name in prompts.names()}


def main() -> int:
    """Add what is new; refuse what changed."""
    kept = manifest() if MANIFEST.exists() else {}
    now = present()
    changed = [name for name, digest in now.items() if kept.get(name, digest) != digest]
    for name in changed:
        sys.stderr.write(f"{name} has another text than it had: give it a new version\n")
    if not changed:
        MANIFEST.write_text(json.dumps(now | kept, indent=2, sort_keys=True) + "\n", "utf-8")
    return int(bool(changed))


if __name__ == "__main__":
    raise SystemExit(main())

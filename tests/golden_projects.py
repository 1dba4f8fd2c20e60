"""Which projects are golden, and what do they look like today? ``make golden`` writes them.

A golden project is what ``python-specialist run`` leaves on the disk, whole, with two differences:
its ``.gitignore`` has another name, so that it rules nothing here, and of what runs keep
for themselves only the plan is there, as the rest only repeats the files.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from agent import applying, output
from tests.made import made

CASES = Path(__file__).with_name("cases")
GOLDEN = Path(__file__).with_name("golden")
README = Path(__file__).parents[1] / "README.md"
SIZE = re.compile(r"^  \d+ files, \d+ lines: ", re.MULTILINE)
GITIGNORE = "gitignore.golden"
NOT_WRITTEN = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
"""What tools leave behind when somebody looks at a golden project with them."""

# name of the golden project -> the input, and the database that stands above what it says
PROJECTS: dict[str, tuple[str, str | None]] = {
    "clinic": ("clinic.spec", None),
    "foreign": ("foreign.spec", None),
    "guarded": ("guarded.spec", None),
    "keys": ("keys.spec", None),
    "shop": ("shop.spec", None),
    "shop-mysql": ("shop.spec", "mysql"),
    "tiny": ("tiny.spec", None),
    "words": ("words.spec", None),
}


def document(name: str) -> dict[str, Any]:
    """Return the input document of a golden project, as the command line makes it."""
    source, database = PROJECTS[name]
    content = (CASES / source).read_text(encoding="utf-8")
    context: dict[str, Any] = {"sources": [{"format": "spec", "content": content, "name": source}]}
    if database is not None:
        context["database"] = {"type": database}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    return {"request": request, "context": context}


def write(name: str, folder: Path) -> None:
    """Write a golden project, as it is made today, into a folder that is not there yet."""
    planned, files, _ = made(document(name))
    applying.write(files, planned.spec, folder)
    spec = (folder / output.SPEC).read_bytes()
    shutil.rmtree(folder / output.HOME)
    output.replace(folder / output.SPEC, spec)
    for path in list(folder.rglob(".gitignore")):
        path.rename(path.with_name(GITIGNORE))


def tree(folder: Path) -> dict[str, str]:
    """Return the text of every file below a golden project's folder, by its path in the project."""
    return {
        path.relative_to(folder).with_name(path.name.replace(GITIGNORE, ".gitignore")).as_posix():
            path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and NOT_WRITTEN.isdisjoint(path.parts)
    }  # fmt: skip


def figures(name: str) -> str:
    """Return how large a golden project is, in the words of the command line."""
    files = {path: text for path, text in tree(GOLDEN / name).items() if output.HOME not in path}
    return f"{len(files)} files, {sum(text.count(chr(10)) for text in files.values())} lines"


def main() -> None:
    """Write every golden project anew, and how large the shop is into the README that shows it."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for name in PROJECTS:
        write(name, GOLDEN / name)
    text = README.read_text(encoding="utf-8")
    README.write_text(SIZE.sub(f"  {figures('shop')}: ", text, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()

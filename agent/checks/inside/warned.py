"""What is the project warned of while it is loaded? Of its own lines, not of its libraries'."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

LONGEST = 300


@contextmanager
def warned(root: Path, findings: list[dict[str, Any]]) -> Iterator[None]:
    """Add every warning that a line below ``root`` is the cause of, with the place of the line."""

    def note(message: Warning | str, category: type[Warning], *_: Any) -> None:  # noqa: ANN401 - as Python calls it
        place = _place(sys._getframe(1), root)  # noqa: SLF001 - the only way to the lines that called
        if place is not None:
            said = " ".join(str(message).split())[:LONGEST]
            found = {"message": f"{category.__name__}: {said}", "path": place[0], "line": place[1]}
            if found not in findings:
                findings.append(found)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note  # type: ignore[assignment]
        yield


def _place(frame: FrameType | None, root: Path) -> tuple[str, int] | None:
    """Find the project's innermost line; behind an import it is somebody else who is warned."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return None
        path = Path(name)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            return path.relative_to(root).as_posix(), frame.f_lineno
        frame = frame.f_back
    return None

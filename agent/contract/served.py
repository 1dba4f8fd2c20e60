"""Which of the published values are served? The others can be read, and are refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERVED: Mapping[str, tuple[str, ...]] = {
    "/request/framework": ("fastapi", "auto"),
    "/context/database/type": ("postgresql", "mysql", "sqlite"),
    "/context/database/orm": ("sqlalchemy",),
    "/context/authentication/method": ("jwt",),
    "/constraints/codeStandards/linter": ("ruff",),
    "/constraints/codeStandards/formatter": ("ruff",),
    "/constraints/codeStandards/typeChecker": ("mypy",),
    # these only say where the project is to run
    "/integrations/azure/services": ("app-service", "container-apps"),
}
"""The words of each place (JSON Pointer without indexes) that has others, too."""


def served(path: Sequence[str | int]) -> tuple[str, ...] | None:
    """Return what is served at a place; ``None`` where all that is published is."""
    return SERVED.get("".join(f"/{part}" for part in path if isinstance(part, str)))

"""State machines: which step is allowed, and to whom?"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from app.core.exceptions import ConflictError, ForbiddenError

# From and to, and the roles that may take the step (none: whoever may change the row).
Steps = Mapping[tuple[StrEnum, StrEnum], Sequence[str]]


def check_step(
    steps: Steps, current: StrEnum, wanted: StrEnum, roles: Sequence[str] | None = None
) -> None:
    """Refuse a step that the state machine does not have, or that these roles may not take."""
    if current == wanted:
        return
    needed = steps.get((current, wanted))
    if needed is None:
        raise ConflictError(f"A step from '{current}' to '{wanted}' is not possible.")
    if needed and not set(needed) & set(roles or ()):
        raise ForbiddenError(f"The step to '{wanted}' needs the role {' or '.join(needed)}.")

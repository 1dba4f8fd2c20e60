"""What did the planner decide on its own? Collected while a spec is resolved."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.documents import Fault, Question, Warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Looking for what was meant takes time that grows with every name: not for every one of so many.
_GUESSED = 50
_SHOWN = 12
NOBODY = "Nobody signs in: whoever reaches the API may read, change and delete everything."


@dataclass(slots=True)
class Notes:
    """Assumptions, warnings and faults, in the order in which they arise."""

    assumptions: list[Question] = field(default_factory=list)
    warnings: list[Warn] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def assume(self, text: str, about: str = "") -> None:
        """Record a choice that was made in place of asking."""
        self.assumptions.append(
            Question(id=f"A{len(self.assumptions) + 1}", text=text, about=about)
        )

    def warn(self, code: str, message: str, pointer: str = "") -> None:
        """Record something that the sender should know."""
        self.warnings.append(Warn(code=code, message=message, pointer=pointer))

    def fault(self, pointer: str, message: str, expected: str | None = None) -> None:
        """Record a reason to refuse the spec."""
        self.faults.append(Fault(code="spec", pointer=pointer, message=message, expected=expected))

    def knows(self, name: str, known: Iterable[str], pointer: str, what: str) -> bool:
        """Tell whether a name is one of those that are known; if not, that is a fault."""
        known = list(known)
        if name in known:
            return True
        meant = self.meant(name, known)
        expected = f"did you mean '{meant}'?" if meant else None
        if expected is None and known:
            expected = f"one of {', '.join(known[:_SHOWN])}"
        self.fault(pointer, f"There is no {what} '{name}'.", expected)
        return False

    def meant(self, name: str, known: Sequence[str]) -> str | None:
        """Return the known name that is most like one that is not known."""
        if len(self.faults) >= _GUESSED:
            return None
        close = difflib.get_close_matches(name, known, n=1)
        return close[0] if close else None

"""What did the planner decide on its own? Collected while a spec is resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.documents import Fault, Question, Warn


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

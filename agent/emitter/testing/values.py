"""What do the values of a row or a body need around them? A counter, imports, room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import Imports, fit, quote
from agent.emitter.testing.code import names_in

if TYPE_CHECKING:
    from agent.emitter.facts import Facts

_NEEDS = {
    "Decimal": ("decimal", "Decimal"),
    "PASSWORD": ("tests.factories", "PASSWORD"),
    "b64encode": ("base64", "b64encode"),
    "pick": ("tests.factories", "pick"),
    "uuid4": ("uuid", "uuid4"),
}


class Values:
    """The items of one dictionary display, and the names that they use."""

    def __init__(self, indent: int) -> None:
        """Start empty; items stand at the column ``indent``."""
        self.items: list[str] = []
        self.used: set[str] = set()
        self._indent = indent

    def add(self, name: str, code: str) -> None:
        """Add a value under a name."""
        self.items.append(fit(f"{quote(name)}: {code}", self._indent, comma=True))
        self.used |= names_in(code).all


def import_used(imports: Imports, used: set[str], facts: Facts, *, module: str) -> None:
    """Add what the used names come from; ``module`` itself imports nothing of its own."""
    if "dt" in used:
        imports.module("datetime as dt")
    imports.add("app.models.enums", *(used & facts.enums.keys()))
    for name in used & _NEEDS.keys():
        source, member = _NEEDS[name]
        if source != module:
            imports.add(source, member)

"""How is what a model wrote mended? Round by round, as long as each gets further than the last.

What a round brings is proven all together. Where that made one body better and another worse, it is
proven once more without those that fell back: nobody's gain is lost to another's slip, and a round
has two proofs at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.documents import Repair
from agent.writing.blame import blame, shares
from agent.writing.standing import findings_of, standing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from agent.documents import Warn
    from agent.making import Attempt
    from agent.types import BackendSpec
    from agent.writing.blame import Blamed
    from agent.writing.repair import Mended
    from agent.writing.written import Written

    Try = Callable[[Mapping[str, Written]], Awaitable[Attempt]]
    """Renders and proves a project with what was written for it."""
    Ask = Callable[[int, Sequence[Blamed]], Awaitable[Mended]]
    """Asks for other bodies in a round, which is counted from 1."""


@dataclass(slots=True)
class Mending:
    """The mending of one project.

    Args:
        spec: The resolved plan.
        best: The attempt to begin with; afterwards the one that got furthest.
        attempt: What makes an attempt.
        ask: What asks for other bodies.

    """

    spec: BackendSpec
    best: Attempt
    attempt: Try
    ask: Ask
    repairs: list[Repair] = field(default_factory=list)
    _stays: dict[str, Warn] = field(default_factory=dict)
    _dropped: dict[str, list[str]] = field(default_factory=dict)

    async def mend(self, rounds: int) -> None:
        """Go on until there is nothing to mend, a round gets no further, or there were ``rounds``.

        Tests stay as they are: an answer is a body and nothing else.
        """
        for number in range(1, rounds + 1):
            blamed = self._blamed()
            if not blamed or not await self._round(number, blamed):
                break

    @property
    def warnings(self) -> tuple[Warn, ...]:
        """Return why findings stay in the best attempt, of bodies that no round mended."""
        blamed = [each.slot.operation for each in self._blamed()]
        return tuple(self._stays[operation] for operation in blamed if operation in self._stays)

    def _blamed(self) -> list[Blamed]:
        best = self.best
        found = blame(self.spec, best.written, best.rendering.files, best.proof)
        dropped = self._dropped
        return [
            replace(each, dropped=tuple(dropped.get(each.slot.operation, ()))) for each in found
        ]

    async def _round(self, number: int, blamed: Sequence[Blamed]) -> bool:
        """Tell whether a round got further, and keep what it brought."""
        mended = await self.ask(number, blamed)
        self._stays |= mended.stays
        round_ = Repair(
            round=number,
            operations=tuple(each.slot.operation for each in blamed),
            findings_before=len(findings_of(self.best.proof)),
        )
        if not mended.written:
            self.repairs.append(round_)
            return False
        tried = await self._tried(mended.written)
        kept = standing(tried.proof) > standing(self.best.proof)
        back = [each for each in mended.written if tried.written[each] != mended.written[each]]
        told = {
            "findings_after": len(findings_of(tried.proof)),
            "kept": kept,
            "put_back": tuple(back) if kept else (),
        }
        self.repairs.append(round_.model_copy(update=told))
        if kept:
            self._keep(tried, mended.written, back)
        return kept

    async def _tried(self, mended: Mapping[str, Written]) -> Attempt:
        """Return the best attempt with other bodies: all, or those that did not fall back."""
        whole = await self.attempt({**self.best.written, **mended})
        before, after = self._shares(self.best), self._shares(whole)
        held = {each: mended[each] for each in mended if after[each] >= before[each]}
        if len(held) == len(mended) or all(after[each] == before[each] for each in held):
            return whole  # nobody fell back, or nobody got further
        part = await self.attempt({**self.best.written, **held})
        return max(whole, part, key=lambda each: standing(each.proof))

    def _shares(self, attempt: Attempt) -> Mapping[str, tuple[int, int]]:
        return shares(self.spec, attempt.written, attempt.rendering.files, attempt.proof)

    def _keep(self, tried: Attempt, mended: Mapping[str, Written], back: Sequence[str]) -> None:
        self.best = tried
        for operation, written in mended.items():
            if operation in back:
                self._dropped.setdefault(operation, []).append(written.body or "")
            else:
                self._stays.pop(operation, None)

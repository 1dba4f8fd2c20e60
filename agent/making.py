"""How does a plan become a project that is proven? Written, rendered, proven, and mended.

Only where a plan has operations of its own, and there is a model to ask, is anything written; and
only what was written that way is mended. Whatever a model does or does not: a project comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from agent.documents import Purpose, Verdict
from agent.emitter.project import Renderer
from agent.events import Rendered, Stage
from agent.writing.written import customs, unbuilt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from agent.calls import Calls
    from agent.consulting import Consulting
    from agent.documents import CheckName, Finding, GeneratedFile, Proof, Repair, Warn
    from agent.emitter.applied import Applied
    from agent.emitter.project import Rendering
    from agent.events import OnEvent
    from agent.knowledge import Library
    from agent.llm.consultation import Consultation
    from agent.types import BackendSpec
    from agent.writing.blame import Blamed
    from agent.writing.by_model import Writing
    from agent.writing.repair import Mended
    from agent.writing.written import Written

    ProveFiles = Callable[[tuple[GeneratedFile, ...], tuple[str, ...]], Awaitable[Proof]]
    """Proves a project, in which the named operations answer 501."""
    ExamineFiles = Callable[[tuple[GeneratedFile, ...]], Awaitable[list[tuple[CheckName, Finding]]]]
    """Returns what the checks find that read code and run nothing of it."""


class Step(Protocol):
    """What calls a stage: tells that it began, and that it ended."""

    async def __call__(
        self, stage: Stage, work: Callable[..., Awaitable[tuple[Any, str]]], *args: object
    ) -> Any:  # noqa: ANN401 - what the stage gives
        """Return what the stage gives for these arguments."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """A project with what was written for it, and its proof."""

    written: Mapping[str, Written]
    rendering: Rendering
    proof: Proof


@dataclass(frozen=True, slots=True)
class Made:
    """What is handed over: the best attempt, how it was mended, and what should be known of it."""

    files: tuple[GeneratedFile, ...]
    proof: Proof
    repairs: tuple[Repair, ...] = ()
    warnings: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """The making of one task's project.

    Args:
        library: The patterns.
        consulting: Whom the task asks.
        compute: Where a project is rendered.
        step: What calls the stages.
        prove: What proves a project.
        examine: What tells of faults that only reading finds.
        on_event: Told of each project that was rendered.
        rounds: How often what a model wrote may be mended.
        applied: What was applied to the folder last that the project is for, if anything.

    """

    library: Library
    consulting: Consulting
    compute: Calls
    step: Step
    prove: ProveFiles
    examine: ExamineFiles
    on_event: OnEvent
    rounds: int
    applied: Applied | None = None
    warnings: list[Warn] = field(default_factory=list)

    async def make(self, spec: BackendSpec) -> Made:
        """Make the project of a resolved spec.

        Raises:
            EmitError: a template or the library is wrong.

        """
        renderer = Renderer(spec, self.library)
        written = await self._written(spec, renderer)
        best = await self._attempt(renderer, written)
        repairs: Sequence[Repair] = ()
        if written and self.rounds and best.proof.verdict is Verdict.FAILED:
            best, repairs = await self._mended(renderer, best)
        self.warnings[:0] = best.rendering.warnings
        return Made(best.rendering.files, best.proof, tuple(repairs), tuple(self.warnings))

    async def _written(self, spec: BackendSpec, renderer: Renderer) -> Mapping[str, Written]:
        if not customs(spec):
            return {}
        from agent.writing.kept import kept  # noqa: PLC0415 - few plans have such operations

        found, told = kept(spec, self.applied)
        self.warnings.extend(told)
        if not unbuilt(spec, found) or await self.consulting.about(Purpose.CODE) is None:
            return found
        writing: Writing = await self.step(Stage.WRITE, self._write, renderer, found)
        self.warnings.extend(writing.warnings)
        return {**found, **writing.written}

    async def _attempt(self, renderer: Renderer, written: Mapping[str, Written]) -> Attempt:
        rendering: Rendering = await self.step(Stage.RENDER, self._render, renderer, written)
        self.on_event(Rendered(rendering.files))
        missing = unbuilt(renderer.spec, written)
        proof: Proof = await self.step(Stage.PROVE, self._prove, rendering.files, missing)
        return Attempt(written, rendering, proof)

    async def _mended(self, renderer: Renderer, first: Attempt) -> tuple[Attempt, Sequence[Repair]]:
        """Return the best of all attempts, and the rounds that led to it."""
        if await self.consulting.about(Purpose.REPAIR) is None:
            return first, ()
        from agent.mending import Mending  # noqa: PLC0415 - only who has something to mend pays

        latest = first

        async def attempt(written: Mapping[str, Written]) -> Attempt:
            nonlocal latest
            latest = await self._attempt(renderer, written)
            return latest

        mend = partial(self.step, Stage.REPAIR, self._mend)
        mending = Mending(renderer.spec, first, attempt, mend)
        await mending.mend(self.rounds)
        self.warnings.extend(mending.warnings)
        if mending.best is not latest:
            self.on_event(Rendered(mending.best.rendering.files))
        return mending.best, mending.repairs

    async def _write(self, renderer: Renderer, found: Mapping[str, Written]) -> tuple[Writing, str]:
        from agent.writing.by_model import write  # noqa: PLC0415 - only who writes pays for it
        from agent.writing.slots import slots  # noqa: PLC0415 - the same

        spec = renderer.spec
        asked = await self._asked(Purpose.CODE)
        missing = [slot for slot in slots(spec) if slot.operation in unbuilt(spec, found)]
        with self.consulting.asking(Purpose.CODE) as listener:
            writing = await write(missing, asked, listener, partial(self._faults, renderer))
        bodies = sum(each.body is not None for each in writing.written.values())
        tests = sum(len(each.tests) for each in writing.written.values())
        return (
            writing,
            f"{bodies} of {len(missing)} operations, {tests} tests of their rules",
        )

    async def _faults(
        self, renderer: Renderer, written: Mapping[str, Written]
    ) -> Mapping[str, Sequence[str]]:
        """Return what is found in tests before there is a body, by operation."""
        from agent.writing.blame import in_tests  # noqa: PLC0415 - only who writes pays for it
        from agent.writing.slots import slots  # noqa: PLC0415 - the same

        files = (await self.compute(renderer.render, written)).files
        found = await self.examine(files)
        told = {
            slot.operation: in_tests(slot, written[slot.operation], files, found)
            for slot in slots(renderer.spec)
            if slot.operation in written
        }
        return {operation: lines for operation, lines in told.items() if lines}

    async def _mend(self, number: int, blamed: Sequence[Blamed]) -> tuple[Mended, str]:
        from agent.writing.repair import repair  # noqa: PLC0415 - only who mends pays for it

        asked = await self._asked(Purpose.REPAIR)
        with self.consulting.asking(Purpose.REPAIR) as listener:
            mended = await repair(blamed, asked, listener)
        named = ", ".join(mended.written) or "nothing new"
        return mended, f"round {number}: {named}"

    async def _asked(self, purpose: Purpose) -> Consultation:
        found = await self.consulting.about(purpose)
        if found is None:
            raise AssertionError(f"nobody can be asked for {purpose}")
        return found

    async def _render(
        self, renderer: Renderer, written: Mapping[str, Written]
    ) -> tuple[Rendering, str]:
        rendering = await self.compute(renderer.render, written, self.applied)
        return rendering, f"{len(rendering.files)} files"

    async def _prove(
        self, files: tuple[GeneratedFile, ...], unimplemented: tuple[str, ...]
    ) -> tuple[Proof, str]:
        proof = await self.prove(files, unimplemented)
        return proof, proof.in_words

"""What does a task pay for, with money or time? Models and proofs, asked through its journal."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agent.checks.prove import CheckFinished
from agent.documents import Proof, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pydantic import JsonValue

    from agent.checks.prove import CheckEvent, Prove
    from agent.documents import GeneratedFile, VerificationLevel
    from agent.llm.account import Call
    from agent.llm.consultation import Consult, Consultation
    from agent.llm.model import Model, OnText, Question
    from agent.llm.profile import Profile
    from agent.sandbox import Sandbox
    from agent.service.journal import Journal


def proving(prove: Prove, journal: Journal) -> Prove:
    """Return what proves as ``prove`` does, and no project twice that failed."""

    async def kept(  # noqa: PLR0913 - what a proof depends on
        files: Sequence[GeneratedFile],
        level: VerificationLevel,
        *,
        sandbox: Sandbox,
        database_url: str | None,
        on_event: Callable[[CheckEvent], None],
        unimplemented: Sequence[str],
        cache: Path | None,
        fail_fast: bool,
    ) -> Proof:
        fresh: list[Proof] = []

        async def get() -> JsonValue:
            proof = await prove(
                files,
                level,
                sandbox=sandbox,
                database_url=database_url,
                on_event=on_event,
                unimplemented=unimplemented,
                cache=cache,
                fail_fast=fail_fast,
            )
            fresh.append(proof)
            return proof.model_dump(mode="json", by_alias=True)

        asked: dict[str, Any] = {
            "files": _digest(files),
            "level": level.value,
            "server": database_url is not None,
            "unimplemented": list(unimplemented),
            "failFast": fail_fast,
        }
        value = await journal.kept("proof", asked, get, _may_be_mended)
        if fresh:
            return fresh[0]
        proof = Proof.model_validate(value)
        for report in proof.checks:
            on_event(CheckFinished(report))
        return proof

    return kept


def _may_be_mended(proof: Any) -> bool:  # noqa: ANN401 - JSON data
    """Tell whether work may go on from a proof; else the end of the task keeps it at once."""
    return bool(proof["verdict"] == Verdict.FAILED)


def _digest(files: Sequence[GeneratedFile]) -> str:
    """Return what stands for all files: at once, as each digest lets other threads go first."""
    # encoded one by one, as most are ASCII: one other character makes a long text take far longer
    texts = [f"{len(file.content)} {file.path}\n{file.content}".encode() for file in files]
    return hashlib.blake2b(b"".join(texts), digest_size=32).hexdigest()


def consulting(consult: Consult, journal: Journal) -> Consult:
    """Return what begins a consultation as ``consult`` does, and pays for no answer twice."""

    def begin() -> Consultation:
        consultation = consult()
        models = consultation.models.through(lambda model: _Kept(model, journal))
        return replace(consultation, models=models)

    return begin


class _Kept:
    """A model whose answers are kept."""

    def __init__(self, model: Model, journal: Journal) -> None:
        self._model = model
        self._journal = journal

    @property
    def profile(self) -> Profile:
        """Return that of the model."""
        return self._model.profile

    async def complete(
        self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
    ) -> str:
        """Ask the model, where its answer is not kept: its tokens count either way."""
        is_fresh = False

        async def get() -> JsonValue:
            nonlocal is_fresh
            is_fresh = True
            text = await self._model.complete(question, call, seconds=seconds, on_text=on_text)
            return {
                "text": text,
                "input": call.input_tokens,
                "cached": call.cached_tokens,
                "output": call.output_tokens,
                "estimated": call.estimated,
                "seconds": call.seconds,
            }

        profile = self.profile
        asked: dict[str, Any] = {
            "server": profile.base_url,
            "model": profile.model,
            "messages": [
                {"role": message.role, "text": message.text} for message in question.messages
            ],
            "schema": question.schema,
        }
        value: Any = await self._journal.kept("model", asked, get)
        if not is_fresh:
            call.told(value["input"], value["cached"], value["output"])
            call.estimated = value["estimated"]
            call.started -= value["seconds"]
            if on_text is not None:
                on_text(value["text"])
        text: str = value["text"]
        return text

    async def aclose(self) -> None:
        """Close the model's connections."""
        await self._model.aclose()

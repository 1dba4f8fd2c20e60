"""What a task paid for is known by: the same from version to version, or it would be paid twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

import pytest

from agent.documents import FileType, GeneratedFile, Purpose, VerificationLevel
from agent.llm.account import Call
from agent.llm.model import Message, Question
from agent.sandbox import Sandbox
from agent.service import paid
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover

if TYPE_CHECKING:
    from agent.service.journal import Journal


class Asked:
    """A journal that has nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    async def kept(self, what: str, asked: object, get: Any, *_: object) -> object:  # noqa: ANN401 - what gets it
        self.asked.append((what, asked))
        return await get()


@pytest.mark.asyncio
async def test_a_proof_is_known_by_the_text_of_all_files() -> None:
    texts = {"a.py": "x = 1\n", "b.md": "caf\u00e9 \u2014 \U0001f600\n", "c.py": ""}
    files = [
        GeneratedFile(path=path, content=text, type=FileType.CONFIG) for path, text in texts.items()
    ]
    journal = Asked()
    prove = paid.proving(Prover(), cast("Journal", journal))
    await prove(
        files,
        VerificationLevel.FAST,
        sandbox=Sandbox(unsafe=True),
        database_url=None,
        on_event=print,
        unimplemented=("a",),
        cache=None,
        fail_fast=False,
    )
    text = "".join(f"{len(text)} {path}\n{text}" for path, text in texts.items())
    digest = hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
    asked = {"level": "fast", "server": False, "unimplemented": ["a"], "failFast": False}
    assert journal.asked == [("proof", {"files": digest, **asked})]


@pytest.mark.asyncio
async def test_an_answer_is_known_by_what_was_said() -> None:
    journal, model = Asked(), Scripted("yes")
    kept = paid._Kept(model, cast("Journal", journal))
    call = Call(Purpose.PLAN, model.profile, ())
    question = Question((Message("system", "Answer."), Message("user", "Which?")))
    assert await kept.complete(question, call, seconds=1) == "yes"
    messages = [{"role": "system", "text": "Answer."}, {"role": "user", "text": "Which?"}]
    asked = {"server": model.profile.base_url, "model": "first", "messages": messages}
    assert journal.asked == [("model", {**asked, "schema": None})]

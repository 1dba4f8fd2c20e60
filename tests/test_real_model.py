"""A real model on the real wire: shapes only, for 135M parameters plan nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Literal, TypeVar

import pytest
from pydantic import BaseModel, Field

from agent.documents import Purpose
from agent.errors import ModelContextError, ModelLengthError
from agent.llm.account import Account
from agent.llm.asking import Models
from agent.llm.chat_completions import ChatCompletions
from agent.llm.expected import expect_json, expect_text
from agent.llm.profile import Profile
from agent.prompts import Prompts, Rendered
from agent.resources import folder
from tests.real_model_server import CONTEXT, missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.llm.expected import Expected

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.real_model,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]

SECONDS = 120.0


class Leaf(BaseModel):
    """A leaf."""

    kind: Literal["leaf"]
    size: int = Field(default=1, description="In centimetres.")


class Branch(BaseModel):
    """A branch of the tree, with what grows on it."""

    kind: Literal["branch"]
    name: Literal["north", "south"] | None = None
    grows: list[Branch | Leaf] = Field(max_length=3)


class Tree(BaseModel):
    """A tree."""

    tall: bool
    first: Branch | Leaf = Field(description="What grows on the trunk.")


T = TypeVar("T")

TREE: Expected[Tree] = expect_json("tree", Tree)
TEXT: Expected[str] = expect_text("text", str)
QUESTION = Rendered("test@1", "You are short.", "Describe a tall tree with one leaf.")


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.real_model_server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        yield server.stdout.readline().strip()


class Asking:
    """One model, its connections closed at the end."""

    def __init__(self, base_url: str, max_output: int = 200) -> None:
        profile = Profile(
            base_url=base_url,
            model="smollm2",
            max_output=max_output,
            timeout=SECONDS,
            options={"temperature": 0, "seed": 1},
        )
        self.account = Account()
        self.models = Models({Purpose.PLAN: [ChatCompletions(profile)]}, Prompts(folder("prompts")))

    async def __call__(
        self, expected: Expected[T], prompt: Rendered = QUESTION, heard: list[str] | None = None
    ) -> T:
        try:
            listener = None if heard is None else heard.append
            return await self.models.ask(Purpose.PLAN, prompt, expected, self.account, listener)
        finally:
            await self.models.aclose()


@pytest.mark.parametrize("stream", [False, True])
async def test_json_under_our_schema(base_url: str, *, stream: bool) -> None:
    """Recursion, a union, a nullable choice: the server makes a grammar of all of it."""
    asking = Asking(base_url)
    heard: list[str] | None = [] if stream else None
    tree = await asking(TREE, heard=heard)
    assert isinstance(tree.first, Leaf) or len(tree.first.grows) <= 3
    usage = asking.account.usage(0)
    assert usage.model_calls == 1
    assert usage.estimated_calls == 0
    assert usage.input_tokens > 10
    assert usage.output_tokens > 10
    if heard is not None:
        assert len(heard) > 10
        assert Tree.model_validate_json(heard[-1]) == tree


async def test_text_with_its_usage(base_url: str) -> None:
    asking, heard = Asking(base_url, max_output=100), list[str]()
    prompt = Rendered("test@1", "", "Say hello.")
    assert await asking(TEXT, prompt, heard) == heard[-1].strip()
    assert asking.account.usage(0).estimated_calls == 0


@pytest.mark.parametrize("stream", [False, True])
async def test_stopped_at_its_length(base_url: str, *, stream: bool) -> None:
    asking = Asking(base_url, max_output=8)
    with pytest.raises(ModelLengthError):
        await asking(TEXT, heard=[] if stream else None)
    assert asking.account.usage(0).output_tokens == 8


@pytest.mark.parametrize("stream", [False, True])
async def test_longer_than_the_context(base_url: str, *, stream: bool) -> None:
    """The server says so itself."""
    asking = Asking(base_url)
    prompt = Rendered("test@1", "", "tree " * 2 * CONTEXT)
    with pytest.raises(ModelContextError):
        await asking(TEXT, prompt, [] if stream else None)
    assert asking.account.usage(0).input_tokens == 0


async def test_cancelled(base_url: str) -> None:
    asking, heard = Asking(base_url, max_output=800), list[str]()
    prompt = Rendered("test@1", "", "Count from one to a thousand, in words.")
    task = asyncio.create_task(asking(TEXT, prompt, heard))
    async with asyncio.timeout(SECONDS):
        while len(heard) < 3:  # noqa: ASYNC110 - it is another process that speaks
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    usage = asking.account.usage(0)
    assert (usage.estimated_calls, usage.output_tokens > 0) == (1, True)
    # its only slot is free again
    assert await Asking(base_url, max_output=60)(TEXT, Rendered("test@1", "", "Say hello."))

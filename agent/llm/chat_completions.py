"""How does a server that speaks Chat Completions answer? One call, by the openai client.

Only the portable part is used: OpenAI, Azure, Ollama, vLLM, llama.cpp and LM Studio take it. The
client's own retries are off (asking.py retries), and so is its typed parsing, which loses status
and usage.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx2
import openai
from openai import AsyncOpenAI

from agent.errors import (
    ModelContextError,
    ModelDownError,
    ModelEmptyError,
    ModelError,
    ModelFilterError,
    ModelLengthError,
    ModelRefusalError,
    ModelTimeoutError,
)
from agent.llm.account import estimate
from agent.llm.failures import of_body, of_content, translated
from agent.llm.profile import Output
from agent.llm.wire import Completion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.llm.account import Call
    from agent.llm.model import OnText, Question
    from agent.llm.profile import Profile

CONNECT_SECONDS = 10.0
HEADERS = {"accept", "accept-encoding", "authorization", "connection", "content-length"} | {
    "content-type",
    "host",
    "user-agent",
    "x-stainless-raw-response",  # the SDK looks for it in its own request
}
"""What leaves with a request. The SDK adds what it finds in OPENAI_* variables, and who we are."""


class ChatCompletions:
    """A model behind Chat Completions. Connections belong to the event loop that asks first."""

    def __init__(self, profile: Profile) -> None:
        """Remember whom to ask; nothing is opened yet."""
        self.profile = profile

    @cached_property
    def _client(self) -> AsyncOpenAI:
        key = self.profile.api_key
        return AsyncOpenAI(
            # given even where there is none, or the SDK would take OPENAI_API_KEY; see _only_ours
            api_key=key.get_secret_value() if key else "none",
            base_url=self.profile.base_url,
            max_retries=0,
            http_client=httpx2.AsyncClient(
                timeout=httpx2.Timeout(self.profile.timeout, connect=CONNECT_SECONDS),
                # what was asked goes where it was meant to go
                follow_redirects=False,
                event_hooks={"request": [self._only_ours]},
            ),
        )

    async def _only_ours(self, request: httpx2.Request) -> None:
        for name in [name for name in request.headers if name.lower() not in HEADERS]:
            del request.headers[name]
        if self.profile.api_key:
            key = self.profile.api_key.get_secret_value()
            request.headers["Authorization"] = f"Bearer {key}"
        else:
            request.headers.pop("Authorization", None)

    async def aclose(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:
            await self._client.close()
            del self.__dict__["_client"]

    async def complete(
        self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
    ) -> str:
        """Ask once; see ``agent.llm.model.Model``."""
        profile = self.profile
        asked = estimate("".join(message.text for message in question.messages))
        if profile.context and asked >= profile.context:
            raise ModelContextError(
                f"{profile.name}: about {asked} tokens for a context of {profile.context}"
            )
        call.input_tokens = asked
        body = self._body(question, asked)
        try:
            async with asyncio.timeout(seconds) as clock:
                if on_text and self.profile.streaming:
                    answer = await self._streamed(body, call, on_text)
                else:
                    answer = await self._whole(body, call)
        except TimeoutError:
            if not clock.expired():
                raise
            failure: ModelError = ModelTimeoutError(
                f"{profile.name}: no whole answer in {seconds:.0f} seconds"
            )
        except ModelError as error:
            failure = error
        else:
            return answer.text()
        # the SDK's exceptions hold the request, and with it the key and what was asked
        failure.__cause__ = failure.__context__ = None
        raise failure

    def _body(self, question: Question, asked: int) -> dict[str, Any]:
        profile = self.profile
        room = profile.max_output
        if profile.context:
            room = min(room, profile.context - asked)
        body: dict[str, Any] = {
            "model": profile.model,
            "messages": [{"role": m.role, "content": m.text} for m in question.messages],
            "extra_body": {profile.limit: room, **profile.options},
        }
        if question.schema is not None and profile.output is Output.JSON_SCHEMA:
            schema = {"name": question.schema_name, "schema": question.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif question.schema is not None and profile.output is Output.JSON_OBJECT:
            body["response_format"] = {"type": "json_object"}
        return body

    async def _whole(self, body: dict[str, Any], call: Call) -> _Answer:
        with _refused_costs_nothing(call), translated(self.profile):
            raw = await self._client.chat.completions.with_raw_response.create(**body)
        response = raw.http_response
        if response.content and not response.content.lstrip().startswith(b"{"):
            raise of_content(self.profile, response.headers.get("content-type", ""))
        with translated(self.profile):
            completion = Completion.model_validate_json(response.content)
        completion.tell(call)
        answer = _Answer(self.profile)
        answer.add(completion)
        answer.estimate(call)
        return answer

    async def _streamed(self, body: dict[str, Any], call: Call, on_text: OnText) -> _Answer:
        if self.profile.stream_usage:
            body["stream_options"] = {"include_usage": True}
        with _refused_costs_nothing(call), translated(self.profile):
            stream: openai.AsyncStream[Any] = await self._client.chat.completions.create(
                **body, stream=True
            )
        answer = _Answer(self.profile)
        async with stream:  # closes the connection, also when this is cancelled
            kind = stream.response.headers.get("content-type", "")
            if not kind.startswith("text/event-stream"):
                whole = b""
                if kind.startswith("application/json"):
                    with translated(self.profile):
                        whole = await stream.response.aread()
                raise of_content(self.profile, kind, whole)
            while True:
                with translated(self.profile):
                    event = await anext(stream, None)
                    if event is None:
                        return answer
                    piece = Completion.model_validate(event, from_attributes=True)
                piece.tell(call)
                if answer.add(piece):
                    answer.estimate(call)
                    on_text(answer.content)


@contextmanager
def _refused_costs_nothing(call: Call) -> Iterator[None]:
    """Count no tokens where the server took none; what became of a late answer nobody knows."""
    try:
        yield
    except ModelTimeoutError:
        raise
    except ModelError:
        call.input_tokens = 0
        raise


class _Answer:
    """What a model has said, whole or piece by piece."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.content = ""
        self.refusal = ""
        self.finish: str | None = None

    def add(self, piece: Completion) -> bool:
        """Take a piece; tell whether the text grew."""
        if piece.error:
            raise of_body(self.profile, piece.error)
        grew = False
        for choice in piece.choices[:1]:
            self.finish = choice.finish_reason or self.finish
            for said in (choice.message, choice.delta):
                self.refusal += said.refusal or ""
                self.content += said.content or ""
                grew = grew or bool(said.content)
        return grew

    def estimate(self, call: Call) -> None:
        """Count what came, unless the server counted."""
        if call.estimated:
            call.output_tokens = estimate(self.content + self.refusal)

    def text(self) -> str:
        """Return the whole text.

        Raises:
            ModelError: it is not whole, or is none.

        """
        who = self.profile.name
        if self.refusal:
            raise ModelRefusalError(f"{who}: declines to answer")
        match self.finish:
            case None:
                raise ModelDownError(f"{who}: the answer was cut off")
            case "length":
                raise ModelLengthError(f"{who}: the answer was stopped at its limit of tokens")
            case "content_filter":
                raise ModelFilterError(f"{who}: a content filter stopped the answer")
        if not self.content.strip():
            raise ModelEmptyError(f"{who}: said nothing")
        return self.content

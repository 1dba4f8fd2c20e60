"""One call on the real wire: what is sent, what is read, and how each failure ends."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Any, Literal

import pytest

from agent.documents import Purpose
from agent.errors import (
    ModelContextError,
    ModelDownError,
    ModelEmptyError,
    ModelError,
    ModelFilterError,
    ModelForeignError,
    ModelLengthError,
    ModelRefusalError,
    ModelRequestError,
    ModelTimeoutError,
)
from agent.llm.account import Account
from agent.llm.chat_completions import ChatCompletions
from agent.llm.model import Message, Question
from agent.llm.profile import Profile
from tests.scripted_model import ScriptedModel, Turn, fails, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.llm.account import Call
    from agent.llm.strict import Schema

pytestmark = pytest.mark.asyncio

KEY = "sk-very-secret-0123456789"
SECRET_WORDS = "the plan of the new product"  # noqa: S105 - what a user says
QUESTION = Question((Message("system", "Answer."), Message("user", SECRET_WORDS)))
SCHEMA: Schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def profile(server: ScriptedModel | str, **fields: Any) -> Profile:  # noqa: ANN401 - any field
    url = server if isinstance(server, str) else server.base_url
    return Profile(base_url=url, model="scripted", api_key=KEY, **fields)


async def ask(
    chosen: Profile,
    question: Question = QUESTION,
    *,
    stream: bool = False,
    seconds: float = 5,
    pieces: list[str] | None = None,
) -> tuple[str | ModelError, Call]:
    account = Account()
    model = ChatCompletions(chosen)
    heard: list[str] = [] if pieces is None else pieces
    try:
        with account.call(Purpose.PLAN, chosen, ()) as call:
            answer: str | ModelError = await model.complete(
                question, call, seconds=seconds, on_text=heard.append if stream else None
            )
    except ModelError as error:
        answer = error
    finally:
        await model.aclose()
    return answer, account.calls[0]


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_with_its_usage(*, stream: bool) -> None:
    async with ScriptedModel(Turn('{"a": "größer"}', usage=(30, 12, 7))) as server:
        pieces: list[str] = []
        answer, call = await ask(profile(server), stream=stream, pieces=pieces)
    assert answer == '{"a": "größer"}'
    assert (call.input_tokens, call.cached_tokens, call.output_tokens) == (30, 12, 7)
    assert not call.estimated
    assert pieces == (['{"a": "g', '{"a": "größer"}'] if stream else [])


async def test_what_is_sent() -> None:
    async with ScriptedModel(Turn("{}"), Turn("{}"), Turn("{}")) as server:
        question = Question(QUESTION.messages, SCHEMA, "plan")
        await ask(profile(server, max_output=77, options={"temperature": 0}), question)
        await ask(profile(server, output="json_object", limit_field="max_completion_tokens"))
        await ask(profile(server, output="json_object"), question, stream=True)
    strict, plain, streamed = (asked.body for asked in server.asked)
    assert strict == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": "Answer."},
            {"role": "user", "content": SECRET_WORDS},
        ],
        "max_tokens": 77,
        "temperature": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "plan", "schema": SCHEMA, "strict": True},
        },
    }
    assert plain["max_completion_tokens"] == 16_384
    assert "response_format" not in plain
    assert streamed["response_format"] == {"type": "json_object"}
    assert streamed["stream_options"] == {"include_usage": True}
    assert {asked.path for asked in server.asked} == {"/v1/chat/completions"}


async def test_a_server_that_does_not_stream() -> None:
    whole = b'{"id": "1", "object": "chat.completion", "choices": [{"message": {"content": "x"}}]}'
    health = b'{"status": "ok", "choices": 3}'
    async with ScriptedModel(Turn(body=whole), Turn(body=health), page()) as server:
        told = [str((await ask(profile(server), stream=True))[0]) for _ in range(3)]
    assert "PYTHON_SPECIALIST_MODEL_STREAMING=false" in told[0]
    assert "/v1" not in told[0]
    for each in told[1:]:
        assert each.endswith("not as a model: is it the base URL of Chat Completions?")


async def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", "leaked")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: leaked\nX-Other: leaked")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/leaked")
    async with ScriptedModel(Turn("a"), Turn("b")) as server:
        await ask(profile(server))
        without_key = Profile(base_url=server.base_url, model="scripted")
        await ask(without_key)
    with_key, without = (asked.headers for asked in server.asked)
    assert with_key["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in without
    assert "leaked" not in str(with_key) + str(without)
    assert [n for n in with_key if n.startswith("x-")] == ["x-stainless-raw-response"]


async def test_a_server_that_counts_nothing_is_counted_by_estimate() -> None:
    async with ScriptedModel(Turn("x" * 400, usage=None), Turn("x" * 400, usage=None)) as server:
        for stream in (False, True):
            _, call = await ask(profile(server, stream_usage=False), stream=stream)
            assert call.estimated
            assert call.output_tokens == 100
            assert call.input_tokens == 9
        assert "stream_options" not in server.asked[1].body


FAILURES = [
    (Turn(refusal="I would rather not."), ModelRefusalError),
    (Turn("half", finish="length"), ModelLengthError),
    (Turn("half", finish="content_filter"), ModelFilterError),
    (Turn(""), ModelEmptyError),
    (Turn(" \n"), ModelEmptyError),
    (Turn(None, finish="tool_calls"), ModelEmptyError),
    (page(), ModelForeignError),
    (page(502), ModelDownError),
    (Turn("never ended", finish=None), ModelDownError),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("turn", "kind"), FAILURES)
async def test_failures(turn: Turn, kind: type[ModelError], *, stream: bool) -> None:
    async with ScriptedModel(turn) as server:
        failure, call = await ask(profile(server), stream=stream)
    assert type(failure) is kind
    if turn.body is None:  # the model said something, and that is paid for
        assert (call.input_tokens, call.output_tokens, call.estimated) == (20, 10, False)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"choices": [{"finish_reason": "stop", "message": {"cont', ModelDownError),
        (b"", ModelDownError),
        (b'{"choices": 3}', ModelDownError),
        (b'{"choices": []}', ModelDownError),
        (b'{"choices": [{"finish_reason": "stop", "message": {"content": [1]}}]}', ModelDownError),
        (b"[1, 2]", ModelForeignError),
        (b'{"error": {"code": 400, "message": "no", "type": "x"}}', ModelRequestError),
        (b'{"error": {"type": "exceed_context_size_error"}}', ModelContextError),
        (b'{"error": "overloaded"}', ModelDownError),
    ],
)
async def test_nonsense_with_status_200(body: bytes, kind: type[ModelError]) -> None:
    async with ScriptedModel(Turn(body=body)) as server:
        failure, _ = await ask(profile(server))
    assert type(failure) is kind


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        (b"data: {broken\n\n", ModelDownError),
        (b"data: \xff\xfe\n\n", ModelDownError),
        (b"data: 3\n\n", ModelDownError),
        (b'data: {"choices": [{"delta": {"content": 3}}]}\n\n', ModelDownError),
        (b'data: {"error": {"message": "x", "code": "context_length_exceeded"}}\n\n', None),
        (b": only comments\n\n", ModelDownError),
    ],
)
async def test_nonsense_in_a_stream(events: bytes, kind: type[ModelError] | None) -> None:
    async with ScriptedModel(Turn(content_type="text/event-stream", body=events)) as server:
        failure, _ = await ask(profile(server), stream=True)
    assert type(failure) is (kind or ModelContextError)


@pytest.mark.parametrize("cut", ["clean", "broken"])
async def test_a_stream_that_is_cut(cut: Literal["clean", "broken"]) -> None:
    async with ScriptedModel(Turn("x" * 320, cut=cut)) as server:
        pieces: list[str] = []
        failure, call = await ask(profile(server), stream=True, pieces=pieces)
    assert type(failure) is ModelDownError
    assert pieces[-1] == "x" * 160
    assert call.estimated
    assert (call.input_tokens, call.output_tokens) == (9, 40)


async def test_a_connection_that_nobody_takes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    failure, call = await ask(profile(f"http://127.0.0.1:{port}/v1"))
    assert type(failure) is ModelDownError
    assert (call.input_tokens, call.output_tokens) == (0, 0)


@pytest.mark.parametrize("stream", [False, True])
async def test_too_slow(*, stream: bool) -> None:
    slow = Turn("slowly, slowly", delay=0 if stream else 9, pause=9)
    async with ScriptedModel(slow, slow) as server:
        failure, call = await ask(profile(server), stream=stream, seconds=0.2)
        assert type(failure) is ModelTimeoutError
        assert call.input_tokens == 9
        assert 0.1 < call.seconds < 2
        failure, _ = await ask(profile(server, timeout=0.2), stream=stream)  # silence, not the sum
        assert type(failure) is ModelTimeoutError
        await until(lambda: server.left == 2)


@pytest.mark.parametrize("stream", [False, True])
async def test_cancelled(*, stream: bool) -> None:
    slow = Turn("x" * 80, delay=0 if stream else 9, pause=0.05 if stream else 9)
    async with ScriptedModel(slow) as server:
        account, chosen, heard = Account(), profile(server), asyncio.Event()
        model = ChatCompletions(chosen)

        async def run() -> None:
            with account.call(Purpose.PLAN, chosen, ()) as call:
                await model.complete(
                    QUESTION, call, seconds=5, on_text=(lambda _: heard.set()) if stream else None
                )

        task = asyncio.create_task(run())
        await until(heard.is_set if stream else lambda: bool(server.asked))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: server.left == 1)  # before the client is closed
        await model.aclose()
    assert account.calls[0].input_tokens == 9
    assert bool(account.calls[0].output_tokens) is stream
    assert account.calls[0].ended


async def test_what_a_listener_raises_is_its_own() -> None:
    def angry(_: str) -> None:
        raise ValueError("not a failure of the model")

    async with ScriptedModel(Turn("abc")) as server:
        chosen = profile(server)
        model = ChatCompletions(chosen)
        with (
            pytest.raises(ValueError, match="not a failure"),
            Account().call(Purpose.PLAN, chosen, ()) as call,
        ):
            await model.complete(QUESTION, call, seconds=5, on_text=angry)
        await model.aclose()


async def test_longer_than_the_context() -> None:
    async with ScriptedModel(Turn("ok")) as server:
        failure, call = await ask(profile(server, context=9))
        assert type(failure) is ModelContextError
        assert call.input_tokens == 0
        assert not server.asked
        answer, _ = await ask(profile(server, context=60))
        assert answer == "ok"
        assert server.asked[0].body["max_tokens"] == 51  # what is left of the context


async def test_a_redirect_is_not_followed() -> None:
    async with ScriptedModel(Turn("leaked")) as other:
        turn = Turn(
            status=307, headers={"location": f"{other.base_url}/chat/completions"}, body=b""
        )
        async with ScriptedModel(turn) as server:
            failure, _ = await ask(profile(server))
        assert type(failure) is ModelForeignError
        assert not other.asked


async def test_secrets_stay_where_they_are(caplog: pytest.LogCaptureFixture) -> None:
    """Neither key nor words in logs, representations, errors, or what hangs on them."""
    caplog.set_level(logging.DEBUG)
    echo = f"bad key {KEY} or sk-other-0123456789, for {SECRET_WORDS}"
    turns = [fails(400, message=echo), fails(401, message=echo), page(), Turn("x", cut="broken")]
    async with ScriptedModel(*turns, Turn("fine")) as server:
        chosen = profile(server)
        seen = [repr(chosen), str(chosen), chosen.model_dump_json()]
        for turn in (*turns, None):
            failure, call = await ask(chosen, stream=bool(turn and turn.cut))
            seen.append(repr(call))
            hanging: object = failure
            while isinstance(hanging, BaseException):
                seen += [repr(hanging), str(vars(hanging))]
                hanging = hanging.__cause__ or hanging.__context__
    text = "\n".join([*seen, caplog.text])
    assert KEY not in text
    assert "sk-other" not in text
    assert "bad key *** or ***" in text
    # a server may repeat what was asked; of all else, nothing does
    assert SECRET_WORDS not in text.replace(f"for {SECRET_WORDS}", "")


async def test_no_test_can_leave_this_machine() -> None:
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(BaseException) as caught:  # noqa: PT011 - a group on the way
        await ask(profile("http://192.0.2.1/v1"))
    assert "allowed: " in str(caught.getrepr())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - a server has no event for it
            await asyncio.sleep(0.01)

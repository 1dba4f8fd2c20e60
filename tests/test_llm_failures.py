"""What does a server's refusal mean? By status, code and words, as the servers really send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx2
import pytest

from agent.documents import Purpose
from agent.errors import (
    ModelAccessError,
    ModelBusyError,
    ModelContextError,
    ModelDownError,
    ModelError,
    ModelFilterError,
    ModelForeignError,
    ModelQuotaError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnknownError,
)
from agent.llm.account import Account
from agent.llm.chat_completions import ChatCompletions
from agent.llm.failures import SHOWN, of_content, retry_after
from agent.llm.model import Message, Question
from agent.llm.profile import Profile

if TYPE_CHECKING:
    import respx
    from pydantic import JsonValue

PROFILE = Profile(base_url="https://models.invalid/v1", model="m", api_key="sk-0123456789")
URL = "https://models.invalid/v1/chat/completions"


async def failure() -> ModelError:
    model = ChatCompletions(PROFILE)
    question = Question((Message("user", "x" * 40),))
    account = Account()
    with (
        pytest.raises(ModelError) as caught,
        account.call(Purpose.CODE, PROFILE, ()) as call,
    ):
        await model.complete(question, call, seconds=5)
    await model.aclose()
    assert account.tokens == (10 if caught.type is ModelTimeoutError else 0)
    return caught.value


def openai(
    code: str | None, message: str = "no", kind: str = "invalid_request_error"
) -> dict[str, JsonValue]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def vllm(message: str) -> dict[str, JsonValue]:
    return {"object": "error", "message": message, "type": "BadRequestError", "code": 400}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (307, None, ModelForeignError),
        (400, openai(None), ModelRequestError),
        (400, openai("context_length_exceeded"), ModelContextError),
        (400, openai("content_filter"), ModelFilterError),
        (
            400,
            vllm("This model's maximum context length is 4096 tokens. However, you requested 9"),
            ModelContextError,
        ),
        (400, vllm("max_tokens must be at least 1, got -186."), ModelContextError),
        (
            400,
            {"error": {"code": 400, "message": "x", "type": "exceed_context_size_error"}},
            ModelContextError,
        ),
        (400, {"error": "Requested tokens exceed context window of 512"}, ModelContextError),
        (400, vllm("Requested tokens (516) exceed context window of 512"), ModelContextError),
        (401, openai("invalid_api_key"), ModelAccessError),
        (402, None, ModelQuotaError),
        (403, openai(None), ModelAccessError),
        (404, openai("model_not_found"), ModelUnknownError),
        (404, "<html>nothing here</html>", ModelUnknownError),
        (408, None, ModelDownError),
        (409, None, ModelDownError),
        (413, None, ModelRequestError),
        (422, {"detail": [{"loc": ["body"], "msg": "no", "input": "x"}]}, ModelRequestError),
        (429, openai("rate_limit_exceeded"), ModelBusyError),
        (429, openai("insufficient_quota", kind="insufficient_quota"), ModelQuotaError),
        (500, openai(None), ModelDownError),
        (500, openai("exceed_context_size_error"), ModelContextError),
        (503, None, ModelDownError),
        (529, None, ModelDownError),
    ],
)
async def test_by_status(
    httpx2_mock: respx.Router, status: int, body: JsonValue, kind: type[ModelError]
) -> None:
    text = body if isinstance(body, str) else json.dumps(body) if body else ""
    httpx2_mock.post(URL).respond(status, text=text)
    found = await failure()
    assert type(found) is kind
    assert "models.invalid" in str(found) or "context" in str(found)
    assert found.__context__ is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx2.ConnectTimeout, ModelDownError),
        (httpx2.PoolTimeout, ModelTimeoutError),
        (httpx2.ReadTimeout, ModelTimeoutError),
        (httpx2.ConnectError, ModelDownError),
        (httpx2.RemoteProtocolError, ModelDownError),
        (httpx2.ProxyError, ModelDownError),
    ],
)
async def test_by_what_breaks(
    httpx2_mock: respx.Router, raised: type[httpx2.HTTPError], kind: type[ModelError]
) -> None:
    httpx2_mock.post(URL).mock(side_effect=raised("broken"))
    assert type(await failure()) is kind


@pytest.mark.asyncio
async def test_what_is_repeated_of_a_message(httpx2_mock: respx.Router) -> None:
    long = "the field `response_format` is unknown; your key sk-0123456789 is fine. " + "x" * 900
    httpx2_mock.post(URL).respond(400, json=openai(None, long))
    found = str(await failure())
    assert "`response_format` is unknown" in found
    assert "sk-0" not in found
    assert len(found) < SHOWN + 100
    httpx2_mock.post(URL).respond(401, json=openai(None, "your key sk-01*****789 is wrong"))
    assert str(await failure()) == "m at models.invalid: 401, the key is refused, or missing"


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [429, 503])
async def test_for_how_long(httpx2_mock: respx.Router, status: int) -> None:
    httpx2_mock.post(URL).respond(status, headers={"Retry-After": "7200"})
    found = await failure()
    assert isinstance(found, ModelBusyError)
    assert found.retry_after == 7200


@pytest.mark.parametrize(
    ("base_url", "hint"),
    [
        ("https://models.invalid", "does the base URL lack its /v1?"),
        ("https://models.invalid/v1", "is it the base URL of Chat Completions?"),
        ("https://models.invalid/api/v4/", "is it the base URL of Chat Completions?"),
    ],
)
def test_only_a_url_without_a_version_may_lack_it(base_url: str, hint: str) -> None:
    found = of_content(Profile(base_url=base_url, model="m"), "text/html; charset=utf-8")
    assert str(found).endswith(f"answers with text/html, not as a model: {hint}")


def test_retry_after() -> None:
    assert retry_after({}) is None
    assert retry_after({"retry-after": "1.5"}) == 1.5
    assert retry_after({"retry-after-ms": "250", "retry-after": "9"}) == 0.25
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < (retry_after({"retry-after": soon}) or 0) <= 30
    for nothing in ("nan", "inf", "-inf"):
        assert retry_after({"retry-after-ms": nothing}) is None
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    for nonsense in ("soon", "-", "1.2.3", "Wed, 21 Oct 2015 07:28:00"):
        assert retry_after({"retry-after": nonsense}) is None
    assert retry_after({"retry-after-ms": "soon"}) is None

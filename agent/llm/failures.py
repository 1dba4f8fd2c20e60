"""What went wrong on the way to a model? What the SDK and servers say, as errors of our own.

Of what a server says only the message of an error is repeated, short, without the key, and only
where it tells what to change: it may contain what was sent.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
import openai

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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.llm.profile import Profile

SHOWN = 200
"""How many characters of a server's message are shown."""

TOO_MANY = 429
REDIRECTS, SERVER_ERRORS = range(300, 400), range(500, 600)
MEANINGS: Mapping[int, tuple[type[ModelError], str]] = {
    401: (ModelAccessError, "the key is refused, or missing"),
    402: (ModelQuotaError, "payment is required"),
    403: (ModelAccessError, "the key may not do this"),
    404: (ModelUnknownError, "no such model, or no such base URL"),
    408: (ModelDownError, "the server waited in vain"),
    409: (ModelDownError, "the server was in the way of itself"),
    TOO_MANY: (ModelBusyError, "too many requests"),
}

QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
CONTEXT = {"context_length_exceeded", "exceed_context_size_error"}
# vLLM, LM Studio, llama-cpp-python and older servers have no code for it
CONTEXT_WORDS = re.compile(
    r"maximum context length|context (length|size|window)|exceeds? .{0,40}context"
    r"|max_tokens must be at least 1, got -",
    re.IGNORECASE,
)
WHOLE = re.compile(rb'\A\s*\{.*"choices"\s*:\s*\[', re.DOTALL)
"""The beginning of an answer that is whole, and no stream."""
LACKS = "does the base URL lack its /v1?"
KEYS = re.compile(r"\b(?:sk|key|Bearer)[-_ ][^\s\"',.]{6,}")


@contextmanager
def translated(profile: Profile) -> Iterator[None]:
    """Turn what the SDK raises into errors of our own.

    Raises:
        ModelError: by kind.

    """
    try:
        yield
    except openai.APIStatusError as error:
        raise of_status(profile, error.status_code, error.body, error.response.headers) from None
    except openai.APITimeoutError as error:
        if isinstance(error.__cause__, httpx2.ConnectTimeout):
            raise ModelDownError(f"{profile.name}: no connection in time") from None
        raise ModelTimeoutError(f"{profile.name}: silent for too long") from None
    except openai.APIConnectionError as error:
        kind = type(error.__cause__ or error).__name__
        raise ModelDownError(f"{profile.name}: no connection, or it broke ({kind})") from None
    except openai.APIError as error:  # an event of a stream
        raise of_body(profile, error.body) from None
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        kind = type(error).__name__  # ValueError: JSON or UTF-8 that is none, in a stream
        raise ModelDownError(f"{profile.name}: a broken answer ({kind})") from None


def of_status(
    profile: Profile, status: int, body: object, headers: Mapping[str, str]
) -> ModelError:
    """Return what a status that is no success means."""
    if known := _known(profile, body):
        return known
    kind: type[ModelError]
    if status in REDIRECTS:
        kind, words = ModelForeignError, "it redirects: the base URL must be the final one"
    elif status in SERVER_ERRORS:
        kind, words = ModelDownError, "the server failed"
    else:
        kind, words = MEANINGS.get(status, (ModelRequestError, "the request is not taken"))
    if kind in {ModelUnknownError, ModelRequestError}:
        words += _why(profile, body)
    after = retry_after(headers)
    if issubclass(kind, ModelDownError) and (after is not None or status == TOO_MANY):
        return ModelBusyError(f"{profile.name}: {status}, {words}", after)
    return kind(f"{profile.name}: {status}, {words}")


def of_body(profile: Profile, body: object) -> ModelError:
    """Return what an error without a status of its own means: in a stream, or with 200."""
    code = _fields(body).get("code")
    if isinstance(code, int) and not isinstance(code, bool) and code >= REDIRECTS.stop:
        return of_status(profile, code, body, {})
    return _known(profile, body) or ModelDownError(f"{profile.name}: failed while it answered")


def of_content(profile: Profile, content_type: str, body: bytes = b"") -> ModelError:
    """Return what an answer of a foreign type means.

    Args:
        profile: Who was asked.
        content_type: The type of the answer.
        body: What came where a stream was asked for (empty: it is not known).

    """
    kind = content_type.partition(";")[0].strip() or "nothing known"
    answer = f"{profile.name}: answers with {kind[:SHOWN]}"
    if WHOLE.search(body):
        hint = "as a whole, not as a stream: PYTHON_SPECIALIST_MODEL_STREAMING=false asks so"
        return ModelForeignError(f"{answer} {hint}")
    has_version = re.search(r"/v\d", urlsplit(profile.base_url).path)
    hint = "is it the base URL of Chat Completions?" if has_version else LACKS
    return ModelForeignError(f"{answer}, not as a model: {hint}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds a server asks to be left alone."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            seconds = float(milliseconds) / 1000
            return max(seconds, 0.0) if isfinite(seconds) else None
        if not (said := headers.get("retry-after")):
            return None
        if re.fullmatch(r"\s*[\d.]+\s*", said):
            return float(said)
        return max((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None


def _known(profile: Profile, body: object) -> ModelError | None:
    """Return what is told by a code, or only by words, under more than one status."""
    fields = _fields(body)
    codes = {str(fields.get("code")), str(fields.get("type"))}
    message = str(fields.get("message", ""))
    if codes & QUOTA:
        return ModelQuotaError(f"{profile.name}: the account's quota is used up")
    if "content_filter" in codes:
        return ModelFilterError(f"{profile.name}: a content filter refused what was asked")
    if codes & CONTEXT or CONTEXT_WORDS.search(message):
        return ModelContextError(
            f"{profile.name}: the request and the room for an answer ({profile.max_output} tokens)"
            " are more than the model's context"
        )
    return None


def _why(profile: Profile, body: object) -> str:
    message = " ".join(str(_fields(body).get("message", "")).split())
    if profile.api_key:
        message = message.replace(profile.api_key.get_secret_value(), "***")
    message = KEYS.sub("***", message)
    if len(message) > SHOWN:
        message = f"{message[:SHOWN]}..."
    return f": {message}" if message else ""


def _fields(body: object) -> dict[str, Any]:
    """Return the error object: some wrap it, some only say it; the SDK may have unwrapped it."""
    inner = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(inner, str):
        return {} if inner.lstrip().startswith("<") else {"message": inner}
    return inner if isinstance(inner, dict) else {}

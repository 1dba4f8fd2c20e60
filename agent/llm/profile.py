"""Which model, where, what can it do, and what does it cost?"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
    field_validator,
    model_validator,
)

MILLION = 1_000_000
OURS = frozenset({"max_completion_tokens", "max_tokens", "messages", "model", "n"}) | {
    "response_format",
    "stream",
    "stream_options",
}
"""Fields of a request that follow from the rest of the profile, or from the question."""


class Output(StrEnum):
    """How a server can be held to JSON: by a schema, to any object, or not at all."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    NONE = "none"


class Profile(BaseModel):
    """One model behind one server that speaks Chat Completions.

    Prices are for a million tokens, in one currency for all profiles. ``max_output`` and
    ``context`` are tokens, ``timeout`` seconds for a whole answer. ``options`` are further fields
    of the request (``temperature``, ``reasoning_effort``, ...).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,  # each run reads the settings, and most name no model
    )

    base_url: str
    model: str = Field(min_length=1)
    api_key: SecretStr | None = None
    output: Output = Output.JSON_SCHEMA
    streaming: bool = True
    stream_usage: bool = True
    limit_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    max_output: int = Field(default=16_384, gt=0)
    context: int | None = Field(default=None, gt=0)
    timeout: float = Field(default=300, gt=0, allow_inf_nan=False)
    price_input: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    price_cached: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    price_output: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    options: dict[str, JsonValue] = Field(default_factory=dict)

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError("not an http or https URL with a host")
        # they would be shown wherever the URL is
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError("credentials and queries have no place in it")
        return url.strip().rstrip("/")

    @field_validator("api_key")
    @classmethod
    def _fits_into_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        text = key.get_secret_value().strip() if key else ""
        if not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("not one word of printable ASCII")
        return SecretStr(text) if text else None

    @field_validator("options")
    @classmethod
    def _leaves_ours_alone(cls, options: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if taken := OURS & options.keys():
            raise ValueError(f"set by other means: {', '.join(sorted(taken))}")
        return options

    @model_validator(mode="after")
    def _has_both_prices(self) -> Profile:
        if (self.price_input is None) != (self.price_output is None):
            raise ValueError("a price of input needs one of output, and the other way round")
        return self

    @property
    def name(self) -> str:
        """Return model, host and port, as people are told."""
        return f"{self.model} at {urlsplit(self.base_url).netloc}"

    @property
    def limit(self) -> str:
        """Return the name of the field that limits the answer.

        OpenAI's newer models take only the newer name; most other servers know only the older.
        """
        host = urlsplit(self.base_url).hostname or ""
        newer = host == "api.openai.com" or host.endswith(".azure.com")
        return self.limit_field or ("max_completion_tokens" if newer else "max_tokens")

    def cost(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float | None:
        """Return what these tokens cost, the cached being among the input; None: not known."""
        if self.price_input is None or self.price_output is None:
            return None
        cached_price = self.price_input if self.price_cached is None else self.price_cached
        fresh = input_tokens - cached_tokens
        paid = fresh * self.price_input + cached_tokens * cached_price
        return (paid + output_tokens * self.price_output) / MILLION

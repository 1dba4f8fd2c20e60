"""How many tokens is a text? Counted with OpenAI's vocabulary, which a package carries: offline."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Protocol


class _Counting(Protocol):
    def encode_ordinary(self, text: str) -> list[int]: ...


def count(text: str) -> int:
    """Return the number of tokens under o200k_base."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> _Counting:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # importlib.resources.open_binary
        import bpe_openai  # type: ignore[import-untyped]  # noqa: PLC0415 - takes a second

    encoding: _Counting = bpe_openai.get_encoding("o200k_base")
    return encoding

"""Can a pattern be trusted with a client's text?

The emitted project matches with pydantic's own engine, which takes time in proportion to the text
whatever the pattern: it has no lookarounds and no back references, and a pattern that needs them is
refused here, where it can still be said where it stands.
"""

from __future__ import annotations

import re
import warnings


def complaint(pattern: str) -> str | None:
    """Return what is wrong with a pattern, or nothing."""
    from pydantic_core import SchemaError, SchemaValidator, core_schema  # noqa: PLC0415 - rarely used

    if not pattern.isprintable():
        return "has characters that cannot be printed; write them as escapes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
        SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except (re.error, FutureWarning, RecursionError, OverflowError, SchemaError) as error:
        return f"cannot be read: {str(error).strip().splitlines()[-1].strip()}"
    return None

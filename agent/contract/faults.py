"""How is a fault told? Pydantic's errors in plain words, with a pointer and what would be right."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from agent.contract.served import served
from agent.documents import Fault, InputDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

SHOWN = 60
"""Characters of an offending value that a message repeats, at most."""

_SECRET = re.compile(
    r"passw|secret|token|credential|api.?key|private.?key|authorization", re.IGNORECASE
)

_KINDS = {
    "string_type": "text",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
}
_BOUNDS = {
    "greater_than_equal": ("range", "at least {ge}"),
    "greater_than": ("range", "more than {gt}"),
    "less_than_equal": ("range", "at most {le}"),
    "less_than": ("range", "less than {lt}"),
    "string_too_short": ("length", "at least {min_length} characters"),
    "string_too_long": ("length", "at most {max_length} characters"),
    "too_short": ("length", "{min_length} or more items"),
    "too_long": ("length", "at most {max_length} items"),
    "string_pattern_mismatch": ("pattern", "text that matches {pattern}"),
}


def at(path: Iterable[str | int]) -> str:
    """Write a path as a JSON Pointer (RFC 6901), always in valid Unicode."""
    pointer = "".join(f"/{escaped(str(part))}" for part in path)
    return pointer.encode("utf-8", "backslashreplace").decode()


def escaped(key: str) -> str:
    """Return a key as a part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """Return the key that a part of a JSON Pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def shown(value: object, limit: int = SHOWN) -> str:
    """Write a value for a message: one line, printable, at most ``limit`` characters.

    Objects and lists are only named: what is in them may be long, or a secret.
    """
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    # cut first: quoting a huge text only to drop most of it would cost
    text = json.dumps(value[: limit + 1] if isinstance(value, str) else value, ensure_ascii=False)
    text = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    return text if len(text) <= limit else text[: limit - 4] + '..."'


def told(path: Sequence[str | int], value: object) -> str:
    """Write the value at a path for a message; a value under a secret's name is masked."""
    if any(isinstance(part, str) and _SECRET.search(part) for part in path):
        return "the value (not shown)"
    return shown(value)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Find the word that was probably meant, if any comes close."""
    import difflib  # noqa: PLC0415 - only a refusal needs it

    plain = {re.sub(r"[^a-z0-9]", "", known.lower()): known for known in words}
    wanted = re.sub(r"[^a-z0-9]", "", word[:SHOWN].lower())
    close = difflib.get_close_matches(wanted, plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def choice(word: object, words: Sequence[str]) -> str:
    """Say which words are allowed, and which was probably meant."""
    meant = nearest(word, words) if isinstance(word, str) else None
    hint = f"; did you mean {shown(meant)}?" if meant else ""
    return f"{'one of ' if len(words) > 1 else ''}{', '.join(words)}{hint}"


def faults_of(
    error: ValidationError, raw: object, of: type[BaseModel] = InputDocument
) -> list[Fault]:
    """Turn a validation error into faults, one for each place.

    Args:
        error: What pydantic says.
        raw: What was sent.
        of: The document that it was to be.

    """
    found: dict[str, Fault] = {}
    for detail in error.errors(include_url=False):
        path, value = _place(detail, raw)
        if detail["type"] == "too_short" and len(value) >= detail["ctx"]["min_length"]:
            continue  # there are as many, but some are wrong: those are told
        fault = _fault(detail, path, value, of)
        known = found.setdefault(fault.pointer, fault)
        # the branches of "integer or number" each complain: the wider one says what is wanted
        if known.expected == _KINDS["int_type"] and fault.expected == _KINDS["float_type"]:
            found[fault.pointer] = fault
    return list(found.values())


def _place(detail: ErrorDetails, raw: object) -> tuple[list[str | int], Any]:
    """Follow an error's location through the data, past what only names a branch of a type."""
    path: list[str | int] = []
    here: Any = raw
    for part in detail["loc"]:
        named = isinstance(here, dict) and part in here
        if named or (isinstance(here, list) and isinstance(part, int)):
            here = here[part]
        elif not (detail["type"] == "missing" and part == detail["loc"][-1]):
            continue
        path.append(part)
    return path, here


def _fault(
    detail: ErrorDetails, path: list[str | int], value: object, of: type[BaseModel]
) -> Fault:
    kind, context = detail["type"], detail.get("ctx", {})
    where = at(path)
    if kind == "missing":
        key, present = str(path[-1]), value if isinstance(value, dict) else {}
        like = nearest(key, (one for one in present if isinstance(one, str)))
        hint = f"; is {shown(like)} meant to be it?" if like else ""
        if of is InputDocument and where == "/request" and "entities" in present:
            hint = '; this looks like a plan, which is sent beside it as "context": {"spec": ...}'
        return Fault(
            code="missing",
            pointer=where,
            message=f"{shown(key)} is missing",
            expected=_wanted(path, of) + hint,
        )
    if kind == "extra_forbidden":
        key = str(path[-1])
        model = _model_at(path[:-1], of)
        return Fault(
            code="unknown-key",
            pointer=where,
            message=f"unknown key {shown(key)}",
            expected=choice(key, list(names_of(model))) if model else None,
        )
    text = told(path, value)
    if kind in {"enum", "literal_error"}:
        words = served(path) or re.findall(r"'([^']*)'", str(context.get("expected", "")))
        code = "enum" if isinstance(value, str) else "type"
        return Fault(
            code=code,
            pointer=where,
            message=f"{text} is not allowed here",
            expected=choice(value, words),
        )
    if kind in _KINDS:
        return Fault(
            code="type",
            pointer=where,
            message=f"expected {_KINDS[kind]}, got {text}",
            expected=_KINDS[kind],
        )
    code, right = _BOUNDS.get(kind, ("invalid", detail["msg"]))
    if isinstance(value, list | tuple | dict):
        kind_of, one = ("object", "an object") if isinstance(value, dict) else ("list", "a list")
        text = f"{one} of {len(value)} items" if value else f"an empty {kind_of}"
    right = right.format(**context) if kind in _BOUNDS else right
    return Fault(code=code, pointer=where, message=f"{text} is not allowed here", expected=right)


def names_of(model: type[BaseModel]) -> dict[str, Any]:
    """Map the wire names of a model's fields to their annotations."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def model_in(annotation: object) -> type[BaseModel] | None:
    """Find the model that an annotation is about (``Model``, ``Model | None``, a list of them)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)


def _model_at(path: Sequence[str | int], of: type[BaseModel]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = of
    for part in path:
        if isinstance(part, str) and model:
            model = model_in(names_of(model).get(part))
    return model


def _wanted(path: Sequence[str | int], of: type[BaseModel]) -> str:
    """Say what belongs at a place, by its type."""
    model = _model_at(path[:-1], of)
    annotation = names_of(model).get(str(path[-1])) if model else None
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return choice(None, served(path) or [str(member.value) for member in annotation])
    if get_origin(annotation) is tuple:
        return "a list"
    return "an object" if get_origin(annotation) is dict or model_in(annotation) else "text"

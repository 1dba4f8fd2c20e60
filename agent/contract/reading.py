"""Is this a request we can read? Text or data in, an ``InputDocument`` or every fault out.

Wire names only, and no value is bent into another type: "5" is not a number and 1 is not true.
Only what JSON itself does not tell apart is taken as one: 5.0 is the integer 5.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agent.contract.faults import at, faults_of, model_in, names_of, nearest, shown
from agent.contract.text import MAX_DEPTH, MAX_DIGITS, MAX_SIZE, parse_json
from agent.documents import Fault, InputDocument, Published, Warn
from agent.errors import ContractError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from agent.types import Number

MAX_VALUES = 500_000
"""Values of a document, containers included."""
MAX_NOTES = 200
"""Faults (or warnings) that are told one by one; the rest is only counted."""

_EXACT = 2**53  # up to here every integral double is one integer


def parse_input(text: str | bytes) -> tuple[InputDocument, tuple[Warn, ...]]:
    """Read an input document from JSON text (UTF-8 when bytes).

    Returns:
        The document, and a warning for each unknown key.

    Raises:
        ContractError: with every fault; those of the text itself carry line and column.

    """
    return read_input(parse_json(text))


def read_input(raw: object) -> tuple[InputDocument, tuple[Warn, ...]]:
    """Read an input document from JSON data (dict, list, str, int, float, bool, None).

    Returns:
        The document, and a warning for each unknown key.

    Raises:
        ContractError: with every fault, each with its JSON Pointer.

    """
    data = _Data()
    clean = data.clean(raw)
    faults = data.faults
    try:
        document = InputDocument.model_validate_json(
            json.dumps(clean), strict=True, by_alias=True, by_name=False
        )
    except ValidationError as error:
        known = {fault.pointer for fault in faults}
        faults += [fault for fault in faults_of(error, clean) if fault.pointer not in known]
    if faults:
        raise ContractError(_few(faults))
    warnings: list[Warn] = []
    _unknown_keys(InputDocument, clean, [], warnings)
    if (more := len(warnings) - MAX_NOTES) > 0:
        message = f"and {more} more unknown keys"
        warnings[MAX_NOTES:] = [Warn(code="unknown-key", message=message)]
    return document, tuple(warnings)


class _Data:
    """A walk over data that anybody may have sent: copies what is JSON, notes what is not."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._path: list[str | int] = []
        self._room = MAX_SIZE
        self._count = 0

    def clean(self, value: object) -> object:
        """Copy a value; what is not JSON is noted and becomes None."""
        self._count += 1
        if self._count > MAX_VALUES:
            raise ContractError(
                [Fault(code="too-large", message=f"the input has more than {MAX_VALUES} values")]
            )
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int | float):
            return self._number(value)
        if isinstance(value, dict | list | tuple):
            if len(self._path) == MAX_DEPTH:
                raise ContractError(
                    [self._fault("too-deep", f"nested deeper than {MAX_DEPTH} levels")]
                )
            return self._object(value) if isinstance(value, dict) else self._list(value)
        self._note("type", f"a value of type {type(value).__name__} is not JSON")
        return None

    def _object(self, value: dict[Any, Any]) -> dict[str, object]:
        copy = {}
        for key, item in value.items():
            name = key if isinstance(key, str) else repr(key)[:MAX_DIGITS]
            self._path.append(name)
            if not isinstance(key, str):
                self._note("type", "a key that is not text")
            copy[self._text(name)] = self.clean(item)
            self._path.pop()
        return copy

    def _list(self, value: list[Any] | tuple[Any, ...]) -> list[object]:
        copy = []
        for index, item in enumerate(value):
            self._path.append(index)
            copy.append(self.clean(item))
            self._path.pop()
        return copy

    def _text(self, value: str) -> str:
        self._room -= len(value)
        if self._room < 0:
            what = f"the input is larger than {MAX_SIZE // 2**20} MiB"
            raise ContractError([Fault(code="too-large", message=what)])
        try:
            value.encode()
        except UnicodeEncodeError as error:
            self._note("encoding", f"half of a surrogate pair at character {error.start + 1}")
            return value.encode("utf-8", "backslashreplace").decode()
        return value

    def _number(self, value: Number) -> Number | None:
        if isinstance(value, float) and not math.isfinite(value):
            what = "NaN is not JSON" if math.isnan(value) else "the number is too large"
            self._note("range", what, "a number that a double can hold")
        elif isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
            self._note("range", "the number is too large", f"at most {MAX_DIGITS} digits")
        elif isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
            return int(value)
        else:
            return value
        return None

    def _note(self, code: str, message: str, expected: str | None = None) -> None:
        self.faults.append(self._fault(code, message, expected))

    def _fault(self, code: str, message: str, expected: str | None = None) -> Fault:
        return Fault(code=code, message=message, pointer=at(self._path), expected=expected)


def _few(faults: list[Fault]) -> list[Fault]:
    if len(faults) <= MAX_NOTES:
        return faults
    what = f"and {len(faults) - MAX_NOTES} more faults"
    return [*faults[:MAX_NOTES], Fault(code="too-many", message=what)]


def _unknown_keys(
    model: type[BaseModel], data: object, path: list[str | int], warnings: list[Warn]
) -> None:
    """Warn of each key that a published level does not know; ours refuse them themselves."""
    if not isinstance(data, dict):
        return
    names = names_of(model)
    for key, value in data.items():
        if key not in names:
            meant = nearest(key, names)
            hint = f"; did you mean {shown(meant)}?" if meant else ""
            message = f"unknown key {shown(key)} is not used{hint}"
            warnings.append(Warn(code="unknown-key", pointer=at([*path, key]), message=message))
        elif (inner := model_in(names[key])) and issubclass(inner, Published):
            _unknown_keys(inner, value, [*path, key], warnings)

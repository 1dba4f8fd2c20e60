"""What have the models of specs and documents in common? They have fields, which never change.

They are copied by the dozen while a plan is resolved, and go from process to process. Pydantic's
own ways allow for unknown and for private values, which none of these has.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_State = tuple[dict[str, Any], set[str]]
"""Values by field, and the names of the fields that were given."""


class Frozen(BaseModel):
    """Base of models that have fields and nothing else: copies and pickles hold no more."""

    model_config = ConfigDict(frozen=True)

    def __copy__(self) -> Self:
        """Return a copy, of which ``model_copy`` may change what it likes."""
        made = self.__new__(type(self))
        made.__setstate__((self.__dict__.copy(), self.__pydantic_fields_set__.copy()))
        return made

    def __getstate__(self) -> _State:  # type: ignore[override]
        """Return what makes a copy in another process."""
        return self.__dict__, self.__pydantic_fields_set__

    def __setstate__(self, state: _State) -> None:  # type: ignore[override]
        """Become such a copy."""
        values, given = state
        _set(self, "__dict__", values)
        _set(self, "__pydantic_fields_set__", given)
        _set(self, "__pydantic_extra__", None)
        _set(self, "__pydantic_private__", None)


_set = object.__setattr__

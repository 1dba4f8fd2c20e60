"""What have the models of specs and documents in common? They have fields, which never change.

They are copied by the dozen while a plan is resolved, and go from process to process. Pydantic's
own ways allow for unknown and for private values, which none of these has, and pickle what nobody
said as well: most fields of a spec.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_set = object.__setattr__


class Frozen(BaseModel):
    """Base of models that have fields and nothing else; one that nobody gave has its default."""

    model_config = ConfigDict(frozen=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values of some fields, which are not validated."""
        made = super().model_copy(deep=True) if deep else self.__copy__()
        if update:
            made.__dict__.update(update)
            made.__pydantic_fields_set__.update(update)
        return made

    def __copy__(self) -> Self:
        """Return a copy of its own values."""
        made = self.__new__(type(self))
        _fill(made, self.__dict__.copy(), self.__pydantic_fields_set__.copy())
        return made

    def __getstate__(self) -> dict[str, Any]:
        """Return what makes a copy in another process: the values that were given."""
        values = self.__dict__
        return {name: values[name] for name in self.__pydantic_fields_set__}

    def __setstate__(self, given: dict[str, Any]) -> None:
        """Become such a copy."""
        usual, made = _defaults(type(self))
        values = usual.copy()
        for name, make in made:
            values[name] = make()
        values.update(given)
        _fill(self, values, set(given))


def _fill(model: Frozen, values: dict[str, Any], given: set[str]) -> None:
    _set(model, "__dict__", values)
    _set(model, "__pydantic_fields_set__", given)
    _set(model, "__pydantic_extra__", None)
    _set(model, "__pydantic_private__", None)


@cache
def _defaults(
    kind: type[Frozen],
) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """Return all fields with their defaults, and what makes those that each model has of its own.

    The fields are in their order, as models are written in it; those that have to be given are
    None.
    """
    fields = kind.model_fields
    usual = {n: None if f.is_required() else f.get_default() for n, f in fields.items()}
    made = ((n, f.default_factory) for n, f in fields.items() if f.default_factory)
    return usual, tuple(made)  # type: ignore[arg-type] # none of them asks for other values

"""What have the models of specs and documents in common? They have fields, which never change.

They are copied by the dozen while a plan is resolved, and go from process to process. Pydantic's
own ways allow for unknown and for private values, which none of these has, and pickle what nobody
said as well: most fields of a spec.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Self, SupportsIndex, TypeVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ModelT = TypeVar("ModelT", bound=BaseModel)

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
        return _made(type(self), self.__dict__.copy(), self.__pydantic_fields_set__.copy())

    def __reduce_ex__(
        self, protocol: SupportsIndex
    ) -> tuple[
        Callable[[type[Frozen], dict[str, Any]], Frozen], tuple[type[Frozen], dict[str, Any]]
    ]:
        """Say how a copy in another process is made: of the values that were given."""
        del protocol  # it is the same in all of them
        values, given = self.__dict__, self.__pydantic_fields_set__
        if len(given) < len(values):
            values = {name: values[name] for name in given}
        return _again, (type(self), values)


def _again(kind: type[Frozen], given: dict[str, Any]) -> Frozen:
    usual, made = _defaults(kind)
    values = usual.copy()
    for name, make in made:
        values[name] = make()
    values.update(given)
    return _made(kind, values, set(given))


def _made(kind: type[ModelT], values: dict[str, Any], given: set[str]) -> ModelT:
    """Return a model of values that were validated before."""
    model = kind.__new__(kind)
    _set(model, "__dict__", values)
    _set(model, "__pydantic_fields_set__", given)
    _set(model, "__pydantic_extra__", None)
    _set(model, "__pydantic_private__", None)
    return model


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

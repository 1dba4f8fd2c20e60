"""Does each ``Mapped[...]`` say what its column holds? No type checker can tell: it sees one side.

``name: Mapped[str] = mapped_column(String(9), nullable=True)`` is clean to mypy, and gives None
where the code was promised a text.
"""

import inspect
import sys
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Column
from sqlalchemy.orm import ColumnProperty, DeclarativeBase, Mapped, Mapper

LOOSE = {dict, list, object}
"""What JSON columns give: any of it is right."""


def compare(root: Path) -> tuple[int, list[dict[str, Any]]]:
    """Compare every mapped column below ``root``: their number, and where the sides differ."""
    count, findings = 0, []
    bases = DeclarativeBase.__subclasses__()
    mappers = {mapper for base in bases for mapper in base.registry.mappers}
    for mapper in sorted(mappers, key=lambda each: each.class_.__name__):
        for name, column, owner, annotation in _annotated(mapper):
            count += 1
            for message in _differences(annotation, column):
                path, line = _place(owner, name, root)
                text = f"{mapper.class_.__name__}.{name}: {message}"
                findings.append({"message": text, "path": path, "line": line})
    return count, findings


def _annotated(mapper: Mapper[Any]) -> Iterator[tuple[str, Any, type, Any]]:
    for attribute in mapper.column_attrs:
        if not isinstance(attribute, ColumnProperty):
            continue
        for owner in mapper.class_.__mro__:
            given = inspect.get_annotations(owner).get(attribute.key)
            if given is None:
                continue
            namespace = {**vars(typing), **vars(sys.modules[owner.__module__])}
            try:
                annotation = eval(given, namespace) if isinstance(given, str) else given  # noqa: S307 - in the sandbox
            except NameError:
                break  # known to type checkers only: nothing to compare
            if typing.get_origin(annotation) is Mapped:
                (inner,) = typing.get_args(annotation)
                yield attribute.key, attribute.columns[0], owner, inner
            break


def _differences(annotation: object, column: Column[Any]) -> Iterator[str]:
    promised, optional = _without_none(annotation)
    if optional and not column.nullable:
        yield "the annotation allows None, the column does not"
    if column.nullable and not optional:
        yield "the column may be NULL, the annotation does not say so"
    try:
        held = column.type.python_type
    except NotImplementedError:
        return
    if promised is Any or held in LOOSE or not isinstance(promised, type):
        return
    if promised is not held and not (issubclass(promised, Enum) and issubclass(promised, held)):
        yield f"the annotation says {promised.__name__}, the column holds {held.__name__}"


def _without_none(annotation: object) -> tuple[object, bool]:
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        members = [each for each in typing.get_args(annotation) if each is not types.NoneType]
        optional = len(members) < len(typing.get_args(annotation))
        return (members[0] if len(members) == 1 else typing.Any), optional
    return typing.get_origin(annotation) or annotation, False


def _place(owner: type, name: str, root: Path) -> tuple[str | None, int | None]:
    try:
        file = Path(inspect.getfile(owner)).relative_to(root)
        lines, first = inspect.getsourcelines(owner)
    except (OSError, TypeError, ValueError):
        return None, None
    at = (n for n, line in enumerate(lines, first) if line.strip().startswith(f"{name}:"))
    return file.as_posix(), next(at, first)

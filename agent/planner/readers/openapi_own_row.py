"""What may people do with their own row? Change it, delete it, give themselves a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.openapi_credentials import secret_of
from agent.planner.readers.openapi_paths import folded
from agent.types import AttributeType, OperationKind, SchemaField

if TYPE_CHECKING:
    from agent.planner.readers.openapi_members import Thing
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.planner.readers.openapi_views import Views
    from agent.types import Operation

K = OperationKind
_KINDS = {"put": K.REPLACE, "patch": K.UPDATE, "delete": K.DELETE}
_PASSWORDS = frozenset({"changepassword", "password", "updatepassword"})
_PRESENT = frozenset(
    {"currentpassword", "existingpassword", "oldpassword", "presentpassword", "previouspassword"}
)
_NEW = frozenset({"newpassword", "password"})


def own_kind(shapes: Shapes, use: Use, paths: set[str], members: list[str]) -> OperationKind | None:
    """Return what an operation does to the row of who asks; ``paths`` show that row.

    ``members`` are the parts of such rows.
    """
    call, given = use.call, use.given
    if call.path in paths and call.method == "delete" and call.body is None:
        return K.DELETE
    if given is None or given.many or given.wrapper:
        return None
    if call.path in paths and call.method in _KINDS:
        return _KINDS[call.method] if given.shape.properties.keys() & set(members) else None
    return K.REPLACE if _changes_password(shapes, use, paths) else None


def _changes_password(shapes: Shapes, use: Use, paths: set[str]) -> bool:
    """Tell whether an operation takes the password of now and a new one, and nothing else."""
    above, _, last = use.call.path.rstrip("/").rpartition("/")
    if "{" in above or use.call.method not in {"post", "put", "patch"} or use.given is None:
        return False
    is_called = folded(last) in _PASSWORDS and (above in paths or folded(last) != "password")
    parts = use.given.shape.properties
    wires = {folded(wire) for wire in parts}
    is_pair = len(parts) == 2 and len(wires & _PRESENT) == 1 and len(wires & _NEW) == 1  # noqa: PLR2004 - now and then
    return is_called and is_pair and all(shapes.of(p).kind == "string" for p in parts.values())


def take_present(user: Thing) -> None:
    """Take the password of now out of what rows keep: it is compared, and never stored."""
    for wire in [w for w, member in user.members.items() if not member.shown and _is_present(w)]:
        del user.members[wire]


def confirms_nothing(shapes: Shapes, use: Use) -> str | None:
    """Return the password of now in a body that gives no new one: what is it to confirm?"""
    shape = use.given.shape if use.given else None
    present = _present(shape)
    if shape is None or present is None or use.kind not in {K.UPDATE, K.REPLACE}:
        return None
    is_new = secret_of(shapes, shape) or any(folded(wire) in _NEW for wire in shape.properties)
    return None if is_new else present


def with_passwords(use: Use, made: Operation, views: Views, password: str) -> None:
    """Let a body that gives a new password say the one of now, too."""
    shape = use.given.shape if use.given else None
    present = _present(shape)
    if shape is None or present is None or made.input is None:
        return
    schema = views.made[made.input.schema_name]
    fields = list(schema.fields)
    known = {field.name for field in fields}
    if present not in known:
        kind = AttributeType.PASSWORD
        fields.append(SchemaField(name=present, type=kind, required=present in shape.required))
    if all(field.attribute != password for field in fields):
        new = next(wire for wire in shape.properties if folded(wire) in _NEW)
        fields.append(SchemaField(name=new, attribute=password))
    views.made[schema.name] = schema.model_copy(update={"fields": tuple(fields)})


def _present(shape: Shape | None) -> str | None:
    return next((wire for wire in shape.properties if _is_present(wire)), None) if shape else None


def _is_present(wire: str) -> bool:
    return folded(wire) in _PRESENT

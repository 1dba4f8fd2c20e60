"""Do the operations that sign in say what they need? What means the name, the password, a token."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agent.types import AuthMethod, Meaning, OperationKind

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Body, Operation, Schema

FORM = "application/x-www-form-urlencoded"
_K, _M = OperationKind, Meaning
_ONCE = (_K.REGISTER, _K.LOGIN, _K.REFRESH)
_TAKEN = {
    _K.LOGIN: frozenset({_M.LOGIN, _M.PASSWORD}),
    _K.REFRESH: frozenset({_M.REFRESH_TOKEN}),
}
_GIVEN = frozenset({_M.ACCESS_TOKEN, _M.REFRESH_TOKEN, _M.SECONDS})


def check_signing_in(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault for each operation that could not sign anybody in as it says."""
    if spec.auth.method is not AuthMethod.JWT:
        return
    if [key.place for key in spec.auth.keys] not in ([], ["bearer"]):
        text = "Who signs in sends a token as a bearer's, and in no other place."
        notes.fault("/auth/keys", text, "`by bearer as NAME`, or nothing")
    schemas = {schema.name: schema for schema in spec.schemas}
    counted: Counter[OperationKind] = Counter()
    for i, operation in enumerate(spec.operations):
        at, kind = f"/operations/{i}", operation.kind
        counted[kind] += 1
        if kind in _ONCE and counted[kind] > 1:
            notes.fault(f"{at}/kind", f"There is one operation to {kind.value} already.")
        if kind in _TAKEN:
            _check(operation, schemas, at, notes)


def _check(operation: Operation, schemas: dict[str, Schema], at: str, notes: Notes) -> None:
    needed = _TAKEN[operation.kind]
    if given := operation.input:
        found = _meant(given, schemas[given.schema_name], f"{at}/input", notes)
        if missing := [each.value for each in sorted(needed) if found[each] != 1]:
            text = f"No single field of '{given.schema_name}' means {' or '.join(missing)}."
            notes.fault(f"{at}/input/schema", text, f"`name: string means {missing[0]}`")
    if operation.takes and (operation.takes != FORM or not operation.input):
        text = f"'{operation.name}' cannot take {operation.takes}."
        notes.fault(f"{at}/takes", text, f"an `in` schema, as JSON or as {FORM}")
    if shown := operation.output:
        schema = schemas[shown.schema_name]
        found = _meant(shown, schema, f"{at}/output", notes)
        if found[_M.ACCESS_TOKEN] != 1 or max(found.values()) > 1:
            text = f"No single field of '{schema.name}' means access-token, or another thing twice."
            notes.fault(f"{at}/output/schema", text, "`name: string means access-token`")
        for field in schema.fields:
            if field.means not in _GIVEN and field.says is None and field.required:
                text = f"Nothing gives '{field.name}' of '{schema.name}' to who signs in."
                notes.fault(f"{at}/output/schema", text, "`means`, `says`, or `?`")


def _meant(body: Body, schema: Schema, at: str, notes: Notes) -> Counter[Meaning]:
    """Count what the fields of a body mean; it stands alone, as one object."""
    if body.array or body.wrapper:
        notes.fault(at, "What signs in is one object, under no key.", f"`{schema.name}` alone")
    return Counter(field.means for field in schema.fields if field.means)

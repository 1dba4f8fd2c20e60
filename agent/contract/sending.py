"""May this answer leave? What breaks our own output schema is never sent."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from agent.contract.faults import at, shown
from agent.contract.schema import OUTPUT_FILE, PROOF_FILE
from agent.errors import EmitError
from agent.resources import folder

if TYPE_CHECKING:
    import jsonschema_rs

    from agent.documents import Answer, Proof


def to_wire(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON data, checked.

    Raises:
        EmitError: the answer breaks the output schema.

    """
    document: dict[str, Any] = answer.model_dump(mode="json")
    check_output(document)
    return document


def proof_to_wire(proof: Proof) -> dict[str, Any]:
    """Return a proof that is an answer of its own as JSON data, checked.

    Raises:
        EmitError: it breaks the schema of proofs.

    """
    document: dict[str, Any] = proof.model_dump(mode="json")
    _check(document, PROOF_FILE)
    return document


def check_output(document: dict[str, Any]) -> None:
    """Hold an outgoing document (JSON data) against the output schema.

    Raises:
        EmitError: it breaks the schema; the message names the first place.

    """
    _check(document, OUTPUT_FILE)


def _check(document: dict[str, Any], schema: str) -> None:
    error = next(_validator(schema).iter_errors(document), None)
    if error is None:
        return
    first = _of_its_branch(error)
    where = at(tuple(first.instance_path)) or "the document"
    raise EmitError(f"the answer breaks the output schema at {where}: {shown(first.message, 200)}")


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    # The compiled validator: in Python, jsonschema costs 75 ms for the first answer, this one 5.
    import jsonschema_rs  # noqa: PLC0415 - only what sends an answer pays for it

    text = (folder("schemas") / schema).read_text(encoding="utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text))


def _of_its_branch(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Find the first error of the branch that the document's ``status`` chose.

    Two branches are called failed: the one that fits better is meant.
    """
    branches: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    chosen = [
        errors
        for errors in branches
        if errors and all(one.instance_path != ["status"] for one in errors)
    ]
    return min(chosen, key=len)[0] if chosen else error

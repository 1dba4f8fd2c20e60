"""How are requests refused? The error envelope and the statuses that a document names."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from agent.planner.conflicts import Conflicts
from agent.planner.readers.openapi_document import is_component
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_schemas import Part
from agent.some import some
from agent.types import ErrorEnvelope, RefusalKind, Statuses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.readers.openapi_calls import Call, Media
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.types import BackendSpec, Operation

R = RefusalKind
_WANTED: dict[RefusalKind, tuple[int, ...]] = {
    R.MALFORMED: (400, 422),
    R.INVALID: (422, 400, 405, 406),
    R.UNAUTHENTICATED: (401, 403),
    R.FORBIDDEN: (403, 401, 404),
    R.NOT_FOUND: (404, 410, 400, 422),
    R.CONFLICT: (409, 422, 400, 405),
}
_STATUS_WORDS = {"status", "code", "statuscode", "errorcode"}
_PARTS = {
    "message": (
        "message",
        "detail",
        "msg",
        "errormessage",
        "description",
        "reason",
        "errordescription",
    ),
    "error": ("error", "title", "name", "type", "code", "errorcode", "status"),
    "path": ("path", "instance", "uri"),
    "timestamp": ("timestamp", "time", "date"),
}


def envelope(document: Document, shapes: Shapes, calls: Iterable[Call]) -> ErrorEnvelope:
    """Return the names of an error's parts: those of the schema that most refusals have."""
    found: Counter[str] = Counter()
    known: dict[str, tuple[Shape, Media]] = {}
    for call in calls:
        for code, media in call.answers.items():
            is_error = code[:1] in {"4", "5"} or code == "default"
            if not is_error or media is None or media.schema is None:
                continue
            shape = shapes.of(Part(media.schema, media.pointer))
            if shape.is_object:
                found[shape.pointer] += 1
                known[shape.pointer] = (shape, media)
    if not found:
        return ErrorEnvelope()
    first = found.most_common(1)[0][0]
    shape, media = known[first]
    for other in found:
        if other != first:
            document.warn(
                "error-body",
                other,
                "not every refusal has this body: all have that of the schema which most name",
            )
    problem = "application/problem+json"
    made = _envelope(document, shapes, shape, is_problem=media.type == problem)
    is_called = made != ErrorEnvelope() and is_component(shape.name)
    return made.model_copy(update={"component": shape.name}) if is_called else made


def _envelope(
    document: Document, shapes: Shapes, shape: Shape, *, is_problem: bool, under: str = ""
) -> ErrorEnvelope:
    names: dict[str, Any] = dict.fromkeys(("success", "status", "error", "detail", "fields"))
    left: list[str] = []
    for wire, part in shape.properties.items():
        inner = shapes.of(part)
        key = _part(wire, inner, names)
        is_kept = wire in shape.required or len(shape.properties) == 1
        if key is None and inner.is_object and not under and is_kept:
            deeper = _envelope(document, shapes, inner, is_problem=is_problem, under=f"{wire}.")
            inside = {k: v for k, v in deeper if v and str(v).startswith(f"{wire}.")}
            names |= {k: names.get(k) or v for k, v in inside.items()}
            continue
        if key is None:
            if wire in shape.required:
                left.append(wire)
            continue
        names[key] = under + wire
    if left:
        document.warn(
            "error-body",
            shape.pointer,
            f"nothing of an error is called {', '.join(left)}: these are left out",
        )
    if not any(names.values()):
        if not under:
            what = "errors have another shape: success, error, detail and fields, and none of these"
            document.warn("error-body", shape.pointer, what)
        return ErrorEnvelope()
    if is_problem:
        names["media_type"] = "application/problem+json"
    return ErrorEnvelope(**names)


def _part(wire: str, inner: Shape, taken: dict[str, Any]) -> str | None:
    """Return which part of our error a part of theirs is."""
    word = folded(wire)
    key: str | None = None
    if inner.kind == "array":
        key = "fields"
    elif inner.kind == "integer":
        key = "status" if word in _STATUS_WORDS else None
    elif inner.kind == "boolean":
        key = "success" if word in {"success", "ok"} else None
    elif inner.kind in {"string", "any"}:
        fitting = (k for k, words in _PARTS.items() if word in words and not taken.get(k))
        key = next(fitting, None)
        key = "url" if key == "path" and inner.format in {"uri", "url"} else key
    is_free = key is not None and not taken.get(key) and '"' not in wire and "." not in wire
    return key if is_free else None


def refusals(call: Call) -> dict[RefusalKind, int]:
    """Return the status by which an operation refuses, for each reason, of those it names."""
    errors = sorted(code for code in call.codes if 400 <= code < 500)  # noqa: PLR2004 - HTTP
    if not errors:
        return {}
    found: dict[RefusalKind, int] = {}
    says_rows = set(errors)
    if _is_fastapis(call.answers.get("422")):
        says_rows.discard(HTTPStatus.UNPROCESSABLE_ENTITY)
    for refusal, wanted in _WANTED.items():
        possible = says_rows if refusal in {R.NOT_FOUND, R.CONFLICT} else errors
        code = next((each for each in wanted if each in possible), None)
        if code is not None:
            found[refusal] = code
    # of a path alone, what cannot be a key is no row's
    if R.INVALID not in found and R.NOT_FOUND in found and call.body is None:
        found[R.INVALID] = found[R.NOT_FOUND]
    return found


def _is_fastapis(media: Media | None) -> bool:
    """Tell whether an answer is what FastAPI names everywhere, and gives for invalid values alone.

    What its author answers for absent rows and conflicts is then just not said.
    """
    schema = media.schema if media is not None else None
    return isinstance(schema, dict) and str(schema.get("$ref")).endswith("/HTTPValidationError")


def ask_what_conflicts(
    document: Document, spec: BackendSpec, said: Iterable[tuple[Call, Operation]]
) -> None:
    """Ask what may be in the way where a 409 is named, and nothing in the document can be."""
    conflicts = Conflicts(spec)
    found: dict[str, list[str]] = {}
    for call, operation in said:
        if HTTPStatus.CONFLICT in call.codes and not conflicts.may_meet(operation):
            found.setdefault(operation.entity or "", []).append(call.label)
    for entity, labels in found.items():
        document.ask(
            entity,
            f"{some(labels)}: 409 is named, and nothing in the document says what of {entity} is"
            " unique, or refers to others: it is never given. Is anything to be?",
        )


def statuses(all_refusals: Iterable[dict[RefusalKind, int]]) -> Statuses:
    """Return the statuses of the API: those that most operations have."""
    counted: dict[RefusalKind, Counter[int]] = {refusal: Counter() for refusal in R}
    for each in all_refusals:
        for refusal in R:
            counted[refusal][each.get(refusal, _usual(refusal))] += 1
    chosen = {
        refusal.value.replace("-", "_"): codes.most_common(1)[0][0]
        for refusal, codes in counted.items()
        if codes
    }
    return Statuses(**chosen)


def _usual(refusal: RefusalKind) -> int:
    return int(getattr(Statuses(), refusal.value.replace("-", "_")))

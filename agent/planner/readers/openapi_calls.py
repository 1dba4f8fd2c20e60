"""Which operations does a document have? Each with its parameters, its bodies and its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.planner.readers import openapi_left_out as left_out
from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_given import Given, given
from agent.planner.readers.written import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.openapi_document import Document, Node

METHODS = ("get", "post", "put", "patch", "delete")
OTHER_METHODS = ("head", "options", "trace", "query")
_JSON = re.compile(r"^application/(?:[\w.-]+\+)?json\b|^\*/\*$|^application/\*$")
_SERVED = re.compile(r"^/[^\x00-\x20\x7f-\xa0\ud800-\udfff\"\\?#]{0,299}$")
_STATUS = re.compile(r"^(?:[1-5](?:[0-9]{2}|XX)|default)$", re.IGNORECASE)
_MEDIA = re.compile(r"^[a-z0-9*][a-z0-9!#$&^_.+-]*/[a-z0-9*][a-z0-9!#$&^_.+*-]*$")
_SLOTS = re.compile(r"\{([^}]*)\}")
_SLOT_NAME = re.compile(r"^[^\x00-\x1f\x7f\"`\\{]{1,120}$")
_AT_ROOT = frozenset({"/health", "/ready"})
_BESIDE_THE_API = frozenset({"/docs", "/redoc", "/openapi.json"})
"""Paths that a generated application answers by itself."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Media:
    """A body: its media type, and its schema where it has one."""

    type: str
    schema: Any
    pointer: str

    @property
    def is_json(self) -> bool:
        """Tell whether the body is JSON."""
        return bool(_JSON.match(self.type))


@dataclass(slots=True)
class Call:
    """One operation of a document, as it is said there."""

    method: str
    path: str
    pointer: str
    operation_id: str | None
    summary: str | None
    description: str | None = None
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    parameters: list[Given] = field(default_factory=list)
    body: Media | None = None
    answers: dict[str, Media | None] = field(default_factory=dict)
    security: Any = field(default_factory=list)
    security_pointer: str = ""

    @property
    def says_something(self) -> bool:
        """Tell whether anything is said of it but that it is there."""
        return bool(self.parameters or self.body or self.answers)

    @property
    def success(self) -> int:
        """Return the status of what went well: the first that is said."""
        good = sorted(int(code) for code in self.answers if code.isdecimal() and code[0] == "2")
        if good:
            return good[0]
        return 200

    @property
    def answer(self) -> Media | None:
        """Return the body of what went well."""
        for code in (str(self.success), "2XX", "default"):
            if code in self.answers:
                return self.answers[code] if code != "default" else None
        return None

    @property
    def label(self) -> str:
        """Return the operation as people say it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def codes(self) -> set[int]:
        """Return every status that is said."""
        return {int(code) for code in self.answers if code.isdecimal()}


def calls(document: Document, base_path: str = "") -> list[Call]:
    """Return every operation, in the order of the document; ``base_path`` stands before all."""
    return list(_calls(document, _BESIDE_THE_API if base_path else _BESIDE_THE_API | _AT_ROOT))


def _calls(document: Document, ours: frozenset[str]) -> Iterator[Call]:
    for path, said, place in document.items(document.data, "paths", ""):
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            document.warn("path", place, f"{path!r} is served as '/{path}', as every path begins")
            path = f"/{path}"  # noqa: PLW2901 - the same one, as it is served
        if not _SERVED.match(path) or not all(map(_SLOT_NAME.match, _SLOTS.findall(path))):
            document.warn(
                "operation-left-out",
                place,
                f"no server can tell requests for the path {path!r}: it is left out",
            )
            continue
        item, here = document.follow(said, place)
        shared = list(given(document, item, here))
        for method in METHODS:
            if method == "get" and method in item and path in ours:
                document.warn(
                    "operation-left-out", f"{here}/get", "the application has this of its own"
                )
            elif method in item:
                yield _call(document, path, method, item[method], f"{here}/{method}", shared)
        for method in OTHER_METHODS:
            if method in item:
                document.warn(
                    "method-left-out",
                    f"{here}/{method}",
                    f"{method.upper()} is not served: it has no operation of its own",
                )


def _call(
    document: Document,
    path: str,
    method: str,
    said: object,
    pointer: str,
    shared: list[tuple[Given, Node]],
) -> Call:
    node, pointer = document.follow(said, pointer)
    own = list(given(document, node, pointer))
    known = {(p.name, p.place) for p, _ in own}
    parameters = [*(pair for pair in shared if (pair[0].name, pair[0].place) not in known), *own]
    call = Call(
        method=method,
        path=path,
        pointer=pointer,
        operation_id=_operation_id(document, node, pointer),
        summary=one_line(node.get("summary")) or one_line(node.get("description")),
        description=one_line(node.get("description")),
        tags=_tags(document, node, pointer),
        deprecated=node.get("deprecated") is True,
        parameters=[p for p, _ in parameters if p.place not in {"body", "formData"}],
        security=node.get("security", document.data.get("security", [])),
        security_pointer=f"{pointer if 'security' in node else ''}/security",
    )
    if document.is_2:
        _body_of_2(document, node, call, parameters)
    elif "requestBody" in node:
        body, here = document.follow(node["requestBody"], f"{pointer}/requestBody")
        call.body = _media(document, body, here)
    if call.body is not None and method in {"get", "delete"}:
        document.warn("body-left-out", pointer, f"a body of {method.upper()} is not read")
        call.body = None
    for code, answer, place in document.items(node, "responses", pointer):
        if code.startswith("x-"):
            continue
        if not _STATUS.match(code):
            document.lose(place, f"{code!r} is no status")
            continue
        inner, here = document.follow(answer, place)
        if answer and not inner:  # what was to stand there is lost
            media: Media | None = Media("application/json", False, here)  # noqa: FBT003 - JSON Schema's own: nothing is one
        elif document.is_2:
            media = _answer_of_2(document, node, inner, here)
        else:
            media = _media(document, inner, here)
        left_out.of_answer(document, inner, here, media)
        call.answers[code.upper() if code != "default" else code] = media
    left_out.of_statuses(document, call.success, call.answers, pointer)
    for name, _, place in document.items(node, "callbacks", pointer):
        document.warn(
            "callback-left-out",
            place,
            f"the callback '{name}' is a request that this service would make: it is kept in the"
            " document only, and nothing is sent",
        )
    return call


def _operation_id(document: Document, node: Node, pointer: str) -> str | None:
    """Return what an operation is called, and tell where no plan can keep that."""
    called = one_line(node.get("operationId"))
    if called and not is_name(called):
        left_out.of_name(document, "the operationId", f"{pointer}/operationId")
    return called


def _tags(document: Document, node: Node, pointer: str) -> tuple[str, ...]:
    """Return the tags of an operation that a plan can have, and tell of the others."""
    said = node.get("tags")
    found: dict[str, None] = {}
    for index, tag in enumerate(said if isinstance(said, list) else []):
        name = one_line(tag, 120) or ""
        if is_name(name):
            found[name] = None
        elif name:
            left_out.of_name(document, "the tag", f"{pointer}/tags/{index}")
    return tuple(found)


def _media(document: Document, node: Node, pointer: str) -> Media | None:
    """Return a body in the media type that is served: JSON where there is one."""
    found = list(document.items(node, "content", pointer))
    if not found:
        return None
    name, content, place = min(found, key=lambda each: not _JSON.match(each[0]))
    others = [other for other, _, _ in found if other != name]
    left_out.other_media(document, name, others, pointer)
    media, here = document.follow(content, place)
    return Media(_plain(name), media.get("schema"), f"{here}/schema")


def _body_of_2(
    document: Document, node: Node, call: Call, parameters: list[tuple[Given, Node]]
) -> None:
    consumes = [
        str(each) for each in node.get("consumes") or document.data.get("consumes") or () if each
    ]
    bodies = [(p, raw) for p, raw in parameters if p.place == "body"]
    fields = [(p, raw) for p, raw in parameters if p.place == "formData"]
    if bodies:
        body, _ = bodies[0]
        wanted = next((c for c in consumes if _JSON.match(c)), None)
        wanted = wanted or (consumes[0] if consumes else "application/json")
        call.body = Media(_plain(wanted), body.schema, body.pointer)
    elif fields:
        is_upload = any(raw.get("type") == "file" for _, raw in fields)
        wanted = _FORMS[1] if is_upload or _FORMS[1] in consumes else _FORMS[0]
        schema = {
            "type": "object",
            "properties": {p.name: p.schema for p, _ in fields},
            "required": [p.name for p, _ in fields if p.required],
        }
        call.body = Media(wanted, schema, call.pointer)


def _answer_of_2(document: Document, node: Node, answer: Node, pointer: str) -> Media | None:
    if "schema" not in answer:
        return None
    produces = node.get("produces") or document.data.get("produces") or ["application/json"]
    wanted = next((str(c) for c in produces if _JSON.match(str(c))), str(produces[0]))
    return Media(_plain(wanted), answer["schema"], f"{pointer}/schema")


def _plain(media: str) -> str:
    name = media.split(";", 1)[0].strip().lower()
    if name in {"*/*", "application/*"}:
        return "application/json"
    return name[:120] if _MEDIA.match(name[:120]) else "application/octet-stream"

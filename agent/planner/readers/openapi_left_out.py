"""What does a document say that no plan can? Each is told, with its place, and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.contract.faults import escaped
from agent.planner.components import OWN_COMPONENTS
from agent.some import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agent.planner.components import Clash
    from agent.planner.readers.openapi_calls import Media
    from agent.planner.readers.openapi_document import Document, Node
    from agent.planner.readers.openapi_schemas import Shape
    from agent.types import BackendSpec

_SERVED = frozenset({"application/json", "application/problem+json"})
SEVERAL_KINDS = "one of several kinds: it is kept as JSON of any form"
_UNCHECKED = (
    "minProperties",
    "maxProperties",
    "patternProperties",
    "propertyNames",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "not",
    "if",
    "contains",
    "minContains",
    "prefixItems",
)
"""Rules of a schema that no value is held to."""


def of_answer(document: Document, node: Node, pointer: str, media: Media | None) -> None:
    """Tell what an answer has besides its body, and the name of its kind of JSON."""
    if media is not None and media.is_json and media.type not in _SERVED:
        what = f"is answered as application/json, not as {media.type}"
        document.warn("media-type", pointer, what)
    for name, _, place in document.items(node, "headers", pointer):
        if name.lower() != "content-type":
            document.warn("header-left-out", place, f"the header '{name}' of an answer is not sent")
    for name, _, place in document.items(node, "links", pointer):
        document.warn("link-left-out", place, f"the link '{name}' is not shown")


def of_name(document: Document, what: str, pointer: str) -> None:
    """Tell of a name that no plan can have."""
    why = "it has quotes, backticks or backslashes, or more than 120 signs"
    document.warn("name-left-out", pointer, f"{what} is left out: {why}")


def of_rows(document: Document, pointer: str, wires: Sequence[str]) -> None:
    """Tell what stands beside rows, or in them, and no row has."""
    if wires:
        what = f"what an answer may tell beside its rows is left out: {', '.join(wires)}"
        document.warn("answer-plainer", pointer, what)


def of_statuses(
    document: Document, served: int, answers: Mapping[str, Media | None], pointer: str
) -> None:
    """Tell of ranges of statuses, and of bodies of further answers to what went well."""
    for code, media in answers.items():
        if code.endswith("XX"):
            what = "names no status: the document has those that are given"
            document.warn("status-left-out", f"{pointer}/responses/{code}", what)
        is_other = code[0] == "2" and code not in {str(served), "2XX"}
        if is_other and media is not None and media.schema is not None:
            what = f"is never answered, as {served} is"
            document.warn("answer-left-out", f"{pointer}/responses/{code}", what)


def of_document(document: Document) -> None:
    """Tell what of a document as a whole is not kept."""
    for _, place in [*document.listed(document.data, "servers", "")][1:]:
        document.warn("server-left-out", place, "only the path of the first server counts")
    for tag, place in document.listed(document.data, "tags", ""):
        if isinstance(tag, dict) and tag.keys() & {"description", "externalDocs"}:
            what = "of a tag its name is kept, and nothing else"
            document.warn("info-left-out", place, what)
    if "externalDocs" in document.data:
        document.warn("info-left-out", "/externalDocs", "not in the application's document")


def other_media(document: Document, served: str, others: Iterable[str], pointer: str) -> None:
    """Tell in which media types a body is not served."""
    for name in others:
        what = f"{name} is neither taken nor given: {served} is"
        document.warn("media-left-out", f"{pointer}/content/{escaped(name)}", what)


def of_schema(document: Document, node: Node, pointer: str) -> None:
    """Tell which rules of a schema are not checked."""
    for word in _UNCHECKED:
        if word in node and node[word] not in (0, {}, []):
            document.warn("rule-left-out", f"{pointer}/{word}", f"'{word}' is not checked")
    others = node.get("additionalProperties")
    if isinstance(others, dict) and others:
        is_map = not node.get("properties")
        what = "the values of a map are not checked" if is_map else "parts of other names are lost"
        document.warn("rule-left-out", f"{pointer}/additionalProperties", what)


def of_components(
    document: Document,
    spec: BackendSpec,
    seen: Iterable[Shape],
    doubled: Sequence[str],
    clashes: Iterable[Clash],
) -> None:
    """Tell which schemas the application's own document does not have under their names.

    Those that are ``doubled`` are two there: what is shown, and what is sent. Those of ``clashes``
    have names that something else has.
    """
    root = document.data if document.is_2 else document.data.get("components")
    key, at = ("definitions", "") if document.is_2 else ("schemas", "/components")
    used = {shape.pointer for shape in seen}
    called = (schema.component or schema.name for schema in spec.schemas)
    kept = {name for name in called if name not in OWN_COMPONENTS}
    kept |= {enum.name for enum in spec.enums} | {spec.api.error_envelope.component or ""}
    found = list(document.items(root, key, at))
    unused = [name for name, _, place in found if place not in used]
    inside = [name for name, _, place in found if place in used and name not in kept]
    for code, these, what in (
        ("schema-unused", unused, "no operation that is served needs these schemas"),
        ("schema-inside", inside, "these schemas have no name of their own in the application"),
    ):
        if these:
            document.warn(code, f"{at}/{key}", f"{what}: {some(these)}")
    for clash in clashes:
        what = f"is called otherwise in the application, where that is {clash.already}"
        document.warn("schema-inside", f"{at}/{key}/{escaped(clash.name)}", what)
    if doubled:
        text = "What clients send has a schema of its own where it lacks something that is shown"
        document.assume("schemas", f"{text}: {some(doubled)}.")

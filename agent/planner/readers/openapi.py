"""What does an OpenAPI document say? 3.0 to 3.2 or Swagger 2.0, as a given spec.

docs/openapi.md says how each part of a document is read. Nothing is fetched, and nothing is run.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from agent.errors import SourceError
from agent.planner.components import without_clashes
from agent.planner.readers import openapi_errors
from agent.planner.readers.data_text import DataText
from agent.planner.readers.openapi_accounts import find_accounts
from agent.planner.readers.openapi_calls import calls
from agent.planner.readers.openapi_document import Document
from agent.planner.readers.openapi_entities import Keeping
from agent.planner.readers.openapi_info import about
from agent.planner.readers.openapi_left_out import of_components, of_document
from agent.planner.readers.openapi_lists import lists
from agent.planner.readers.openapi_members import things
from agent.planner.readers.openapi_operations import Operations
from agent.planner.readers.openapi_owners import prepare
from agent.planner.readers.openapi_resources import find
from agent.planner.readers.openapi_schemas import Shapes
from agent.planner.readers.openapi_security import Security
from agent.planner.readers.openapi_signing import Signing
from agent.planner.readers.openapi_unmade import ask_who_makes_rows
from agent.planner.readers.openapi_values import Values
from agent.planner.readers.openapi_views import Views
from agent.planner.readers.written import Written, in_order
from agent.planner.reading import Reading
from agent.types import Api, BackendSpec

if TYPE_CHECKING:
    from agent.documents import Source

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//[^/]*", re.IGNORECASE)
_BASE = re.compile(r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$")


def read(source: Source) -> Reading:
    """Read a document.

    Raises:
        SourceError: it is no such document, or nothing in it says what is to be served; every fault
            says where.

    """
    text = Written(source.content.removeprefix("\ufeff"))
    document = Document(DataText(text, "openapi"))
    shapes = Shapes(document)
    base_path = _base_path(document)
    every = calls(document, base_path)
    of_document(document)
    if document.is_31:
        for name, _, place in document.items(document.data, "webhooks", ""):
            document.warn(
                "webhook-left-out",
                place,
                f"the webhook '{name}' is a request that this service would make: nothing is sent",
            )
    if document.lost and not any(call.says_something for call in every):
        raise SourceError(document.lost)
    if not every:
        what = "there is no operation"
        raise document.refusal("/paths", what, "at least one path with a method")
    security = Security(document, every)
    security.take_keys(every)
    found = find(shapes, every)
    accounts = find_accounts(shapes, security, found)
    values = Values(document, shapes)
    parts = prepare(shapes, security, found, accounts, things(shapes, found))
    keeping = Keeping(document, shapes, values, found, parts)
    signing = Signing(document, security, accounts, keeping)
    views = Views(document, shapes, values, keeping)
    common = openapi_errors.statuses(openapi_errors.refusals(call) for call in every)
    around = lists(shapes, found.uses)
    making = Operations(document, shapes, values, keeping, views, common, around)
    operations = tuple(signing.made(use, making) for use in found.uses)
    envelope = openapi_errors.envelope(document, shapes, every)
    schemas = views.named()
    if envelope.component in {schema.component or schema.name for schema in schemas}:
        envelope = envelope.model_copy(update={"component": None})
    info, project = about(document)
    spec = BackendSpec(
        **project,
        timestamps=False,
        auth=signing.auth,
        api=Api(
            base_path=base_path,
            field_case=_case(shapes),
            decimals="text" if values.has_decimals_as_text else "number",
            list_envelope=around.envelope,
            paging=around.paging,
            error_envelope=envelope,
            statuses=common,
            info=info,
        ),
        enums=tuple(values.enums.values()),
        entities=signing.entities,
        schemas=schemas,
        operations=operations,
    )
    spec, clashes = without_clashes(spec)
    of_components(document, spec, shapes.seen(), views.doubled, clashes)
    said = zip((use.call for use in found.uses), operations, strict=True)
    openapi_errors.ask_what_conflicts(document, spec, said)
    ask_who_makes_rows(document, spec)
    return Reading(
        spec=spec,
        assumptions=tuple(document.assumptions),
        warnings=in_order(document.noted),
        questions=tuple(document.questions),
    )


def _base_path(document: Document) -> str:
    """Return the path before all others: that of the first server."""
    if document.is_2:
        path = document.data.get("basePath", "")
        pointer = "/basePath"
    else:
        servers = document.data.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else {}
        path = first.get("url", "") if isinstance(first, dict) else ""
        variables = first.get("variables") if isinstance(first, dict) else None
        for name, variable in variables.items() if isinstance(variables, dict) else ():
            default = variable.get("default", "") if isinstance(variable, dict) else ""
            path = str(path).replace(f"{{{name}}}", str(default))
        pointer = "/servers/0/url"
    path = _HOST.sub("", str(path)).split("?")[0].split("#")[0].rstrip("/")
    if path and not path.startswith("/"):
        path = f"/{path}"
    if not _BASE.match(path):
        document.warn("base-path", pointer, f"{path!r} cannot stand before the paths: left out")
        return ""
    return path


def _case(shapes: Shapes) -> str:
    """Return how most fields are spelled."""
    counted: Counter[str] = Counter()
    for shape in shapes.seen():
        for wire in shape.properties:
            if "_" in wire.strip("_"):
                counted["snake"] += 1
            elif wire[:1].islower() and any(c.isupper() for c in wire):
                counted["camel"] += 1
    return "camel" if counted["camel"] > counted["snake"] else "snake"

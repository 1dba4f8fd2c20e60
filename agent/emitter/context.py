"""What do templates read? The plan in words of Python, in three parts that depend on ever more.

What a plan is rendered for may change: bodies and tests are written, and mended. Each part says
what it depends on, so that the others are made only once for a plan.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.emitter.account import account_context
from agent.emitter.custom import customs, reads_again, writes_rows
from agent.emitter.entity_views import entity_view, loose_context
from agent.emitter.envelopes import error_envelope, list_envelope, page_parameters
from agent.emitter.facts import Facts
from agent.emitter.keys import (
    guarded_call,
    kept_key,
    key_classes,
    key_views,
    query_keys,
    with_key,
    wrong_call,
)
from agent.emitter.layout import Imports, call, export_key, quote
from agent.emitter.mermaid import diagram
from agent.emitter.migration import migration_view
from agent.emitter.models import has_stamps, has_uuid_key
from agent.emitter.naming_rows import needs_same_or_new
from agent.emitter.operations import shadowed
from agent.emitter.own_document import own_document
from agent.emitter.readme import readme
from agent.emitter.references import given_keys
from agent.emitter.row_rules import row_rules, ruled_attributes
from agent.emitter.schemas import Schemas
from agent.emitter.slot_views import slot_views
from agent.emitter.statuses import contract_statuses, statuses_of_errors
from agent.emitter.testing.context import Cases
from agent.emitter.testing.customs import acceptance_modules
from agent.emitter.testing.payloads import payload_names
from agent.emitter.types import AS_TEXT_IN_JSON
from agent.emitter.unit import Unit
from agent.emitter.versions import BOUNDS, DEVELOPMENT, production
from agent.planner import names
from agent.planner.conflicts import partial_rules
from agent.planner.row_checks import condition_sql
from agent.types import AttributeType, Generator, OperationKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from agent.emitter.entity_views import EntityView
    from agent.types import BackendSpec, Entity
    from agent.writing.written import Written


_LOOKALIKES = re.compile(r"[\u00b4\u0370-\u06ff\u2010-\u22ff\uff00-\uffef\U0001d400-\U0001d7ff]")
"""Letters and signs of other scripts that a linter takes for slips of ASCII."""
_WIDE = 30
"""Members of an entity, above which a test of all of them is long to the linter."""


def of_plan(spec: BackendSpec) -> dict[str, Any]:
    """Return what templates read that depends on the plan alone."""
    facts = Facts(spec)
    schemas = Schemas(facts)
    uses = _uses(facts, schemas)
    return {
        "spec": spec,
        "facts": facts,
        "schemas": schemas,
        "schema_modules": schemas.modules(),
        "enums": [
            (e, [(facts.members[(e.name, value)], value) for value in e.values]) for e in spec.enums
        ],
        "uses_slots": bool(customs(facts)),
        "writes_in_slots": writes_rows(facts),
        "uses_reload": reads_again(facts, schemas),
        "shadowed": [
            (_router(facts, fixed), _router(facts, wider))
            for fixed, wider in shadowed(spec.operations)
        ],
        "key_views": key_views(facts),
        "key_classes": key_classes(facts),
        "query_keys": query_keys(facts),
        "with_key": with_key(facts),
        "key_digest": kept_key(facts),
        **_of_keys(facts),
        "contract_statuses": contract_statuses(spec),
        "own_statuses": statuses_of_errors(spec),
        "uses_open": schemas.uses_open,
        "uses_open_input": any(s.open and s.name in schemas.inputs for s in spec.schemas),
        "uses_open_lists": any(o.open and o.kind is OperationKind.LIST for o in spec.operations),
        "secured": facts.secured,
        **account_context(
            facts,
            Unit(facts.entities[spec.auth.user], facts, schemas) if facts.secured else None,
        ),
        **uses,
        **Cases(facts).context(),
        "row_rules": row_rules(schemas),
        "partial_rules": [row for e in facts.spec.entities for row in _partial_rules(e, facts)],
        "ruled_attributes": ruled_attributes(spec.entities),
        "readme": readme(facts, schemas.alias),
        "diagram": diagram(facts.spec),
        "db_type_names": _db_type_names(facts, uses),
        "wire": schemas.alias,
        "camel": spec.api.field_case == "camel",
        "model_imports": _model_imports(facts),
        "model_names": call(
            "[", [quote(n) for n in sorted(["Base", *facts.entities], key=export_key)], "]"
        ),
        "migration": migration_view(facts),
        "page": list_envelope(spec.api.list_envelope),
        "page_parameters": page_parameters(spec.api.list_envelope),
        "error": error_envelope(spec.api.error_envelope),
        "unused_in_errors": _unused_in_errors(spec),
        "slug": names.snake(spec.name).replace("_", "-"),
        "uses_uuid_mixin": any(has_uuid_key(e) for e in spec.entities),
        "uses_stamp_mixin": any(has_stamps(e) for e in spec.entities),
        **own_document(facts, schemas),
        "router_tags": _router_tags(facts),
        "wide": any(len(e.attributes) + len(e.relations) > _WIDE for e in spec.entities),
        "like_temporary": any(o.path.startswith("/tmp") for o in spec.operations),  # noqa: S108 - an address, as the linter sees it there
        "lookalikes": _has_lookalikes(spec),
        "bounds": BOUNDS,
        "production": production(facts),
        "development": DEVELOPMENT,
    }


def _has_lookalikes(spec: BackendSpec) -> bool:
    text = spec.model_dump_json(exclude_none=True)
    return not text.isascii() and bool(_LOOKALIKES.search(text))


def of_operations(plan: Facts, built: Collection[str]) -> dict[str, Any]:
    """Return what templates read that depends on which custom operations are ``built``, too."""
    facts = plan.with_bodies(built)
    spec = facts.spec
    schemas = Schemas(facts)
    entities = [entity_view(e, facts, schemas) for e in spec.entities]
    return {
        "entities": entities,
        **loose_context(facts, schemas),
        "user": next((e for e in entities if facts.secured and e.name == spec.auth.user), None),
        "unused_queries": _unused_queries(entities, facts),
        "uses_own_rows": any("own_rows" in e.service_imports for e in entities),
    }


def of_written(facts: Facts, schemas: Schemas, written: Mapping[str, Written]) -> dict[str, Any]:
    """Return what templates read that depends on the code which is written for operations.

    Raises:
        EmitError: what is written is no Python, or belongs to no custom operation.

    """
    return {
        "slots": slot_views(facts, schemas, written),
        "acceptance": acceptance_modules(facts, customs(facts), payload_names(facts), written),
    }


_PYDANTICS_OWN = ("model_dump", "model_validate")
"""Pydantic warns of fields that begin like its methods."""


def _uses(facts: Facts, schemas: Schemas) -> dict[str, bool]:
    """Return which optional parts of shared modules a project needs."""
    attributes = [a for e in facts.spec.entities for a in e.attributes]
    clocks = [a for a in attributes if a.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}]
    kinds = {o.kind for o in facts.spec.operations}
    return {
        "uses_json_list": any(a.array and a.type in AS_TEXT_IN_JSON for a in attributes),
        "uses_long_decimals": facts.has_long_decimals,
        "uses_duration": any(a.type is AttributeType.DURATION for a in attributes),
        "uses_now": bool(clocks),
        "uses_today": any(a.type is AttributeType.DATE for a in clocks),
        "uses_clock": any(a.type is AttributeType.TIME for a in clocks),
        "uses_links": bool(kinds & {OperationKind.LINK, OperationKind.UNLINK}),
        "uses_uniques": any(_has_one_of_a_kind(e) for e in facts.spec.entities),
        "uses_partial": any(partial_rules(e) for e in facts.spec.entities),
        "uses_references": any(given_keys(facts, o) for o in facts.spec.operations),
        "uses_password": facts.has_passwords,
        "uses_same_or_new": _names_rows_by_values(facts, schemas),
        "uses_model_names": any(a.name.startswith(_PYDANTICS_OWN) for a in attributes),
        "uses_states": any(a.transitions for a in attributes),
    }


def _partial_rules(entity: Entity, facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield what is unique in some rows of an entity: table, columns, condition."""
    columns = {a.name: a.column or a.name for a in entity.attributes}
    for rule in partial_rules(entity):
        condition = condition_sql(rule.where or "", entity, facts.spec.database)
        yield entity.table or "", ", ".join(columns[name] for name in rule.attributes), condition


def _has_one_of_a_kind(entity: Entity) -> bool:
    """Tell whether what clients send may be taken by another row."""
    given = [a for a in entity.attributes if a.name in entity.primary_key and not a.generated]
    rules = (*entity.uniques, *(index for index in entity.indexes if index.unique))
    return bool(given or rules) or any(a.unique for a in entity.attributes)


def _unused_in_errors(spec: BackendSpec) -> list[str]:
    """Return what is known of an error that a contract has no place for."""
    envelope = spec.api.error_envelope
    text = envelope.detail or envelope.message
    tells = text or envelope.fields
    names_error = envelope.error or tells or any(o.refusals for o in spec.operations)
    return [name for name, used in (("error", names_error), ("detail", tells)) if not used]


def _router(facts: Facts, entity: str | None) -> str:
    found = facts.entities.get(entity or "")
    return facts.plural(found) if found else "operations"


def _router_tags(facts: Facts) -> dict[str, list[str]]:
    """Return the tag of each module of endpoints, where no operation of it has tags of its own."""
    found: dict[str, list[str]] = {}
    for entity, operations in facts.operations.items():
        plural = _router(facts, entity)
        tag = f"tags=[{quote(plural.replace('_', ' '))}]"
        found[plural] = [] if any(o.tags for o in operations) else [tag]
    return found


def _unused_queries(entities: list[EntityView], facts: Facts) -> set[str]:
    """Return the methods of repositories that no service calls, where nobody signs in."""
    if facts.secured:
        return set()
    steps = "\n".join(s for e in entities for o in e.service_operations for s in o.steps)
    unused = {n for n in ("one", "page", "add", "change", "remove") if f".{n}(" not in steps}
    writes = {"add", "change", "remove", "link", "unlink"}
    is_reading = all(f".{name}(" not in steps for name in writes)
    return {*unused, "_commit"} if is_reading else unused


def _of_keys(facts: Facts) -> dict[str, Any]:
    guarded = guarded_call(facts) if facts.keyed else None
    wrong = wrong_call(facts, guarded[0]) if guarded else ""
    given = call("given = [", [key.value for key in key_views(facts)], "]", indent=4)
    return {"guarded_call": guarded, "wrong_call": wrong, "keys_given": given}


def _names_rows_by_values(facts: Facts, schemas: Schemas) -> bool:
    for name, operations in facts.operations.items():
        if name is None:
            continue
        unit = Unit(facts.entities[name], facts, schemas)
        planned = (o for o in operations if o.kind is not OperationKind.CUSTOM)
        if any(needs_same_or_new(unit, operation) for operation in planned):
            return True
    return False


def _db_type_names(facts: Facts, uses: Mapping[str, bool]) -> list[str]:
    """Return what the module of column types imports from SQLAlchemy."""
    optional = {
        "JSON": uses["uses_json_list"],
        "BigInteger": uses["uses_duration"],
        "Enum": bool(facts.enums),
    }
    return ["DateTime", "Dialect", *(name for name, needed in optional.items() if needed)]


def _model_imports(facts: Facts) -> str:
    imports = Imports()
    imports.add("app.models.base", "Base")
    for name in facts.entities:
        imports.add(f"app.models.{names.snake(name)}", name)
    return imports.render()

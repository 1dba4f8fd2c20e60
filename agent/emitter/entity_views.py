"""What do templates read that are rendered once for each entity? Its modules, ready to be written.

Operations that belong to no entity are loose: they share modules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.emitter.account import shows_relations
from agent.emitter.layout import call
from agent.emitter.models import model_view
from agent.emitter.operations import in_route_order, view
from agent.emitter.unit import ACCOUNT_KINDS, Unit
from agent.planner import names
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.models import ModelView
    from agent.emitter.operations import OperationView
    from agent.emitter.schemas import Schemas
    from agent.types import Entity, Operation


@dataclass(frozen=True, slots=True)
class EntityView:
    """One entity, ready for the templates that are rendered once for each."""

    entity: Entity
    name: str
    module: str
    plural: str
    title: str
    variable: str
    model: ModelView
    operations: list[OperationView]
    has_service: bool
    service_dependency: str
    service_operations: list[OperationView]
    endpoint_imports: str
    service_imports: str
    repository_imports: str
    loads: dict[str, str]
    listings: list[str]
    steps: list[str]
    repositories: dict[str, str]
    owner_checks: list[str]


def entity_view(entity: Entity, facts: Facts, schemas: Schemas) -> EntityView:
    """Return what the templates of an entity read."""
    views = Unit(entity, facts, schemas)
    given = _apart_from_account(facts, entity.name)
    operations = [view(views, o) for o in in_route_order(given)]
    has_service = bool(operations)
    endpoint_imports = _endpoint_imports(views)
    registering = [
        view(views, o)
        for o in facts.operations[entity.name]
        if o.kind is OperationKind.REGISTER
        or (o.kind is OperationKind.ME and shows_relations(o, facts))
    ]
    module = names.snake(entity.name)
    views.repository_imports.add(f"app.models.{module}", entity.name)
    views.service_imports.discard(f"app.services.{module}_service")
    return EntityView(
        entity=entity,
        name=entity.name,
        module=module,
        plural=facts.plural(entity),
        title=module.replace("_", " "),
        variable=names.variable_name(entity.name),
        model=model_view(entity, facts),
        operations=operations,
        has_service=has_service or bool(registering),
        service_dependency=_service_dependency(views.service, module),
        service_operations=[*registering, *operations],
        endpoint_imports=endpoint_imports,
        service_imports=_service_imports(views),
        repository_imports=_repository_imports(views),
        loads=views.loads,
        listings=views.listings,
        steps=views.steps,
        repositories=views.repositories,
        owner_checks=list(views.owner_checks.values()),
    )


def loose_context(facts: Facts, schemas: Schemas) -> dict[str, Any]:
    """Return what the templates of operations without an entity read."""
    loose = Unit(None, facts, schemas)
    operations = [view(loose, o) for o in in_route_order(_apart_from_account(facts, None))]
    if operations:
        _add_endpoint_imports(loose)
    return {
        "loose": operations,
        "loose_imports": loose.endpoint_imports.render(),
        "loose_dependency": _service_dependency(loose.service, "operations"),
        "loose_service_imports": _service_imports(loose),
        "loose_repositories": loose.repositories,
    }


def _apart_from_account(facts: Facts, entity: str | None) -> list[Operation]:
    return [o for o in facts.operations[entity] if o.kind not in ACCOUNT_KINDS]


def _service_dependency(service: str, module: str) -> str:
    hint = f"{service}, Depends(get_{module}_service)"
    return call(f"{service}Dep = Annotated[", hint.split(", ", 1), "]")


def _endpoint_imports(views: Unit) -> str:
    views.add_router()
    if views.operations:
        _add_endpoint_imports(views)
    return views.endpoint_imports.render()


def _add_endpoint_imports(views: Unit) -> None:
    """Add what endpoints that have a service need."""
    views.add_router()
    imports = views.endpoint_imports
    imports.add("typing", "Annotated")
    imports.add("fastapi", "Depends")
    imports.add("app.api.deps", "SessionDep")
    imports.add(f"app.services.{views.module_name()}_service", views.service)


def _service_imports(views: Unit) -> str:
    for target in views.repositories.values():
        views.service_imports.add(
            f"app.repositories.{names.snake(target)}_repository", f"{target}Repository"
        )
    views.service_imports.add("sqlalchemy.ext.asyncio", "AsyncSession")
    return views.service_imports.render()


def _repository_imports(views: Unit) -> str:
    imports = views.repository_imports
    imports.add("sqlalchemy.ext.asyncio", "AsyncSession")
    imports.add("app.repositories.base", "BaseRepository")
    return imports.render()

"""How does a spec become files? Every template of every pattern that applies, over one context."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.documents import FileType, GeneratedFile, Warn
from agent.emitter.account import account_context, shows_relations
from agent.emitter.custom import reads_again
from agent.emitter.envelopes import error_envelope, list_envelope, page_parameters
from agent.emitter.facts import Facts
from agent.emitter.formatting import formatted, laid_out
from agent.emitter.layout import Imports, call, comment, docstring, export_key, quote
from agent.emitter.migration import migration_view
from agent.emitter.models import has_stamps, has_uuid_key, model_view
from agent.emitter.operations import in_route_order, view
from agent.emitter.readme import diagram, readme
from agent.emitter.references import given_keys
from agent.emitter.revisions import FIRST, revisions
from agent.emitter.schemas import Schemas
from agent.emitter.slot_views import slot_views, written_paths
from agent.emitter.testing.context import Cases
from agent.emitter.types import AS_TEXT_IN_JSON
from agent.emitter.unit import ACCOUNT_KINDS, Unit
from agent.emitter.versions import DEVELOPMENT, bounds, production
from agent.errors import EmitError
from agent.planner import names
from agent.types import AttributeType, Generator, OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jinja2 import Environment

    from agent.emitter.applied import Applied
    from agent.emitter.models import ModelView
    from agent.emitter.operations import OperationView
    from agent.emitter.revisions import Revisions
    from agent.knowledge import Library, Pattern
    from agent.types import BackendSpec, Entity
    from agent.writing.written import Written

_MARK = ".j2"


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


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files of a project in the order of their paths, and what should be known of them."""

    files: tuple[GeneratedFile, ...]
    warnings: tuple[Warn, ...]


def emit(
    spec: BackendSpec, library: Library, written: Mapping[str, Written] | None = None
) -> tuple[GeneratedFile, ...]:
    """Render the whole project of a resolved spec, in the order of the paths.

    Raises:
        EmitError: as ``render`` says.

    """
    return render(spec, library, written).files


def render(
    spec: BackendSpec,
    library: Library,
    written: Mapping[str, Written] | None = None,
    applied: Applied | None = None,
) -> Rendering:
    """Render the whole project of a resolved spec, and tell what is not as it should be.

    Args:
        spec: The plan, resolved.
        library: The patterns.
        written: What fills the slots of custom operations, by the operation's name.
        applied: What the folder has already that the project is for: its revisions stay as they
            are, and what is different now becomes a new one.

    Raises:
        EmitError: two patterns emit one path, a path leaves the project, or what is written for an
            operation is no Python, or is written for none.
        RefusedError: what is different from what is applied cannot become a revision.

    """
    written = written or {}
    context = build_context(spec, written)
    found = revisions(context["facts"], applied)
    context["revisions"] = found.new
    files: dict[str, GeneratedFile] = {}
    for pattern in library.patterns.values():
        if not _applies(pattern, context):
            continue
        for path, content in _render(pattern, context, library.cache):
            if path in files:
                raise EmitError(f"{pattern.name} and {files[path].pattern} both emit {path}")
            files[path] = _file(path, content, pattern.name)
    made = laid_out(spec, [files[path] for path in sorted(files)], written_paths(written))
    return Rendering(
        files=_with_revisions(made, found),
        warnings=(*(_unkept(*rule) for rule in context["unkept_rules"]), *found.warnings),
    )


def _file(path: str, content: str, pattern: str) -> GeneratedFile:
    return GeneratedFile(
        path=_checked(path),
        content=content,
        type=file_type(path),
        description=_description(path, content),
        pattern=pattern,
    )


def _with_revisions(
    files: tuple[GeneratedFile, ...], found: Revisions
) -> tuple[GeneratedFile, ...]:
    """Lay a new revision out, and put those in the first one's place that were applied."""
    if found.applied is None:
        return files
    new = {view.path for view in found.new}
    first = next(file for file in files if file.path == FIRST)
    settings = [file for file in files if file.path == "pyproject.toml"]
    kept = [file for file in files if file.path not in {*new, FIRST}]
    kept += formatted([file for file in files if file.path in new] + settings)[: len(new)]
    kept += [_file(path, text, first.pattern) for path, text in found.applied.revisions.items()]
    return tuple(sorted(kept, key=lambda file: file.path))


def _unkept(entity: str, rule: str) -> Warn:
    return Warn(
        code="row-rule",
        message=f"{entity}: no values were found that keep the check '{rule}'. The emitted tests "
        "make rows and bodies without regard to it, and fail where it refuses those.",
    )


def build_context(spec: BackendSpec, written: Mapping[str, Written]) -> dict[str, Any]:
    """Return everything that templates read."""
    facts = Facts(spec, built=[name for name, each in written.items() if each.body is not None])
    schemas = Schemas(facts)
    entities = [_entity_view(e, facts, schemas) for e in spec.entities]
    loose = Unit(None, facts, schemas)
    operations = [
        view(loose, o)
        for o in in_route_order(
            [
                o
                for o in spec.operations
                if o.entity not in facts.entities and o.kind not in ACCOUNT_KINDS
            ]
        )
    ]
    if operations:
        _add_endpoint_imports(loose)
    user = next((e for e in entities if facts.secured and e.name == spec.auth.user), None)
    return {
        "spec": spec,
        "facts": facts,
        "schemas": schemas,
        "schema_modules": schemas.modules(),
        "entities": entities,
        "enums": [
            (e, [(facts.members[(e.name, value)], value) for value in e.values]) for e in spec.enums
        ],
        "loose": operations,
        "loose_imports": loose.endpoint_imports.render(),
        "loose_dependency": _service_dependency(loose.service, "operations"),
        "loose_service_imports": _service_imports(loose),
        "loose_repositories": loose.repositories,
        "slots": slot_views(facts, schemas, written),
        "uses_reload": reads_again(facts, schemas),
        "secured": facts.secured,
        "user": user,
        "uses_own_rows": any("own_rows" in e.service_imports for e in entities),
        **account_context(
            facts,
            Unit(facts.entities[spec.auth.user], facts, schemas) if facts.secured else None,
        ),
        **_uses(facts),
        **Cases(facts, written).context(),
        "readme": readme(facts, schemas.alias),
        "diagram": diagram(facts),
        "db_type_names": _db_type_names(facts),
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
        "slug": names.snake(spec.name).replace("_", "-"),
        "uses_uuid_mixin": any(has_uuid_key(e) for e in spec.entities),
        "uses_stamp_mixin": any(has_stamps(e) for e in spec.entities),
        "bounds": bounds(),
        "production": production(facts),
        "development": DEVELOPMENT,
    }


_PYDANTICS_OWN = ("model_dump", "model_validate")
"""Pydantic warns of fields that begin like its methods."""


def _uses(facts: Facts) -> dict[str, bool]:
    """Return which optional parts of shared modules a project needs."""
    attributes = [a for e in facts.spec.entities for a in e.attributes]
    clocks = [a for a in attributes if a.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}]
    kinds = {o.kind for o in facts.spec.operations}
    return {
        "uses_json_list": any(a.array and a.type in AS_TEXT_IN_JSON for a in attributes),
        "uses_duration": any(a.type is AttributeType.DURATION for a in attributes),
        "uses_today": any(a.type is AttributeType.DATE for a in clocks),
        "uses_clock": any(a.type is AttributeType.TIME for a in clocks),
        "uses_links": bool(kinds & {OperationKind.LINK, OperationKind.UNLINK}),
        "uses_references": any(given_keys(facts, o) for o in facts.spec.operations),
        "uses_password": facts.has_passwords,
        "uses_model_names": any(a.name.startswith(_PYDANTICS_OWN) for a in attributes),
        "uses_states": any(a.transitions for a in attributes),
    }


def _db_type_names(facts: Facts) -> list[str]:
    """Return what the module of column types imports from SQLAlchemy."""
    uses = _uses(facts)
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


def _entity_view(entity: Entity, facts: Facts, schemas: Schemas) -> EntityView:
    views = Unit(entity, facts, schemas)
    given = [
        o for o in facts.spec.operations if o.entity == entity.name and o.kind not in ACCOUNT_KINDS
    ]
    operations = [view(views, o) for o in in_route_order(given)]
    has_service = bool(operations)
    endpoint_imports = _endpoint_imports(views)
    registering = [
        view(views, o)
        for o in facts.spec.operations
        if o.entity == entity.name
        and (
            o.kind is OperationKind.REGISTER
            or (o.kind is OperationKind.ME and shows_relations(o, facts))
        )
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


def _service_dependency(service: str, module: str) -> str:
    hint = f"{service}, Depends(get_{module}_service)"
    return call(f"{service}Dep = Annotated[", hint.split(", ", 1), "]")


def _endpoint_imports(views: Unit) -> str:
    imports = views.endpoint_imports
    imports.add("fastapi", "APIRouter")
    if views.operations:
        _add_endpoint_imports(views)
    return imports.render()


def _add_endpoint_imports(views: Unit) -> None:
    """Add what endpoints that have a service need."""
    imports = views.endpoint_imports
    imports.add("typing", "Annotated")
    imports.add("fastapi", "APIRouter", "Depends")
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


def _applies(pattern: Pattern, context: dict[str, Any]) -> bool:
    condition = pattern.metadata.get("applies", "always")
    return condition == "always" or bool(context[condition])


def _render(
    pattern: Pattern, context: dict[str, Any], cache: Path | None
) -> Iterator[tuple[str, str]]:
    environment = _environment(pattern.folder / "assets" / "project", cache)
    for template in pattern.templates:
        if not template.endswith(_MARK):
            yield template, (pattern.folder / "assets" / "project" / template).read_text("utf-8")
            continue
        path = template.removesuffix(_MARK)
        compiled = environment.get_template(template)
        for variable, name, items in (
            ("entity", "module", context["entities"]),
            ("entity", "plural", context["entities"]),
            ("schema", "module", context["schema_modules"]),
            ("case", "plural", context["test_modules"]),
            ("revision", "file", context["revisions"]),
            ("slot", "name", context["slots"]),
            ("acceptance", "name", context["acceptance"]),
        ):
            slot = f"{{{{ {variable}.{name} }}}}"
            if slot in path:
                for item in items:
                    content = compiled.render(context, **{variable: item})
                    if content.strip():
                        yield path.replace(slot, getattr(item, name)), content
                break
        else:
            content = compiled.render(context)
            if content.strip():
                yield path, content


@lru_cache(maxsize=64)
def _environment(root: Path, cache: Path | None) -> Environment:
    from jinja2 import (  # noqa: PLC0415 - heavy
        Environment,
        FileSystemBytecodeCache,
        FileSystemLoader,
        StrictUndefined,
    )

    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = Environment(
        loader=FileSystemLoader(root),
        bytecode_cache=FileSystemBytecodeCache(str(cache)) if cache else None,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Python, not HTML; names are checked before they get here
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quote"] = quote
    environment.filters["doc"] = docstring
    environment.filters["comment"] = comment
    environment.filters["toml"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.filters["cell"] = cell
    environment.filters["article"] = names.article
    environment.filters["snake"] = names.snake
    environment.filters["import_from"] = import_from
    environment.filters["indented"] = lambda text, by: text.replace("\n", "\n" + " " * by)
    return environment


def cell(text: str) -> str:
    """Return text for a Markdown table or paragraph: one line, nothing that is markup."""
    plain = " ".join(text.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def import_from(members: list[str], module: str) -> str:
    """Return one import statement."""
    imports = Imports()
    imports.add(module, *members)
    return imports.render()


def _checked(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(p in {"", ".", ".."} for p in parts):
        raise EmitError(f"the path {path!r} leaves the project")
    return path


def file_type(path: str) -> FileType:
    """Return the published type of a file, by where it lies."""
    rules = (
        ("tests/", FileType.TEST),
        ("migrations/", FileType.MIGRATION),
        ("alembic", FileType.MIGRATION),
        ("/endpoints/", FileType.ROUTER),
        ("/router.py", FileType.ROUTER),
        ("/services/", FileType.SERVICE),
        ("/repositories/", FileType.REPOSITORY),
        ("/models/", FileType.MODEL),
        ("/db/", FileType.MODEL),
        ("/schemas/", FileType.SCHEMA),
        ("/api/", FileType.DEPENDENCY),
        ("middleware", FileType.MIDDLEWARE),
    )
    return next((kind for part, kind in rules if part in path), FileType.CONFIG)


def _description(path: str, content: str) -> str:
    """Return a Python file's first docstring line, or a document's title."""
    first = content.lstrip().split("\n", 1)[0]
    if path.endswith(".py") and first.startswith('"""'):
        return first.strip('"').strip()
    if path.endswith(".md") and first.startswith("# "):
        return first.removeprefix("# ")
    return ""

"""What does an operation become over HTTP? Its route, its signature, its body."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from agent.emitter import custom, ownership
from agent.emitter.envelopes import page_parameters
from agent.emitter.fields import filter_rules, parameter_type
from agent.emitter.layout import WIDTH, call, quote
from agent.emitter.statuses import error_statuses
from agent.emitter.unit import ACCOUNT_KINDS, K
from agent.emitter.unread import unread
from agent.planner import names
from agent.planner.envelope_names import list_class, wrapper_class
from agent.types import ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.unit import Unit
    from agent.types import Operation


def decorator(unit: Unit, operation: Operation) -> str:
    """Return the route, its answer, its errors and who may call it."""
    imports = unit.endpoint_imports
    arguments = [quote(operation.path)]
    if operation.operation_id and operation.operation_id != operation.name:
        arguments.append(f"operation_id={quote(operation.operation_id)}")
    if operation.tags:
        arguments.append(f"tags=[{', '.join(map(quote, operation.tags))}]")
    if operation.deprecated:
        arguments.append("deprecated=True")
    has_answer = operation.output is not None
    if has_answer:
        shown = answer_class(unit, operation)
        if shown != endpoint_returns(unit, operation):  # the linter takes it for a repetition
            arguments.append(f"response_model={shown}")
    if operation.status != HTTPStatus.OK:
        arguments.append(f"status_code={operation.status}")
    if (
        not has_answer
        and operation.status != HTTPStatus.NO_CONTENT
        and operation.kind not in ACCOUNT_KINDS
    ):
        imports.add("fastapi", "Response")
        arguments.append("response_class=Response")
    arguments += _documented(unit, operation)
    guard = guard_of(unit, operation)
    if guard:
        imports.add("fastapi", "Depends")
        arguments.append(f"dependencies=[Depends({guard})]")
    return call(f"@router.{operation.method.value.lower()}(", arguments)


def _documented(unit: Unit, operation: Operation) -> list[str]:
    """Return what a route says of its other answers, and of bodies whose content is left open."""
    imports, arguments = unit.endpoint_imports, []
    errors = error_statuses(unit.facts, operation)
    if errors:
        imports.add("app.api.errors", "errors")
        told = f"errors({', '.join(str(code) for code in errors)})"
        if operation.gives:
            told += f' | {{{operation.status}: {{"content": {{{quote(operation.gives)}: {{}}}}}}}}'
        arguments.append(f"responses={told}")
    return [*arguments, *_extra(unit, operation)]


def _extra(unit: Unit, operation: Operation) -> list[str]:
    """Return what the document has of a route that nothing reads: parameters, and open bodies."""
    parts = []
    if others := unread(operation):
        unit.endpoint_imports.add("app.api.unread", "unread")
        parts.append(call("openapi_extra=unread(", others, indent=4, nested=True))
    if operation.takes and operation.kind is not K.LOGIN:
        content = f'{{"content": {{{quote(operation.takes)}: {{}}}}}}'
        parts.append(f'{"| " if parts else "openapi_extra="}{{"requestBody": {content}}}')
    is_long = len(f"    {' '.join(parts)},") > WIDTH
    return [("\n    " if is_long else " ").join(parts)] if parts else []


def answer_class(unit: Unit, operation: Operation) -> str:
    """Return the class that an answer is validated by."""
    output = operation.output
    assert output is not None  # noqa: S101 - asked only with an output
    if operation.kind is K.LIST:
        name, module = list_class(operation), unit.module_name()
    elif output.wrapper or output.array:
        name, module = wrapper_class(operation, "out"), unit.module_name()
    else:
        name, module = output.schema_name, unit.schemas.module_of(output.schema_name)
    unit.endpoint_imports.add(f"app.schemas.{module}", name)
    return name


def guard_of(unit: Unit, operation: Operation) -> str | None:
    """Return the dependency that lets only the permitted callers pass, where one is needed."""
    permission = operation.permission or ()
    if unit.facts.needs_key(operation):
        unit.endpoint_imports.add("app.api.keys", "require_key")
        return "require_key"
    if not unit.facts.secured or "public" in permission or operation.kind in ACCOUNT_KINDS:
        return None
    if "authenticated" in permission or ("owner" in permission and unit.has_owner()):
        if ownership.needs_actor(unit, operation):
            return None
        unit.endpoint_imports.add("app.api.deps", "get_current_user")
        return "get_current_user"
    roles = [role for role in permission if role != "owner"] or [unit.facts.spec.auth.admin_role]
    unit.endpoint_imports.add("app.api.deps", "require_roles")
    return f"require_roles({', '.join(quote(role) for role in roles)})"


def signature_of(
    unit: Unit,
    operation: Operation,
    slots: list[tuple[str, str]],
    query: str | None,
    *,
    actor: bool,
) -> str:
    """Return the endpoint function's head."""
    imports = unit.endpoint_imports
    arguments: list[str] = []
    by_name = {unit.slot_name(p): p for p in operation.parameters if p.place is ParameterPlace.PATH}
    for name, _ in slots:
        parameter = by_name[name]
        hint, needs = parameter_type(unit.bound(parameter), place="path", is_open=operation.open)
        imports.update(needs)
        if parameter.name != name:
            imports.add("typing", "Annotated")
            imports.add("fastapi", "Path")
            hint = f"Annotated[{hint}, Path(alias={quote(parameter.name)})]"
        arguments.append(f"{name}: {hint}")
    if query:
        imports.add("typing", "Annotated")
        imports.add("fastapi", "Query")
        arguments.append(f"query: Annotated[{query}, Query()]")
    required, optional = _values(unit, operation)
    arguments += required
    if operation.input is not None:
        if operation.input.wrapper:
            name = wrapper_class(operation, "in")
            imports.add(f"app.schemas.{unit.module_name()}", name)
        else:
            name = unit.input_class(operation) or ""
            imports.add(
                f"app.schemas.{unit.input_module(operation)}",
                unit.schemas.input_class(operation.input.schema_name),
            )
        arguments.append(f"data: {name}")
    arguments.append(f"service: {unit.service}Dep")
    if actor:
        imports.add("app.api.deps", "CurrentUser")
        arguments.append("actor: CurrentUser")
    arguments += optional
    return call(
        f"async def {operation.name}(", arguments, f") -> {endpoint_returns(unit, operation)}:"
    )


def _values(unit: Unit, operation: Operation) -> tuple[list[str], list[str]]:
    """Return the parameters of a custom operation outside the path: required ones, and others."""
    imports = unit.endpoint_imports
    others = custom.others(operation)
    called = custom.value_names(unit, operation) if others else {}
    required, optional = [], []
    for parameter in others:
        name = called[parameter.name, parameter.place]
        attribute = unit.bound(parameter)
        hint, needs = parameter_type(attribute, is_open=operation.open)
        imports.update(needs)
        is_header = parameter.place is ParameterPlace.HEADER
        told = (
            [] if name == parameter.name and not is_header else [f"alias={quote(parameter.name)}"]
        )
        told += filter_rules(attribute, is_open=operation.open)
        if not parameter.required:
            hint = f"{hint} | None"
        if told:
            place = "Header" if is_header else "Query"
            imports.add("typing", "Annotated")
            imports.add("fastapi", place)
            hint = f"Annotated[{hint}, {place}({', '.join(told)})]"
        if parameter.required:
            required.append(f"{name}: {hint}")
        else:
            optional.append(f"{name}: {hint} = None")
    return required, optional


def endpoint_returns(unit: Unit, operation: Operation) -> str:
    """Return the type that the endpoint function gives back."""
    if operation.kind is K.LIST:
        unit.endpoint_imports.add("typing", "Any")
        return "Any"
    output = operation.output
    if operation.kind in {K.LOGIN, K.REFRESH}:
        if output is None:
            unit.endpoint_imports.add("app.schemas.auth", "TokenPair")
        return output.schema_name if output else "TokenPair"
    if output is None:
        return "None" if operation.status == HTTPStatus.NO_CONTENT else "Response"
    if output.wrapper:
        unit.endpoint_imports.add("typing", "Any")
        return "dict[str, Any]"
    if operation.kind is K.CUSTOM:
        returned = custom.answer(unit, operation)
        unit.endpoint_imports.update(returned.imports)
        return returned.hint
    unit.endpoint_imports.add(
        f"app.models.{names.snake(unit.row_entity.name)}", unit.row_entity.name
    )
    return f"list[{unit.row_entity.name}]" if output.array else unit.row_entity.name


def endpoint_body(unit: Unit, operation: Operation, arguments: list[str]) -> list[str]:
    """Return the endpoint function's statements."""
    called = call(f"await service.{operation.name}(", arguments, indent=4)
    if operation.kind is K.LIST:
        return _list_body(unit, operation, called)
    output = operation.output
    if output is None:
        if operation.status == HTTPStatus.NO_CONTENT:
            return [called]
        return [called, f"return Response(status_code={operation.status})"]
    if output.wrapper:
        wrapper = quote(names.attribute_name(output.wrapper, ()))
        return [f"return {{{wrapper}: {called}}}"]
    return [f"return {called}"]


def _list_body(unit: Unit, operation: Operation, called: str) -> list[str]:
    output = operation.output
    if output is not None and output.wrapper:
        wrapper = names.attribute_name(output.wrapper, ())
        if output.total is None:
            return [f"rows, _ = {called}", f"return {{{quote(wrapper)}: rows}}"]
        total = quote(names.attribute_name(output.total, {wrapper}))
        shown = f"{{{quote(wrapper)}: rows, {total}: total}}"
        return [f"rows, total = {called}", f"return {shown}"]
    is_bare = output is not None and output.bare
    if is_bare or unit.facts.spec.api.list_envelope.items is None:
        return [f"rows, _ = {called}", "return rows"]
    unit.endpoint_imports.add("app.schemas.base", "page_of")
    used = page_parameters(unit.facts.spec.api.list_envelope)
    total = "total" if "total" in used else "_"
    return [f"rows, {total} = {called}", f"return page_of({', '.join(used)})"]


def unwrapped(operation: Operation) -> str:
    """Return the expression of a body without its wrapper."""
    if operation.input and operation.input.wrapper:
        return f"data.{names.attribute_name(operation.input.wrapper, ())}"
    return "data"

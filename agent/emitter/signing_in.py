"""What do signing in and staying signed in take and give, under the names of the plan?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.endpoints import decorator, endpoint_returns
from agent.emitter.layout import call, fit_step, quote
from agent.emitter.statuses import own_statuses
from agent.emitter.testing.payloads import payload_names
from agent.emitter.testing.wire import keywords
from agent.planner import names
from agent.types import Meaning, OperationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.emitter.unit import Unit
    from agent.types import Operation, Schema, SchemaField

M = Meaning
_PARTS = {
    M.ACCESS_TOKEN: "pair.access_token",
    M.REFRESH_TOKEN: "pair.refresh_token",
    M.SECONDS: "get_settings().access_token_minutes * 60",
}


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The endpoint of ``login`` or ``refresh``, and what its tests send and look for.

    ``takes`` are the names of what is sent, by what they mean; ``gives`` those of the answer.
    ``made_by`` is the function that makes a valid body for tests, where the plan has a schema.
    """

    name: str
    decorator: str
    head: str
    body: list[str]
    takes: dict[Meaning, str]
    gives: dict[Meaning, str]
    made_by: str | None
    sent_as: str
    refused: int


def bodies(signing: Mapping[str, SigningIn], login_field: str) -> dict[str, str]:
    """Return what tests send: by who knows the password, who does not, and who is nobody."""
    login, refresh = signing.get("login"), signing.get("refresh")
    found = {}
    if login is not None:
        name = f"user.{login_field}"
        found["right"] = _sent(login, {M.LOGIN: name, M.PASSWORD: "PASSWORD"})
        found["wrong"] = _sent(login, {M.LOGIN: name, M.PASSWORD: "password"})
        nobody = quote("nobody@example.com")
        found["nobody"] = _sent(login, {M.LOGIN: nobody, M.PASSWORD: "PASSWORD"})
    if login is not None and refresh is not None and M.REFRESH_TOKEN in login.gives:
        for what, token in (("renewing", M.REFRESH_TOKEN), ("mistaken", M.ACCESS_TOKEN)):
            code = f"pair[{quote(login.gives[token])}]"
            found[what] = _sent(refresh, {M.REFRESH_TOKEN: code})
    return found


def _sent(signing: SigningIn, values: dict[Meaning, str]) -> str:
    """Return a body as a test writes it, of expressions by what they mean."""
    pairs = [(signing.takes[meaning], code) for meaning, code in values.items()]
    if signing.made_by is not None:
        return f"{signing.made_by}({keywords(pairs)})"
    return "{" + ", ".join(f"{quote(name)}: {code}" for name, code in pairs) + "}"


def signing_in(unit: Unit, operation: Operation, login_field: str) -> SigningIn:
    """Return an operation that gives tokens, as code."""
    given, shown = (
        unit.facts.schemas[body.schema_name] if body else None
        for body in (operation.input, operation.output)
    )
    is_login = operation.kind is OperationKind.LOGIN
    hint, sent = _taken(unit, operation)
    wanted = (M.LOGIN, M.PASSWORD) if is_login else (M.REFRESH_TOKEN,)
    arguments = [f"data.{_python(_field(given, each), each, login_field)}" for each in wanted]
    asked = f"await service.{operation.kind.value}({', '.join(arguments)})"
    return SigningIn(
        name=operation.name,
        decorator=decorator(unit, operation),
        head=call(
            f"async def {operation.name}(",
            [f"data: {hint}", "service: AuthServiceDep"],
            f") -> {endpoint_returns(unit, operation)}:",
        ),
        body=[fit_step(line, 4) for line in _body(unit, shown, asked)],
        takes={each: _wire(unit, _field(given, each), each, login_field) for each in wanted},
        gives={each: _wire(unit, _field(shown, each), each, "") for each in _shown(shown)},
        made_by=payload_names(unit.facts)[given.name] if given else None,
        sent_as=sent,
        refused=own_statuses(unit.facts, operation).unauthenticated,
    )


def _taken(unit: Unit, operation: Operation) -> tuple[str, str]:
    """Return the type of a body, and what a test's client calls it."""
    imports = unit.endpoint_imports
    if operation.input is None:
        name = "LoginRequest" if operation.kind is OperationKind.LOGIN else "RefreshRequest"
        imports.add("app.schemas.auth", name)
        return name, "json"
    name = unit.schemas.input_class(operation.input.schema_name)
    imports.add(f"app.schemas.{unit.input_module(operation)}", name)
    if operation.takes is None:
        return name, "json"
    imports.add("fastapi", "Form")
    return f"Annotated[{name}, Form()]", "data"


def _body(unit: Unit, shown: Schema | None, asked: str) -> list[str]:
    """Return the statements of an endpoint: the pair of tokens, as the plan shows it."""
    if shown is None:
        return [f"return {asked}"]
    parts = []
    for field in shown.fields:
        if field.means in _PARTS:
            parts.append(f"{names.attribute_name(field.name, ())}={_PARTS[field.means]}")
        if field.means is M.SECONDS:
            unit.endpoint_imports.add("app.core.config", "get_settings")
    return [f"pair = {asked}", call(f"return {shown.name}(", parts, indent=4)]


def _shown(schema: Schema | None) -> list[Meaning]:
    if schema is None:
        return [M.ACCESS_TOKEN, M.REFRESH_TOKEN]
    return [field.means for field in schema.fields if field.means]


def _field(schema: Schema | None, meaning: Meaning) -> SchemaField | None:
    fields = schema.fields if schema else ()
    return next((field for field in fields if field.means is meaning), None)


def _own(meaning: Meaning, login_field: str) -> str:
    """Return what the house's own bodies call something."""
    return login_field if meaning is M.LOGIN else meaning.value.replace("-", "_")


def _python(field: SchemaField | None, meaning: Meaning, login_field: str) -> str:
    return names.attribute_name(field.name, ()) if field else _own(meaning, login_field)


def _wire(unit: Unit, field: SchemaField | None, meaning: Meaning, login_field: str) -> str:
    return field.name if field else unit.schemas.alias(_own(meaning, login_field))

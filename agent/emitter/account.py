"""What do signing in and registering look like for this spec's user?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.emitter.administrators import administration
from agent.emitter.endpoints import decorator
from agent.emitter.layout import Imports, quote, tuple_of
from agent.emitter.ownership import confirms_password, present_password_field
from agent.emitter.signing_in import bodies, signing_in
from agent.emitter.statuses import own_statuses
from agent.emitter.testing.payloads import payload_names
from agent.planner import names
from agent.types import AttributeType, HttpMethod, OperationKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.signing_in import SigningIn
    from agent.emitter.unit import Unit
    from agent.types import Operation

K = OperationKind
_TOKENS = frozenset({K.LOGIN, K.REFRESH})


def account_context(facts: Facts, views: Unit | None) -> dict[str, Any]:
    """Return what the templates of authentication read; empty without authentication."""
    if views is None:
        return {"account": {}}
    auth = facts.spec.auth
    user = facts.entities[auth.user]
    module = names.snake(user.name)
    login = facts.attribute(user.name, auth.login)
    password = facts.attribute(user.name, auth.password)
    key = facts.attribute(user.name, user.primary_key[0])
    kinds = {K.REGISTER, K.LOGIN, K.REFRESH, K.ME}
    confirming = [o for o in views.operations if confirms_password(views, o)]
    given = [o for o in facts.spec.operations if o.kind in kinds]
    given.sort(key=lambda o: o.kind is K.ME and o.method is not HttpMethod.GET)
    account = {o.kind.value: o for o in reversed(given)}
    signing = {k: signing_in(views, o, login.name) for k, o in account.items() if o.kind in _TOKENS}
    subject = {
        AttributeType.UUID: "UUID(claims.subject)",
        AttributeType.INTEGER: "int(claims.subject)",
        AttributeType.SMALLINT: "int(claims.subject)",
        AttributeType.BIGINT: "int(claims.subject)",
    }.get(key.type, "claims.subject")
    return {
        "account": account,
        "registering": facts.registering,
        "signing": signing,
        "signing_bodies": bodies(signing, login.name),
        "plain_bodies": [k for k in signing if account[k].input is None],
        "register_view": _view(account["register"], views) if "register" in account else {},
        "me_views": [_view(o, views) for o in given if o.kind is K.ME],
        "me_statuses": own_statuses(facts, account["me"]) if "me" in account else None,
        "auth_test_payloads": _test_payloads(facts, signing, account),
        "account_tags": "" if any(o.tags for o in given) else 'tags=["auth"]',
        **administration(views),
        "login_field": login.name,
        "login_is_email": login.type is AttributeType.EMAIL,
        "hashed_field": facts.model_attribute(user, password),
        "password_field": _wire(password.name, account, facts),
        "confirms_password": bool(confirming),
        "present_fields": list(dict.fromkeys(present_password_field(views, o) for o in confirming)),
        "user_key": key.name,
        "subject_expression": subject,
        "inactive": f" or not user.{auth.active}" if auth.active else "",
        "auth_service_imports": _service_imports(module, user.name, subject),
        "auth_endpoint_imports": _endpoint_imports(module, user.name, given, views),
        "roles_literal": tuple_of([quote(role) for role in auth.roles]),
    }


def shows_relations(operation: Operation, facts: Facts) -> bool:
    """Tell whether an answer shows more than the row itself."""
    if operation.output is None:
        return False
    return any(f.relation for f in facts.schemas[operation.output.schema_name].fields)


def _wire(name: str, account: dict[str, Operation], facts: Facts) -> str:
    """Return what the password is called in the body that registers a user."""
    operation = account.get("register")
    if operation is None or operation.input is None:
        return name
    fields = facts.schemas[operation.input.schema_name].fields
    return next((f.name for f in fields if f.attribute == name), name)


def _view(operation: Operation, views: Unit) -> dict[str, Any]:
    shown = decorator(views, operation)
    given = operation.input.schema_name if operation.input else ""
    return {
        "name": operation.name,
        "decorator": shown,
        "input": views.schemas.input_class(given) if given else "",
        "loads": shows_relations(operation, views.facts),
    }


def _service_imports(module: str, user: str, subject: str) -> str:
    imports = Imports()
    imports.add("sqlalchemy", "ColumnElement", "select")
    imports.add("sqlalchemy.ext.asyncio", "AsyncSession")
    imports.add("app.core.exceptions", "UnauthorizedError")
    imports.add("app.core.passwords", "verify_password")
    imports.add("app.core.security", "Use", "issue_token", "password_mark", "read_token")
    imports.add(f"app.models.{module}", user)
    imports.add("app.schemas.auth", "TokenPair")
    if subject.startswith("UUID"):
        imports.add("uuid", "UUID")
    return imports.render()


def _test_payloads(
    facts: Facts, signing: dict[str, SigningIn], account: dict[str, Operation]
) -> str:
    """Return the import of the functions that make what tests send."""
    imports = Imports()
    for each in signing.values():
        if each.made_by is not None:
            imports.add("tests.payloads", each.made_by)
    given = account["register"].input if "register" in account else None
    if given is not None:
        imports.add("tests.payloads", payload_names(facts)[given.schema_name])
    return imports.render()


def _endpoint_imports(module: str, user: str, given: list[Operation], views: Unit) -> str:
    views.add_router()
    imports = views.endpoint_imports
    imports.add("typing", "Annotated")
    imports.add("fastapi", "Depends")
    imports.add("app.api.deps", "SessionDep")
    imports.add("app.services.auth_service", "AuthService")
    for operation in given:
        if operation.kind in _TOKENS:
            continue
        imports.add(f"app.models.{module}", user)
        if operation.kind is K.ME:
            imports.add("app.api.deps", "CurrentUser")
        if operation.kind is K.REGISTER or shows_relations(operation, views.facts):
            imports.add(f"app.services.{module}_service", f"{user}Service")
        if operation.input is not None:
            name = operation.input.schema_name
            home = f"app.schemas.{views.schemas.module_of(name)}"
            imports.add(home, views.schemas.input_class(name))
    return imports.render()

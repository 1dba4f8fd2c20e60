"""How do people sign in? By the operation that plainly takes a name and a password for a token.

What is not plain stays what it was, an operation that answers 501 and says why: a wrong login is
worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.readers.openapi_credentials import (
    Credentials,
    NotPlainError,
    Tokens,
    credentials_of,
    refreshed_by,
    secret_of,
    tokens_of,
)
from agent.planner.readers.openapi_own_row import own_kind
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_people import (
    REGISTER,
    closed_by,
    members_of,
    shapes_of,
    texts_of,
    user_of,
)
from agent.planner.readers.openapi_resources import overlap
from agent.planner.readers.openapi_schemas import Part
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.planner.readers.openapi_resources import Found, Resource, Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.planner.readers.openapi_security import Security

K = OperationKind
_LOGIN = frozenset(
    {"accesstoken", "authenticate", "authtoken", "login", "logintoken", "signin", "token"}
)
_REFRESH = frozenset({"refresh", "refreshtoken", "renew", "tokenrefresh"})
_ME = frozenset({"currentuser", "me", "profile", "whoami"})
_TEST = frozenset({"checktoken", "testtoken", "validatetoken", "verifytoken"})


@dataclass(slots=True)
class Accounts:
    """The operations that are about who signs in; ``user`` is the resource of those people.

    ``mes`` show the row of who asks, ``own`` change or delete it.
    ``name`` is what the rows call that by which they sign in, ``secret`` their password.
    """

    user: str
    name: str
    secret: str
    credentials: Credentials
    tokens: Tokens
    login: Use
    refresh: Use | None = None
    renewed: Tokens | None = None
    register: Use | None = None
    mes: list[Use] = field(default_factory=list)
    own: list[Use] = field(default_factory=list)


def find_accounts(shapes: Shapes, security: Security, found: Found) -> Accounts | None:
    """Return who signs in and how, where a document says it plainly.

    The resource of these people gets what is shown and sent of it there.
    """
    signing = [u for u in found.uses if _is_called(u, _LOGIN) and _takes_secret(shapes, u)]
    if not signing:
        return None
    login = signing[0]
    try:
        accounts = _of_login(shapes, security, found, login, len(signing))
    except NotPlainError as why:
        for use in signing:
            _release(found, use)
            use.kind, use.why = K.CUSTOM, f"it would sign somebody in, and {why}"
        return None
    _release(found, login)
    login.kind = K.CUSTOM
    for use in found.uses:
        if _is_called(use, _REFRESH) and security.is_open(use.call):
            _take_refresh(shapes, found, accounts, use)
    user = found.resources[accounts.user]
    paths = {use.call.path for use in accounts.mes if use.call.method == "get"}
    for use in found.uses:
        kind = own_kind(shapes, use, paths, members_of(user))
        if kind is not None and not security.is_open(use.call):
            _take_own(found, user, accounts, use, kind)
    return accounts


def _of_login(shapes: Shapes, security: Security, found: Found, login: Use, many: int) -> Accounts:
    """Return who signs in by an operation."""
    if many > 1:
        raise NotPlainError("so would another operation")
    if not security.places:
        raise NotPlainError("nothing in the document asks for its token")
    if not security.bears_tokens:
        raise NotPlainError("its token would be sent in another way than as a bearer's alone")
    if not security.is_open(login.call):
        raise NotPlainError("it is protected itself")
    tokens = tokens_of(shapes, login.call)
    registers = [u for u in found.uses if _registers(shapes, security, u)][:1]
    mes = [u for u in found.uses if _shows_caller(security, u)]
    body = _body(shapes, login)
    user = user_of(shapes, found, body, registers, mes)
    every = shapes_of(user, registers, mes)
    secret = secret_of(shapes, body) or ""
    members = texts_of(shapes, every)
    credentials = credentials_of(shapes, body, login.call, members, secret)
    own = {folded(wire): wire for wire in members}.get(folded(secret))
    secrets = (secret_of(shapes, shape) for shape in every)
    places = {use.call.path for use in mes}
    own_bodies = [u.given.shape for u in found.uses if u.given and u.call.path in places]
    if mark := closed_by(shapes, [*every, *own_bodies]):
        raise NotPlainError(f"whether '{mark}' keeps a {user.name} out is not known")
    if any(found.collections.get(place) == user.key for place, _ in found.keys):
        raise NotPlainError(f"a {user.name} has a key of several parts")
    accounts = Accounts(
        user=user.key,
        name=credentials.member,
        secret=own or next(filter(None, secrets)),
        credentials=credentials,
        tokens=tokens,
        login=login,
    )
    for use in registers:
        _take_register(found, user, accounts, use)
    for use in mes:
        _take_me(found, user, accounts, use)
    if not {accounts.name, accounts.secret} <= {*members_of(user)}:
        raise NotPlainError(f"a {user.name} is not kept with '{accounts.name}' and a password")
    return accounts


# --- which operations ---


def _is_called(use: Use, words: frozenset[str]) -> bool:
    """Tell whether the last part of a path says what an operation is for."""
    last = use.call.path.rstrip("/").rpartition("/")[2]
    return use.call.method == "post" and folded(last) in words and "{" not in use.call.path


def _body(shapes: Shapes, use: Use) -> Shape:
    body = use.call.body
    return shapes.of(Part(body.schema, body.pointer) if body else None)


def _takes_secret(shapes: Shapes, use: Use) -> bool:
    return secret_of(shapes, _body(shapes, use)) is not None


def _registers(shapes: Shapes, security: Security, use: Use) -> bool:
    """Tell whether somebody who is not known yet may say a name and a password."""
    is_row = use.given is not None and not use.given.many and not use.given.wrapper
    is_called = _is_called(use, REGISTER)
    return is_called and is_row and security.is_open(use.call) and _takes_secret(shapes, use)


def _shows_caller(security: Security, use: Use) -> bool:
    """Tell whether an operation shows who is asking: nothing else says which row it is about."""
    call, answered = use.call, use.answered
    last = folded(call.path.rstrip("/").rpartition("/")[2])
    is_called = (call.method == "get" and last in _ME) or (call.method == "post" and last in _TEST)
    is_row = answered is not None and not answered.many and not answered.wrapper
    is_bare = call.body is None and "{" not in call.path
    return is_called and is_row and is_bare and not security.is_open(call)


def _take_register(found: Found, user: Resource, accounts: Accounts, use: Use) -> None:
    """Let an operation make the row of who registers."""
    if use.resource != user.key:
        _release(found, use)
        use.kind, use.resource = K.CREATE, user.key
        found.collections[use.way.collection] = user.key
        if use.given:
            user.sent.append((K.CREATE, use.given.shape))
    accounts.register = use


def _take_me(found: Found, user: Resource, accounts: Accounts, use: Use) -> None:
    """Let an operation show who is asking, where that is what it answers."""
    shown = use.answered.shape if use.answered else None
    known = [*user.shown, *(shape for _, shape in user.sent)]
    if shown is None or not any(overlap(shown, shape) for shape in known):
        return
    if accounts.name not in shown.properties:
        return
    _release(found, use)
    use.kind, use.resource = K.READ, user.key
    user.shown.append(shown)
    accounts.mes.append(use)


def _take_own(
    found: Found, user: Resource, accounts: Accounts, use: Use, kind: OperationKind
) -> None:
    """Let an operation change or delete the row of who asks."""
    _release(found, use)
    use.kind, use.resource = kind, user.key
    if use.given and use.given.shape.properties.keys() & {*members_of(user)}:
        user.sent.append((kind, use.given.shape))
    accounts.own.append(use)


def _take_refresh(shapes: Shapes, found: Found, accounts: Accounts, use: Use) -> None:
    """Let an operation give new tokens for a refresh token, where signing in gives one."""
    renewed = refreshed_by(shapes, use.call, accounts.tokens)
    if renewed is not None and accounts.refresh is None:
        _release(found, use)
        use.kind = K.CUSTOM
        accounts.refresh, accounts.renewed = use, renewed


def _release(found: Found, use: Use) -> None:
    """Take an operation from the resource that it seemed to be about, and what only it keeps."""
    key, use.resource = use.resource, None
    resource = found.resources.get(key or "")
    if resource is None:
        return
    own = {rows.shape.pointer for rows in (use.given, use.answered) if rows}
    if all(other.resource != key for other in found.uses):
        del found.resources[resource.key]
        kept = {place: k for place, k in found.collections.items() if k != key}
        found.collections.clear()
        found.collections.update(kept)
        return
    others = {
        rows.shape.pointer
        for other in found.uses
        if other.resource == key
        for rows in (other.given, other.answered)
        if rows
    }
    gone = own - others
    resource.shown[:] = [shape for shape in resource.shown if shape.pointer not in gone]
    resource.sent[:] = [(kind, s) for kind, s in resource.sent if s.pointer not in gone]

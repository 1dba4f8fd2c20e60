"""Who are we? Signs up and in, as one user for each role, by nothing but the contract."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.keys import with_key
from agent.checks.inside.fuzz.session import User, fine
from agent.checks.inside.fuzz.values import password

if TYPE_CHECKING:
    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.session import Session

REGISTER = re.compile(r"register|registration|sign-?_?up", re.IGNORECASE)
LOGIN = re.compile(
    r"log-?_?in|sign-?_?in|(?:access-?_?|auth-?_?)?tokens?|sessions?|authenticate", re.IGNORECASE
)
SECRET = re.compile(r"passw(or)?d|passphrase", re.IGNORECASE)
TOKENS = ("access_token", "accessToken", "token", "jwt")
OTHER_SECRETS = {"secret", "pin", "passcode"}
REUSED = {"refresh_token", "refreshToken"}
WHO = ("email", "username", "login", "name", "user_name")
ORDINARY = 2
MOST_ROLES = 20


def sign_in(session: Session) -> None:
    """Make two ordinary users and one for each further role, or else take the key."""
    register, login = _found(session, REGISTER), _found(session, LOGIN)
    if login is None or register is None:
        alone = "no way to sign up and in was found in the contract"
    elif _people(session, register, login):
        return
    else:
        alone = "nobody could sign up and in"
    if (holder := with_key(session)) is not None:
        session.elevated.append(holder)
    elif any(operation.secured for operation in session.contract.operations):
        session.alone = alone


def _people(session: Session, register: Operation, login: Operation) -> bool:
    """Let everybody sign up and in; tell whether the ordinary ones could."""
    for _ in range(ORDINARY):
        user = _new(session, register, login)
        if user is None:
            return False
        session.ordinary.append(user)
    for role in _roles(session, register, session.ordinary[0]):
        user = _new(session, register, login, role)
        if user is None:
            session.notes.append(f"no user with the role {role} could be made")
        else:
            session.elevated.append(user)
    return True


def _found(session: Session, words: re.Pattern[str]) -> Operation | None:
    for operation in session.contract.operations:
        last = operation.path.rstrip("/").rpartition("/")[2]
        hides = _secret(session, operation) is not None
        if operation.method == "POST" and words.fullmatch(last) and hides:
            return operation
    return None


def _new(
    session: Session, register: Operation, login: Operation, role: str | None = None
) -> User | None:
    values, number = session.contract.values, session.next()
    body = values.of(register.body, number)
    if not isinstance(body, dict):
        return None
    hidden = _secret(session, register) or ""
    body[hidden] = password(number)
    session.judge.secrets.add(body[hidden])
    registered = session.call(register, None, body=body)
    said = data(registered)
    if not fine(registered):
        return None
    names = [each for each in session.contract.values.properties(login.body) if each in body]
    who = next((each for each in (*names, *WHO) if each in body and each != hidden), "")
    name = str(body.get(who, ""))
    if role is not None and "error" in session.client.own("grant", {"login": name, "role": role}):
        return None
    token, _ = _token(session, login, body, name, body[hidden])
    named, plain = session.client.own("kept", [name, body[hidden]]) or (True, False)
    if plain:
        session.judge.found(register, "the database holds the password itself", registered)
    if token is None and not named:
        message = f"it answers {registered.status_code}, and the database does not hold it"
        session.judge.found(register, message, registered)
    if token is None:
        return None
    if not session.users:
        wrong, response = _token(session, login, body, name, password(session.next()))
        if wrong is not None:
            session.judge.found(login, "a wrong password is accepted", response)
    told = said if isinstance(said, dict) else {}
    return User(name, role or _held(told)[0], token, told)


def _secret(session: Session, operation: Operation) -> str | None:
    """Name the field that a password is sent in."""
    properties = session.contract.values.properties(operation.body)
    told = (each for each, schema in properties.items() if schema.get("format") == "password")
    named = (each for each in properties if SECRET.search(each))
    last = (each for each in properties if each.lower() in OTHER_SECRETS)
    return next(chain(told, named, last), None)


def _token(
    session: Session, login: Operation, body: Schema, name: str, secret: str
) -> tuple[str | None, Response]:
    """Sign in as who was registered."""
    values = session.contract.values
    hidden = _secret(session, login)
    known = {**body, "grant_type": "password"}
    credentials: dict[str, Any] = {}
    for key in values.required(login.body) or values.properties(login.body):
        credentials[key] = secret if key == hidden else known.get(key, name)
    response = session.call(login, None, body=credentials)
    answer = data(response)
    found = answer if isinstance(answer, dict) else {}
    session.known |= {key: value for key, value in found.items() if key in REUSED}
    token = next((found[each] for each in TOKENS if isinstance(found.get(each), str)), None)
    return token, response


def _roles(session: Session, register: Operation, user: User) -> list[str]:
    """Name the roles that an ordinary user has not: those of the project, else the contract's."""
    known = (session.client.own("about") or {}).get("roles")
    if isinstance(known, list) and known:
        return [str(each) for each in known[:MOST_ROLES] if each not in _held(user.said)]
    values = session.contract.values
    for name, schema in values.properties(register.success).items():
        if name.lower() in {"role", "roles"}:
            inner = values.resolved(schema.get("items", schema))
            return [str(each) for each in inner.get("enum", ()) if each not in _held(user.said)]
    return []


def _held(said: dict[str, Any]) -> list[str]:
    """Name the roles that a user has."""
    has = said.get("roles") or said.get("role") or "user"
    return [str(each) for each in (has if isinstance(has, list) else [has])]

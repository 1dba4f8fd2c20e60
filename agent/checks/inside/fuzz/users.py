"""Who are we? Signs up and in, as one user for each role, by nothing but the contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.session import User, fine
from agent.checks.inside.fuzz.values import password

if TYPE_CHECKING:
    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.session import Session

REGISTER = re.compile(r"register|registration|sign-?_?up", re.IGNORECASE)
LOGIN = re.compile(r"log-?_?in|sign-?_?in|tokens?|sessions?|authenticate", re.IGNORECASE)
SECRET = re.compile(r"passw(or)?d|passphrase", re.IGNORECASE)
TOKENS = ("access_token", "accessToken", "token", "jwt")
REUSED = {"refresh_token", "refreshToken"}
WHO = ("email", "username", "login", "name", "user_name")
ORDINARY = 2


def sign_in(session: Session) -> None:
    """Make two ordinary users, and one for each further role."""
    register, login = _found(session, REGISTER), _found(session, LOGIN)
    if login is None or register is None:
        if any(operation.secured for operation in session.contract.operations):
            session.notes.append("no way to sign up and in was found in the contract")
        return
    for _ in range(ORDINARY):
        user = _new(session, register, login)
        if user is None:
            session.notes.append("nobody could sign up and in")
            return
        session.ordinary.append(user)
    for role in _roles(session, register, session.ordinary[0]):
        user = _new(session, register, login, role)
        if user is None:
            session.notes.append(f"no user with the role {role} could be made")
        else:
            session.elevated.append(user)


def _found(session: Session, words: re.Pattern[str]) -> Operation | None:
    for operation in session.contract.operations:
        last = operation.path.rstrip("/").rpartition("/")[2]
        properties = session.contract.values.properties(operation.body)
        if (
            operation.method == "POST"
            and words.fullmatch(last)
            and any(map(SECRET.search, properties))
        ):
            return operation
    return None


def _new(
    session: Session, register: Operation, login: Operation, role: str | None = None
) -> User | None:
    values, number = session.contract.values, session.next()
    body = values.of(register.body, number)
    if not isinstance(body, dict):
        return None
    for name in body:
        if SECRET.search(name):
            body[name] = password(number)
            session.judge.secrets.add(body[name])
    registered = session.call(register, None, body=body)
    said = data(registered)
    if not fine(registered):
        return None
    name = str(next((body[each] for each in WHO if each in body), ""))
    if role is not None and "error" in session.client.own("grant", {"login": name, "role": role}):
        return None
    token = _token(session, login, body, name)
    if token is None:
        return None
    return User(name, role or "user", token, said if isinstance(said, dict) else {})


def _token(session: Session, login: Operation, body: Schema, name: str) -> str | None:
    """Sign in with what was registered."""
    values = session.contract.values
    known = {**body, "grant_type": "password"}
    secret = next((value for key, value in body.items() if SECRET.search(key)), "")
    credentials: dict[str, Any] = {}
    for key in values.required(login.body) or values.properties(login.body):
        if key in known:
            credentials[key] = known[key]
        else:
            credentials[key] = secret if SECRET.search(key) else name
    answer = data(session.call(login, None, body=credentials))
    found = answer if isinstance(answer, dict) else {}
    session.known |= {key: value for key, value in found.items() if key in REUSED}
    return next((found[each] for each in TOKENS if isinstance(found.get(each), str)), None)


def _roles(session: Session, register: Operation, user: User) -> list[str]:
    """Name the roles that the contract knows and an ordinary user has not."""
    values = session.contract.values
    for name, schema in values.properties(register.success).items():
        if name.lower() in {"role", "roles"}:
            inner = values.resolved(schema.get("items", schema))
            has = user.said.get(name)
            mine = has if isinstance(has, list) else [has]
            return [str(each) for each in inner.get("enum", ()) if each not in mine]
    return []

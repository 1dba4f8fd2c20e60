"""Who may do what, where a contract only says that a token is needed? Not whoever registers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from agent.types import AuthMethod
from tests.described import assumed
from tests.logins import (
    CLOSED,
    MADE,
    MARK,
    TEXT,
    USER,
    Json,
    call,
    kinds,
    operation,
    planned,
    reading,
    schema_of,
    thing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = {"type": "integer"}
ADMIN, ANYBODY = ("admin",), ("authenticated",)
ID = {"name": "id", "in": "path", "required": True, "schema": NUMBER}


def listed(row: Json) -> Json:
    return {"type": "array", "items": row}


def allowed(change: Callable[[Json], None]) -> dict[str, tuple[str, ...] | None]:
    return {f"{o.method} {o.path}": o.permission for o in planned(reading(change)).operations}


def orders(row: Json, sent: Json) -> Callable[[Json], None]:
    def change(data: Json) -> None:
        data["paths"]["/orders"] = {
            "get": call(listed(row), security=CLOSED),
            "post": call(row, sent, CLOSED),
        }
        data["paths"]["/orders/{id}"] = {
            "parameters": [ID],
            "get": call(row, security=CLOSED),
            "delete": call(row, security=CLOSED),
        }

    return change


# --- rows that lead to somebody ---


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("userId", NUMBER),
        ("authorId", NUMBER),
        ("ownerId", TEXT),
        ("createdBy", TEXT),
        ("created_by_id", NUMBER),
        ("recipientId", NUMBER),
        ("author", thing("name", name=TEXT)),
        ("user", USER),
    ],
)
def test_rows_that_say_somebody_are_not_everybodys(name: str, kind: Json) -> None:
    row = thing("id", "total", "note", name, id=NUMBER, total=NUMBER, note=TEXT, **{name: kind})
    sent = thing("total", "note", name, total=NUMBER, note=TEXT, **{name: kind})
    may = allowed(orders(row, sent))
    labels = ["GET /orders", "POST /orders", "GET /orders/{id}", "DELETE /orders/{id}"]
    assert {may[label] for label in labels} == {ADMIN}
    assert may["GET /notes"] == ANYBODY
    assert "of Order is admin's alone: it leads to a User" in assumed(reading(orders(row, sent)))


@pytest.mark.parametrize(
    ("name", "kind"), [("author", TEXT), ("standby", MARK), ("usersCount", NUMBER)]
)
def test_rows_that_say_nobody_stay_with_whoever_is_signed_in(name: str, kind: Json) -> None:
    row = thing("id", "title", id=NUMBER, title=TEXT, **{name: kind})
    assert allowed(orders(row, thing("title", title=TEXT)))["POST /orders"] == ANYBODY


def test_who_could_be_named_as_somebody_else_is_not_who_owns_a_row() -> None:
    row = thing("id", "userId", "total", id=NUMBER, userId=NUMBER, total=NUMBER)
    spec = planned(reading(orders(row, thing("userId", "total", userId=NUMBER, total=NUMBER))))
    assert [e.owner for e in spec.entities if e.name == "Order"] == [None]


def test_rows_below_those_of_somebody_are_not_everybodys() -> None:
    def change(data: Json) -> None:
        row = thing("id", "userId", "total", id=NUMBER, userId=NUMBER, total=NUMBER)
        orders(row, thing("total", total=NUMBER))(data)
        line = thing("id", "orderId", "sku", id=NUMBER, orderId=NUMBER, sku=TEXT)
        data["paths"]["/lines/{id}"] = {"parameters": [ID], "get": call(line, security=CLOSED)}
        data["paths"]["/orders/{id}/lines"] = {
            "parameters": [ID],
            "get": call(listed(line), security=CLOSED),
            "post": call(line, thing("sku", sku=TEXT), CLOSED),
        }

    may = allowed(change)
    assert may["GET /orders/{id}"] == ("owner", "admin")
    of_the_order = ("owner", "admin")  # the path says which order it is, and nobody else does
    assert {may["GET /lines/{id}"], may["POST /orders/{id}/lines"]} == {of_the_order}


def test_rows_below_those_of_somebody_that_may_be_below_none_are_closed() -> None:
    def change(data: Json) -> None:
        row = thing("id", "userId", "total", id=NUMBER, userId=NUMBER, total=NUMBER)
        orders(row, thing("total", total=NUMBER))(data)
        line = thing("id", "sku", id=NUMBER, sku=TEXT, orderId=NUMBER)
        for path in ("/lines", "/orders/{id}/lines"):
            data["paths"][path] = {"post": call(line, thing("sku", sku=TEXT), CLOSED)}
        data["paths"]["/orders/{id}/lines"]["parameters"] = [ID]

    may = allowed(change)
    assert {may["POST /lines"], may["POST /orders/{id}/lines"]} == {ADMIN}


def test_rows_of_who_asks_are_open_where_no_row_says_whose_it_is() -> None:
    def change(data: Json) -> None:
        data["paths"]["/me/notes"] = data["paths"].pop("/notes")

    found = reading(change)
    assert kinds(found)["GET /me/notes"] == kinds(found)["POST /me/notes"] == "custom"
    assert any("nothing says which rows of Note are whose" in q.text for q in found.questions)


# --- what is not for everybody who is signed in ---


def scoped(data: Json) -> None:
    data["paths"]["/notes"]["post"]["security"] = [{"bearer": ["notes:write"]}]


def below_admin(data: Json) -> None:
    data["paths"]["/admin/notes"] = data["paths"].pop("/notes")


def tagged(data: Json) -> None:
    data["paths"]["/notes"]["post"]["tags"] = ["Admin"]


def summed_up(data: Json) -> None:
    data["paths"]["/notes"]["post"]["summary"] = "Write a note (admins only)"


def described(data: Json) -> None:
    data["paths"]["/notes"]["post"]["description"] = "Crea una nota (solo ADMINISTRADOR)"


def refused(data: Json) -> None:
    data["paths"]["/notes"]["post"]["responses"]["403"] = {"description": "no right"}


@pytest.mark.parametrize("change", [scoped, below_admin, tagged, summed_up, described, refused])
def test_what_asks_for_more_than_a_token_is_admins(change: Callable[[Json], None]) -> None:
    may = allowed(change)
    assert ADMIN in {may.get("POST /notes"), may.get("POST /admin/notes")}
    assert "is admin's alone, as more than a token is asked for" in assumed(reading(change))


def test_what_is_for_owners_or_administrators_is_owners_too() -> None:
    def change(data: Json) -> None:
        shown = data["paths"]["/users/{id}"]["get"]
        shown["summary"] = "Show a user (admin or self)"
        shown["responses"]["403"] = {"description": "another's"}
        shown["security"] = [{"bearer": ["users:read"]}]

    assert allowed(change)["GET /users/{id}"] == ("owner", "admin")


# --- people who are not all alike ---


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("role", {"type": "string", "enum": ["USER", "EDITOR"]}),
        ("userType", {"type": "string", "enum": ["customer", "admin"]}),
        ("isModerator", MARK),
        ("roleName", TEXT),
        ("privileges", listed(TEXT)),
    ],
)
def test_where_people_have_roles_only_admin_changes_what_is_nobodys(name: str, kind: Json) -> None:
    def change(data: Json) -> None:
        shown = thing("id", "email", id=NUMBER, email=TEXT, **{name: kind})
        body = thing("email", "password", email=TEXT, password=TEXT, **{name: kind})
        data["paths"]["/register"]["post"] = call(shown, body)

    spec = planned(reading(change))
    may = {f"{o.method} {o.path}": o.permission for o in spec.operations}
    assert (may["GET /notes"], may["POST /notes"]) == (ANYBODY, ADMIN)
    register = operation(spec, "POST /register")
    assert register.input is not None
    assert schema_of(spec, register.input.schema_name)[name].attribute is None


@pytest.mark.parametrize(
    ("name", "is_asked"), [("role", True), ("isAdmin", True), ("isActive", False)]
)
def test_a_right_that_is_none_here_is_asked_for_where_it_is_set(name: str, is_asked: bool) -> None:  # noqa: FBT001 - a case
    def change(data: Json) -> None:
        kind = TEXT if name == "role" else MARK
        shown = thing("id", "email", id=NUMBER, email=TEXT, **{name: kind})
        data["paths"]["/users/{id}"]["get"] = call(shown, security=CLOSED)
        data["paths"]["/users/{id}"]["patch"] = call(shown, thing(**{name: kind}), CLOSED)

    found = reading(change)
    told = [q.text for q in found.questions if "which gives and takes no right" in q.text]
    assert bool(told) == is_asked
    assert all(f"PATCH /users/{{id}} sets {name}," in text for text in told)


def test_one_open_operation_opens_nothing_else_of_the_rows() -> None:
    def change(data: Json) -> None:
        row = thing("id", "ownerId", "total", id=NUMBER, ownerId=NUMBER, total=NUMBER)
        orders(row, thing("total", total=NUMBER))(data)
        del data["paths"]["/orders/{id}"]["get"]["security"]

    (kept,) = [e for e in planned(reading(change)).entities if e.name == "Order"]
    assert (kept.owner, kept.access.read) == ("owner", ("owner", "admin"))
    assert kept.access.update == ("owner", "admin")


def test_nobody_says_of_themselves_that_they_are_verified() -> None:
    def change(data: Json) -> None:
        shown = thing("id", "email", id=NUMBER, email=TEXT, emailVerified=MARK)
        body = thing("email", "password", email=TEXT, password=TEXT, emailVerified=MARK)
        data["paths"]["/register"]["post"] = call(shown, body)

    spec = planned(reading(change))
    register = operation(spec, "POST /register")
    assert register.input is not None
    assert schema_of(spec, register.input.schema_name)["emailVerified"].attribute is None
    assert operation(spec, "POST /notes").permission == ANYBODY


def test_nobody_takes_a_row_of_roles() -> None:
    def change(data: Json) -> None:
        role = thing("id", "name", id=NUMBER, name=TEXT)
        shown = thing("id", "email", id=NUMBER, email=TEXT, roleId=NUMBER)
        body = thing("email", "password", email=TEXT, password=TEXT, roleId=NUMBER)
        data["paths"]["/register"]["post"] = call(shown, body)
        data["paths"]["/roles"] = {
            "get": call(listed(role), security=CLOSED),
            "post": call(role, thing("name", name=TEXT), CLOSED),
        }

    spec = planned(reading(change))
    register = operation(spec, "POST /register")
    assert register.input is not None
    assert schema_of(spec, register.input.schema_name)["roleId"].attribute is None
    assert operation(spec, "POST /roles").permission == ADMIN


def test_nobody_takes_roles_by_a_path() -> None:
    def change(data: Json) -> None:
        role = thing("id", "name", id=NUMBER, name=TEXT)
        data["paths"]["/roles"] = {"post": call(role, thing("name", name=TEXT), CLOSED)}
        both = [ID, {**ID, "name": "roleId"}]
        joined = {"parameters": both, "responses": {"204": {"description": ""}}, "security": CLOSED}
        data["paths"]["/users/{id}/roles"] = {
            "parameters": [ID],
            "get": call(listed(role), security=CLOSED),
        }
        data["paths"]["/users/{id}/roles/{roleId}"] = {"put": joined, "delete": joined}

    assert kinds(reading(change))["PUT /users/{id}/roles/{roleId}"] == "link"
    may = allowed(change)
    assert may["PUT /users/{id}/roles/{roleId}"] == ADMIN
    assert may["DELETE /users/{id}/roles/{roleId}"] == ADMIN


def test_accounts_are_changed_by_nobody_who_is_not_signed_in() -> None:
    def change(data: Json) -> None:
        user = data["paths"]["/users/{id}"]
        user["get"] = call(USER)
        user["put"] = call(USER, thing(email=TEXT))
        user["patch"] = call(USER, thing(isAdmin=MARK))
        user["delete"] = call(USER)

    may = allowed(change)
    assert may["GET /users/{id}"] == ("public",)
    assert may["PUT /users/{id}"] == ("owner", "admin")
    assert (may["PATCH /users/{id}"], may["DELETE /users/{id}"]) == (ADMIN, ADMIN)
    assert "PUT /users/{id} is not open" in assumed(reading(change))


def test_a_body_that_two_share_takes_no_rights_and_says_so() -> None:
    def change(data: Json) -> None:
        body = thing("email", "password", email=TEXT, password=TEXT, isAdmin=MARK)
        data["components"]["schemas"] = {"NewUser": body, "User": USER}
        user, shared = ({"$ref": f"#/components/schemas/{name}"} for name in ("User", "NewUser"))
        data["paths"]["/register"]["post"] = call(user, shared)
        data["paths"]["/me"]["get"] = call(user, security=CLOSED)
        data["paths"]["/users/{id}"] = {
            "get": call(user, security=CLOSED),
            "put": call(user, shared, CLOSED),
        }

    assert "PUT /users/{id} takes no rights" in assumed(reading(change))


# --- who signs in ---


def test_a_password_is_never_nothing() -> None:
    (user,) = (e for e in planned(reading()).entities if e.name == "User")
    (password,) = (a for a in user.attributes if a.name == "password")
    assert password.pattern is not None
    assert not re.search(password.pattern, "")
    assert re.search(password.pattern, "x")


def test_a_mark_that_people_send_of_themselves_may_keep_them_out() -> None:
    def change(data: Json) -> None:
        data["paths"]["/me"]["put"] = call(USER, thing(email=TEXT, disabledAt=TEXT), CLOSED)

    found = reading(change)
    assert planned(found).auth.method is AuthMethod.KEYS
    assert any("whether 'disabledAt' keeps a User out" in q.text for q in found.questions)


def test_who_registers_as_a_row_that_others_make_too_is_one() -> None:
    def change(data: Json) -> None:
        data["components"]["schemas"] = {"User": USER, "NewUser": MADE}
        user, new = ({"$ref": f"#/components/schemas/{name}"} for name in ("User", "NewUser"))
        data["paths"]["/register"]["post"] = call(user, new)
        data["paths"]["/users"] = {
            "get": call(listed(user), security=CLOSED),
            "post": call(user, new, CLOSED),
        }
        data["paths"]["/users/{id}"]["get"] = call(user, security=CLOSED)

    may = allowed(change)
    assert kinds(reading(change))["POST /register"] == "register"
    assert may["POST /users"] == ADMIN

"""How do people sign in, as a contract has it? What is plain works, what is not answers 501."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.documents import Source, SourceFormat
from agent.emitter.project import emit
from agent.errors import SpecError
from agent.planner.readers.openapi import read
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.types import AuthMethod, Meaning, OperationKind
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
from tests.made import library

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.planner.reading import Reading

K, M = OperationKind, Meaning
LOGINS = Path(__file__).parent / "cases" / "logins"


def example(name: str) -> Reading:
    content = (LOGINS / name).read_text(encoding="utf-8")
    return read(Source(format=SourceFormat.OPENAPI, content=content))


# --- what is plain ---


@pytest.mark.parametrize(
    ("name", "login", "active", "operations"),
    [
        (
            "fullstack.yaml",
            "email",
            "is_active",
            {
                "POST /login/access-token": "login",
                "POST /login/test-token": "me",
                "POST /password-recovery/{email}": "custom",
                "POST /reset-password/": "custom",
                "GET /users/me": "me",
                "PATCH /users/me": "update",
                "DELETE /users/me": "delete",
                "PATCH /users/me/password": "replace",
                "POST /users/signup": "register",
            },
        ),
        (
            "spring.yaml",
            "username",
            "enabled",
            {
                "POST /api/auth/login": "login",
                "POST /api/auth/register": "register",
                "GET /api/users/me": "me",
            },
        ),
        (
            "nest.yaml",
            "email",
            "is_active",
            {
                "POST /auth/login": "login",
                "POST /auth/refresh": "refresh",
                "POST /auth/signup": "register",
                "GET /auth/profile": "me",
            },
        ),
    ],
)
def test_contracts_of_three_frameworks_sign_people_in(
    name: str, login: str, active: str, operations: dict[str, str]
) -> None:
    found = example(name)
    auth = planned(found).auth
    assert (auth.method, auth.user, auth.login) == (AuthMethod.JWT, "User", login)
    assert (auth.active, auth.open_registration) == (active, True)
    assert operations.items() <= kinds(found).items()
    assert [label for label, kind in kinds(found).items() if kind == "custom"] == [
        label for label, kind in operations.items() if kind == "custom"
    ]
    assert "signs in a User by" in assumed(found)


def test_bodies_keep_their_names_and_their_form() -> None:
    spec = planned(example("fullstack.yaml"))
    login = operation(spec, "POST /login/access-token")
    assert login.takes == "application/x-www-form-urlencoded"
    assert login.operation_id == "login-login_access_token"
    assert login.input is not None
    assert login.output is not None
    taken = schema_of(spec, login.input.schema_name)
    meant = {name: field.means for name, field in taken.items() if field.means}
    assert meant == {"username": M.LOGIN, "password": M.PASSWORD}
    assert {"grant_type", "scope", "client_id", "client_secret"} <= taken.keys()
    given = schema_of(spec, login.output.schema_name)
    assert given["access_token"].means is M.ACCESS_TOKEN
    assert given["token_type"].says == "bearer"


def test_tokens_are_called_as_the_contract_calls_them() -> None:
    nest, spring = planned(example("nest.yaml")), planned(example("spring.yaml"))
    pair = schema_of(nest, "TokensDto")
    assert pair["accessToken"].means is M.ACCESS_TOKEN
    assert pair["refreshToken"].means is M.REFRESH_TOKEN
    one = schema_of(spring, "JwtResponse")
    assert (one["token"].means, one["expiresIn"].means) == (M.ACCESS_TOKEN, M.SECONDS)
    assert one["type"].says == "bearer"


def test_what_a_contract_protects_is_not_everybodys() -> None:
    spec = planned(reading())
    allowed = {f"{o.method} {o.path}": o.permission for o in spec.operations}
    assert allowed == {
        "POST /login": ("public",),
        "POST /register": ("public",),
        "GET /me": ("authenticated",),
        "GET /users/{id}": ("owner", "admin"),
        "PUT /users/{id}": ("owner", "admin"),
        "GET /notes": ("authenticated",),
        "POST /notes": ("authenticated",),
    }


def test_rows_are_of_who_makes_them_where_nobody_sends_whose() -> None:
    for name, path in (("fullstack.yaml", "Item.owner_id"), ("nest.yaml", "Order.userId")):
        found = example(name)
        entity = next(e for e in planned(found).entities if e.name == path.split(".")[0])
        assert entity.owner == path.split(".")[1].lower().removesuffix("_id").removesuffix("id")
        assert f"{path} is who makes it" in assumed(found)


def test_a_row_that_anybody_makes_is_nobodys() -> None:
    def change(data: Json) -> None:
        row = thing("text", "userId", text=TEXT, userId={"type": "integer"})
        listed = {"type": "array", "items": row}
        data["paths"]["/notes"] = {"get": call(listed), "post": call(row, thing(text=TEXT))}

    assert [e.owner for e in reading(change).spec.entities if e.name != "User"] == [None]


# --- what is not plain ---


def two(data: Json) -> None:
    data["paths"]["/token"] = data["paths"]["/login"]


def protected(data: Json) -> None:
    data["paths"]["/login"]["post"]["security"] = CLOSED


def by_key(data: Json) -> None:
    key = {"type": "apiKey", "in": "header", "name": "Authorization"}
    data["components"]["securitySchemes"]["bearer"] = key


def one_time_code(data: Json) -> None:
    body = thing("email", "password", "code", email=TEXT, password=TEXT, code=TEXT)
    data["paths"]["/login"]["post"] = call(thing("token", token=TEXT), body)


def more_in_the_answer(data: Json) -> None:
    answer = thing("token", "permissions", token=TEXT, permissions={"type": "array", "items": TEXT})
    data["paths"]["/login"]["post"] = call(answer, MADE)


def two_tokens(data: Json) -> None:
    answer = thing("token", token=TEXT, accessToken=TEXT)
    data["paths"]["/login"]["post"] = call(answer, MADE)


def blocked(data: Json) -> None:
    shown = thing("id", "email", id={"type": "integer"}, email=TEXT, isBlocked=MARK)
    data["paths"]["/users/{id}"]["get"] = call(shown, security=CLOSED)


def suspended(data: Json) -> None:
    state = {"type": "string", "enum": ["active", "suspended"]}
    shown = thing("id", "email", id={"type": "integer"}, email=TEXT, state=state)
    data["paths"]["/users/{id}"]["get"] = call(shown, security=CLOSED)


def two_peoples(data: Json) -> None:
    row = thing("id", id={"type": "integer"}, email=TEXT)
    data["paths"]["/clients"] = {"post": call(row, MADE, CLOSED)}


def other_name(data: Json) -> None:
    body = thing("phone", "password", phone=TEXT, password=TEXT)
    data["paths"]["/login"]["post"] = call(thing("token", token=TEXT), body)


def by_number(data: Json) -> None:
    body = thing("id", "password", id={"type": "string"}, password=TEXT)
    data["paths"]["/login"]["post"] = call(thing("token", token=TEXT), body)


def by_a_name_that_cannot_be(data: Json) -> None:
    body = thing('e"mail', "password", **{'e"mail': TEXT}, password=TEXT)
    data["paths"]["/login"]["post"] = call(thing("token", token=TEXT), body)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (by_number, "what it takes for a name is not said"),
        (by_a_name_that_cannot_be, "what it takes for a name is not said"),
        (two, "so would another operation"),
        (protected, "it is protected itself"),
        (by_key, "in another way than as a bearer's alone"),
        (one_time_code, "what it does with code is not known"),
        (more_in_the_answer, "its answer has to tell permissions beside the token"),
        (two_tokens, "which part of its answer is the token is not said"),
        (blocked, "whether 'isBlocked' keeps a User out is not known"),
        (suspended, "whether 'state' keeps a User out is not known"),
        (two_peoples, "is not said"),
        (other_name, "what it takes for a name is not said"),
    ],
)
def test_what_is_not_plain_answers_501_and_says_why(
    change: Callable[[Json], None], why: str
) -> None:
    found = reading(change)
    assert kinds(found)["POST /login"] == "custom"
    assert planned(found).auth.method is AuthMethod.KEYS
    assert any(why in question.text for question in found.questions)


def test_the_plain_document_signs_in_without_a_question() -> None:
    assert kinds(reading())["POST /login"] == "login"
    assert reading().questions == ()


# --- rights, and passwords ---


def with_right(name: str, schema: Json, *, needed: bool = False) -> Callable[[Json], None]:
    def change(data: Json) -> None:
        required = ("email", "password", *([name] if needed else ()))
        body = thing(*required, email=TEXT, password=TEXT, **{name: schema})
        shown = thing("id", "email", name, id={"type": "integer"}, email=TEXT, **{name: schema})
        data["paths"]["/register"]["post"] = call(shown, body)
        data["paths"]["/users/{id}"]["put"] = call(shown, thing(**{name: schema}), CLOSED)

    return change


ROLE = {"type": "string", "enum": ["admin", "user"]}


@pytest.mark.parametrize(("name", "schema"), [("isAdmin", MARK), ("role", ROLE), ("role", TEXT)])
def test_nobody_says_a_right_of_themselves(name: str, schema: Json) -> None:
    found = reading(with_right(name, schema))
    spec = planned(found)
    register = operation(spec, "POST /register")
    assert register.kind is K.REGISTER
    assert register.input is not None
    assert schema_of(spec, register.input.schema_name)[name].attribute is None
    assert operation(spec, "PUT /users/{id}").permission == ("admin",)
    assert f"Nobody says User.{name} of themselves" in assumed(found)


def test_a_right_that_nothing_else_gives_leaves_registering_open() -> None:
    role = {"type": "string", "enum": ["admin", "editor"]}
    found = reading(with_right("role", role, needed=True))
    assert kinds(found)["POST /register"] == "custom"
    assert any("what 'role' is to do is not known" in q.text for q in found.questions)


def test_what_somebody_is_may_be_said_where_it_is_no_right() -> None:
    role = {"type": "string", "enum": ["buyer", "seller"]}
    spec = planned(reading(with_right("role", role, needed=True)))
    register = operation(spec, "POST /register")
    assert register.input is not None
    assert schema_of(spec, register.input.schema_name)["role"].attribute == "role"


def test_roles_that_a_contract_shows_are_those_of_accounts() -> None:
    def change(data: Json) -> None:
        roles = {"type": "array", "items": TEXT}
        shown = thing("id", "email", "roles", id={"type": "integer"}, email=TEXT, roles=roles)
        for path, method in (("/me", "get"), ("/users/{id}", "get")):
            data["paths"][path][method] = call(shown, security=CLOSED)

    spec = planned(reading(change))
    user = next(e for e in spec.entities if e.name == "User")
    roles = next(a for a in user.attributes if a.name == spec.auth.roles_attribute)
    assert (roles.name, roles.array, roles.default) == ("roles", True, ["user"])


def test_a_new_password_of_ones_own_says_the_present_one() -> None:
    spec = planned(example("fullstack.yaml"))
    change = operation(spec, "PATCH /users/me/password")
    assert change.permission == ("authenticated",)
    assert change.input is not None
    fields = schema_of(spec, change.input.schema_name)
    assert fields["new_password"].attribute == "password"
    assert (fields["current_password"].attribute, fields["current_password"].type) == (
        None,
        "password",
    )
    user = next(e for e in spec.entities if e.name == "User")
    assert "current_password" not in user.member_names


def test_a_password_that_confirms_something_else_leaves_the_operation_open() -> None:
    def change(data: Json) -> None:
        body = thing("email", "currentPassword", email=TEXT, currentPassword=TEXT)
        data["paths"]["/me"]["put"] = call(USER, body, CLOSED)

    found = reading(change)
    assert kinds(found)["PUT /me"] == "custom"
    assert any("'currentPassword' is to do is not known" in q.text for q in found.questions)


def test_who_registers_without_an_answer_is_told_how_in_the_readme() -> None:
    def change(data: Json) -> None:
        data["paths"]["/register"]["post"]["responses"] = {"204": {"description": ""}}

    spec = planned(reading(change))
    assert operation(spec, "POST /register").kind is K.CREATE
    readme = next(file.content for file in emit(spec, library()) if file.path == "README.md")
    assert "curl -X POST localhost:8000/register" in readme
    assert "Nobody registers" not in readme


def test_where_nothing_shows_who_is_signed_in_its_tests_import_no_more_than_they_use() -> None:
    spec = planned(reading(lambda data: data["paths"].pop("/me")))
    found = {file.path: file.content for file in emit(spec, library())}
    tests = found["tests/integration/test_auth.py"]
    assert tests.count("headers") == 0


def test_a_registration_that_answers_a_token_stays_open() -> None:
    def change(data: Json) -> None:
        data["paths"]["/register"]["post"] = call(thing("token", token=TEXT), MADE)

    found = reading(change)
    assert kinds(found)["POST /register"] == "custom"
    assert kinds(found)["POST /login"] == "login"


# --- plans ---

SIGNING_IN = """project p
auth jwt
entity User
  email: email(255) unique
  password: password
schema Sent: who: string means login, secret: string means password
schema Got: jwt: string means access-token
schema Kept: jwt: string means access-token, more: string
schema Nothing: who: string
operation login: POST /in login User
"""


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("  in Nothing\n", "No single field of 'Nothing' means login or password."),
        ("  in Sent\n  out Nothing\n", "No single field of 'Nothing' means access-token"),
        ("  in Sent\n  out Kept\n", "Nothing gives 'more' of 'Kept' to who signs in."),
        ("  in Sent wrapped user\n", "What signs in is one object, under no key."),
        ('  in Sent\n  takes "text/csv"\n', "'login' cannot take text/csv."),
        ("  in Sent\noperation again: POST /again login User\n", "one operation to login already"),
    ],
)
def test_a_plan_that_could_sign_nobody_in_is_refused(lines: str, fault: str) -> None:
    with pytest.raises(SpecError) as caught:
        resolve(parse(SIGNING_IN + lines))
    assert any(fault in each.message for each in caught.value.faults)


def test_a_plan_says_what_fields_mean() -> None:
    spec = resolve(parse(SIGNING_IN + "  in Sent\n  out Got\n")).spec
    (login,) = (o for o in spec.operations if o.kind is K.LOGIN)
    assert (login.name, login.permission) == ("login", ("public",))


def test_tokens_are_sent_as_a_bearers() -> None:
    with pytest.raises(SpecError, match="in no other place"):
        resolve(parse("auth jwt by header X-Token\nentity User\n  email: email unique\n"))


def test_a_key_that_no_schema_shows_is_no_right() -> None:
    def change(data: Json) -> None:
        for path in ("/register", "/me"):
            (found,) = data["paths"][path].values()
            found["responses"]["200"]["content"]["application/json"]["schema"] = shown
        rows = data["paths"]["/users/{id}"]
        rows["get"] = rows["put"] = call(shown, security=CLOSED)
        data["paths"]["/users/{role_id}"] = data["paths"].pop("/users/{id}")

    shown = thing("email", email=TEXT)
    found = reading(change)
    assert kinds(found)["POST /login"] == K.LOGIN
    assert planned(found).auth.login == "email"


def test_a_name_that_rows_do_not_keep_signs_nobody_in() -> None:
    def change(data: Json) -> None:
        data["paths"]["/login"]["post"] = call(
            thing("token", token=TEXT), thing("username", "password", username=TEXT, password=TEXT)
        )
        sent = thing("userId", "password", userId=TEXT, password=TEXT)
        data["paths"]["/register"]["post"] = call({}, sent)
        data["paths"]["/me"]["get"] = call(thing("username", username=TEXT), security=CLOSED)
        del data["paths"]["/users/{id}"]

    assert kinds(reading(change))["POST /login"] == K.CUSTOM

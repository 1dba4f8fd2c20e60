"""What may come in, what may go out? The role document's user schemas, with their gaps closed.

Three gaps: an update skipped the password rules, an explicit null passed for "not sent" (and
ended as NULL in a column that has none), and a name of two blanks was long enough before it was
stripped to nothing.
"""

import datetime as dt
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)


def omitted() -> Any:  # noqa: ANN401 - stands in for a value of any type
    """Stand for a field that was not sent: only ``model_fields_set`` tells what was."""
    return None


def strong(value: SecretStr) -> SecretStr:
    """Refuse a password without an upper-case letter, a lower-case letter and a digit."""
    text = value.get_secret_value()
    needed = {"an upper-case letter": str.isupper, "a lower-case letter": str.islower}
    needed["a digit"] = str.isdigit
    missing = [name for name, test in needed.items() if not any(map(test, text))]
    if missing:
        message = f"the password needs {', '.join(missing)}"
        raise ValueError(message)
    return value


# A rule that belongs to a value lives in its type: no schema can forget it.
Password = Annotated[SecretStr, Field(min_length=8, max_length=128), AfterValidator(strong)]
# The length is counted after the blanks are gone.
FullName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


class Input(BaseModel):
    """What a client sends: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class UserBase(Input):
    """What creating and replacing have in common."""

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$", max_length=255)
    full_name: FullName

    @field_validator("email", mode="after")
    @classmethod
    def lower_email(cls, value: str) -> str:
        """Keep one spelling: a unique constraint compares letters as they are."""
        return value.lower()


class UserCreate(UserBase):
    """What a client sends for a user."""

    password: Password
    password_confirm: SecretStr = Field(exclude=True)

    @model_validator(mode="after")
    def check_passwords_match(self) -> Self:
        """Compare two fields: the only thing that needs the whole model."""
        if self.password != self.password_confirm:
            message = "the passwords do not match"
            raise ValueError(message)
        return self


class UserUpdate(Input):
    """What a client may change; what is absent stays, and null is no way to say absent."""

    email: str = Field(default_factory=omitted, pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")
    full_name: FullName = Field(default_factory=omitted)
    password: Password = Field(default_factory=omitted)


class UserResponse(BaseModel):
    """What a client sees: named field by field, so that a new column does not leak by itself."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    full_name: str
    roles: list[str]
    created_at: dt.datetime


class Row:
    """A stand-in for a row of the database."""

    def __init__(self) -> None:
        """Make one with a secret in it."""
        self.id = uuid4()
        self.email = "ann@example.com"
        self.full_name = "Ann"
        self.hashed_password = "$argon2id$..."  # noqa: S105 - no secret
        self.roles = ["user"]
        self.created_at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


GOOD = {
    "email": "Ann@Example.com",
    "full_name": "  Ann van der Berg ",
    "password": "Secret123",
    "password_confirm": "Secret123",
}


def faults(model: type[BaseModel], data: dict[str, Any]) -> list[str]:
    """Return which fields are refused (the empty text for the model as a whole)."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    return [".".join(map(str, error["loc"])) for error in caught.value.errors()]


def test_values_are_normalised_and_names_left_as_people_write_them() -> None:
    user = UserCreate.model_validate(GOOD)
    assert user.email == "ann@example.com"
    assert user.full_name == "Ann van der Berg"


def test_the_confirmation_is_checked_and_then_gone() -> None:
    assert faults(UserCreate, {**GOOD, "password_confirm": "Secret124"}) == [""]
    assert set(UserCreate.model_validate(GOOD).model_dump()) == {"email", "full_name", "password"}


def test_a_password_does_not_show_in_logs() -> None:
    assert "Secret123" not in repr(UserCreate.model_validate(GOOD))


@pytest.mark.parametrize("password", ["short1A", "nouppercase1", "NOLOWERCASE1", "NoDigitHere"])
def test_creating_and_updating_have_one_password_rule(password: str) -> None:
    assert faults(UserCreate, {**GOOD, "password": password, "password_confirm": password}) == [
        "password"
    ]
    assert faults(UserUpdate, {"password": password}) == ["password"]


def test_blanks_are_no_name() -> None:
    assert faults(UserCreate, {**GOOD, "full_name": "   "}) == ["full_name"]


def test_only_what_was_sent_is_changed_and_null_is_refused() -> None:
    assert UserUpdate.model_validate({"full_name": "Bo"}).model_dump(exclude_unset=True) == {
        "full_name": "Bo"
    }
    assert faults(UserUpdate, {"email": None}) == ["email"]
    assert faults(UserUpdate, {"roles": ["admin"]}) == ["roles"]


def test_no_hash_leaves() -> None:
    shown = UserResponse.model_validate(Row()).model_dump_json()
    assert "argon2" not in shown

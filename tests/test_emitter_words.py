"""Names, words and defaults of a design, whatever they are, make code that passes the checks."""

from __future__ import annotations

import pytest

from agent.emitter.fields import field_code, is_plain_default
from agent.emitter.layout import WIDTH, block, tuple_of
from agent.emitter.types import default_expression
from agent.types import Attribute, AttributeType


@pytest.mark.parametrize(
    ("argument", "name", "plain"),
    [
        ('default="Bearer"', "token_type", False),
        ('default="Bearer"', "kind", True),
        ("default=1", "token", True),
        ("default_factory=list", "kind", False),
    ],
)
def test_a_text_behind_a_name_like_token_is_no_plain_assignment(
    argument: str,
    name: str,
    plain: bool,  # noqa: FBT001 - one case of three
) -> None:
    assert is_plain_default(argument, name) is plain


def test_a_single_item_that_just_does_not_fit_is_a_tuple_still() -> None:
    head = "__table_args__ = "
    item = "x" * (WIDTH - 4 - len(f"{head}()"))
    assert tuple_of([item], head=head, indent=4).endswith("x,\n    )")


def test_a_sum_that_is_too_long_is_broken_as_the_formatter_breaks_it() -> None:
    one, two = "dt.datetime(" + "1" * 40 + ")", "dt.timedelta(" + "2" * 40 + ")"
    assert f"{one}\n    + {two},\n" in block("a(", [f"{one} + {two}"], ")")


def test_a_list_of_an_enum_has_its_members_as_a_default() -> None:
    kind = AttributeType.ENUM
    roles = Attribute(name="roles", type=kind, enum="Role", array=True, default=["user"])
    assert default_expression(roles, {("Role", "user"): "USER"}) == "[Role.USER]"
    assert default_expression(roles, {}) == '["user"]'


def test_what_is_passed_over_says_so_beside_the_rest_of_its_schema() -> None:
    attribute = Attribute(name="scan", type=AttributeType.BINARY, length=9, nullable=True)
    found = field_code(
        attribute,
        wire="scan",
        direction="in",
        required=False,
        partial=False,
        members={},
        generated_alias=None,
        is_unused=True,
    )
    assert found.line.count("json_schema_extra=") == 1
    assert 'json_schema_extra={"readOnly": True, "maxLength": 12}' in found.line

"""Is there always somebody who administers? Operations and their tests, where roles differ."""

from __future__ import annotations

import pytest

from tests.made import made

SPEC = """
auth jwt roles {roles} admin chief active {active}
entity User
  email: email unique
  password: password
  allow delete: {who}
entity Dish owner user
  name: string(20)
  user -> User as dishes cascade
"""
REFUSES = "await keep_an_administrator(self.session, user)"


def emitted(path: str, roles: str = "cook, chief", active: str = "open", who: str = "chief") -> str:
    content = "project x\ndatabase sqlite\n" + SPEC.format(roles=roles, active=active, who=who)
    source = {"format": "spec", "content": content}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    _, files, _ = made({"request": request, "context": {"sources": [source]}})
    return next((f.content for f in files if f.path == path), "")


def method(name: str, service: str) -> str:
    return service.partition(f"async def {name}(")[2].partition("    async def")[0]


def test_every_way_to_lose_an_administrator_is_closed() -> None:
    service = emitted("src/app/services/user_service.py")
    assert f"        {REFUSES}\n" in method("delete_user", service)
    assert f'if not changes["open"]:\n            {REFUSES}' in method("set_user_open", service)
    roles = f'if "chief" not in changes["roles"]:\n            {REFUSES}'
    assert roles in method("set_user_roles", service)
    assert service.count(REFUSES) == 3


@pytest.mark.parametrize(("active", "where"), [("open", "True), User.open)"), ("-", "True))")])
def test_a_closed_account_administers_nothing(active: str, where: str) -> None:
    permissions = emitted("src/app/services/permissions.py", active=active)
    assert f'.where(cast(User.roles, String).contains("chief", autoescape={where}\n' in permissions


def test_strangers_have_no_rights_over_others_where_new_users_administer() -> None:
    tests = emitted("tests/integration/test_dishes.py", roles="chief")
    assert "stranger = await factory.user(roles=[])" in tests
    assert "stranger = await factory.user()" not in tests
    assert "stranger = await factory.user()" in emitted("tests/integration/test_dishes.py")


def test_another_administrator_is_there_when_the_first_one_leaves() -> None:
    tests = emitted("tests/integration/test_users.py", roles="chief", who="owner")
    case = tests.partition("def test_delete_user(")[2].partition("async def")[0]
    assert "    user = actor\n    await factory.user()\n" in case


def test_nobody_administers_where_nobody_signs_in() -> None:
    source = {"format": "spec", "content": "project x\nentity User\n  name: string(9)\n"}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    _, files, _ = made({"request": request, "context": {"sources": [source]}})
    assert not any("keep_an_administrator" in file.content for file in files)

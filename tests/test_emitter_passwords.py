"""What if an entity has several passwords, or a field that is called as the hash of one?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from agent.checks import prove
from agent.documents import Verdict, VerificationLevel
from tests.made import made
from tests.warm import sandbox

if TYPE_CHECKING:
    from agent.documents import GeneratedFile
    from agent.planner.resolve import Plan

SPEC = """
project vault
database sqlite
auth jwt user User login email password {login}

entity User
  email: email unique
  password: password
  pin: password?
  hashed_password: string(40)
  hashtag: string(20)

entity Door owner user
  code: password
  spare: password?
  user -> User as doors cascade
"""


def vault(login: str = "password") -> tuple[Plan, tuple[GeneratedFile, ...]]:
    source = {"format": "spec", "content": SPEC.format(login=login)}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    planned, files, _ = made({"request": request, "context": {"sources": [source]}})
    return planned, files


def test_each_is_kept_on_its_own() -> None:
    files = {file.path: file.content for file in vault()[1]}
    model, service = files["src/app/models/user.py"], files["src/app/services/user_service.py"]
    for line in (
        'password_hash: Mapped[str] = mapped_column("password", String(255))',
        'hashed_pin: Mapped[str | None] = mapped_column("pin", String(255))',
        "hashed_password: Mapped[str] = mapped_column(String(40))",
    ):
        assert line in model
    assert 'changes["password_hash"] = await hash_password(data.password)' in service
    assert 'changes["hashed_pin"] = await hash_password(data.pin)' in service
    assert service.count("confirm_password(") == service.count("hash_password(data.password)") - 2


@pytest.mark.parametrize(("login", "hashed"), [("pin", "hashed_pin"), ("word", "password_hash")])
def test_who_signs_in_does_so_with_the_one_that_is_named(login: str, hashed: str) -> None:
    planned, files = vault(login)
    assert planned.spec.auth.password == ("pin" if login == "pin" else "password")
    service = next(f.content for f in files if f.path == "src/app/services/auth_service.py")
    assert f"user.{hashed}" in service


def test_it_ends_proven(request: pytest.FixtureRequest) -> None:
    _, files = vault()
    kept = request.config.cache.mkdir("proofs")  # shared with other tests: mypy starts warm
    proof = asyncio.run(
        prove.prove(
            files, VerificationLevel.STANDARD, sandbox=sandbox(), cache=kept, remember=False
        )
    )
    found = [f.message for check in proof.checks for f in check.findings]
    assert (proof.verdict, found) == (Verdict.PROVEN, [])

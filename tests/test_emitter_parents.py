"""Does a nested path lead through private parents? Only for those who may read them."""

from __future__ import annotations

import pytest

from tests.made import made

SPEC = """
auth jwt
entity User
  email: email unique
  password: password
entity Store owner user
  slug: string(40) unique
  user -> User as stores cascade
entity Product owner store.user
  sku: string(20)
  store -> Store as products cascade
entity Remark owner author
  text: text
  author -> User as remarks cascade
  store -> Store as remarks cascade
  allow create, list: {who}
operation getArticles: GET /shops/{{shop}}/articles list Product
  path shop = store.slug
operation addRemark: POST /shops/{{shop}}/remarks create Remark
  path shop = store.slug
  in RemarkNew
schema RemarkNew for Remark: text
"""
GUARD = '*own_rows(Store.user_id == actor.id, actor, "admin")'


def service(name: str, who: str) -> str:
    """Return the service of an entity, where these may make remarks."""
    source = {"format": "spec", "content": SPEC.format(who=who), "name": "nested.spec"}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    _, files, _ = made({"request": request, "context": {"sources": [source]}})
    return next(f.content for f in files if f.path.endswith(f"/{name}_service.py"))


def test_a_list_finds_only_parents_that_may_be_read() -> None:
    assert GUARD in service("product", "authenticated")


@pytest.mark.parametrize(
    ("who", "is_guarded"), [("authenticated", True), ("owner", True), ("admin", False)]
)
def test_a_new_row_stands_under_no_private_parent(who: str, *, is_guarded: bool) -> None:
    assert (GUARD in service("remark", who)) is is_guarded


WATCHED = """
auth jwt
entity User
  email: email unique
  password: password
entity Film owner user
  no: decimal(6,2) key
  user -> User as films cascade
  watchers <-> User as watched
entity Cut owner user
  film -> Film as cuts
  user -> User as cuts cascade
"""


def emitted(path: str) -> str:
    """Return a file of the films."""
    source = {"format": "spec", "content": WATCHED, "name": "films.spec"}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    _, files, _ = made({"request": request, "context": {"sources": [source]}})
    return next(f.content for f in files if f.path == path)


def test_who_asks_for_the_rows_behind_a_user_is_that_user() -> None:
    tests = emitted("tests/integration/test_films.py")
    case = tests.partition("def test_list_user_watched(")[2].partition("async def")[0]
    assert [line.strip() for line in case.splitlines()[1:6]] == [
        "actor = await factory.user(watched=[])",
        "film = await factory.film(user=actor)",
        "actor.watched.append(film)",
        "await factory.save(actor)",
        'response = await client.get(f"/api/v1/users/{actor.id}/watched", headers=headers(actor))',
    ]


def test_keys_are_checked_as_the_types_that_rows_have() -> None:
    service = emitted("src/app/services/cut_service.py")
    assert "async def _check_film(" in service
    assert "film_no: Decimal" in service
    assert "from decimal import Decimal" in service

"""Does an error name the key that belongs to no row, as the client called it?"""

from __future__ import annotations

import pytest

from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library, made

SPEC = """
api /api/v1 case camel
auth jwt
entity User
  email: email unique
  password: password
entity Shop
  slug: string(40) unique
entity Ware
  name: string(40)
entity Offer
  price: integer
  note: string(40)?
  shop -> Shop as offers
  ware -> Ware as offers
operation addOffer: POST /offers create Offer
  in OfferNew wrapped offer
operation addToShop: POST /shops/{shop}/offers create Offer
  path shop = shop.slug
  in OfferNew
operation noteOffer: PATCH /offers/{id} update Offer
  path id = id
  in OfferNote
operation changeUser: PATCH /users/{id} update User
  path id = id
  in UserNew wrapped user
  allow owner, admin
schema OfferNew for Offer: price, theWare = ware_id, shopId = shop_id
schema OfferNote for Offer: note
schema UserNew for User:
  password?
  presentOne?: password
"""
PLAIN = "entity Word\n  text: string(40)\n"


def emitted(content: str, path: str) -> str:
    source = {"format": "spec", "content": f"project x\n{content}"}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    _, files, _ = made({"request": request, "context": {"sources": [source]}})
    return next(f.content for f in files if f.path == f"src/app/{path}")


def test_keys_are_named_as_the_body_names_them() -> None:
    service = emitted(SPEC, "services/offer_service.py")
    assert 'offers.add(offer, ware_id="offer.theWare", shop_id="offer.shopId")' in service


def test_a_key_that_the_path_says_is_not_named() -> None:
    service = emitted(SPEC, "services/offer_service.py")
    assert 'offers.add(offer, ware_id="theWare")' in service


def test_a_body_without_keys_names_none() -> None:
    service = emitted(SPEC, "services/offer_service.py")
    assert "offers.change(offer, changes)" in service


def test_the_present_password_is_named_as_the_body_names_it() -> None:
    service = emitted(SPEC, "services/user_service.py")
    assert '"user.presentOne"' in service


def test_a_project_without_keys_looks_for_none() -> None:
    assert "_absent" not in emitted(PLAIN, "repositories/base.py")
    assert "absent" not in emitted(PLAIN, "db/errors.py")


def test_null_takes_an_optional_password_away() -> None:
    service = emitted(
        "entity Door\n  label: string\n  pwd: password?\n", "services/door_service.py"
    )
    assert (
        '            changes["hashed_pwd"] = None\n'
        "            if data.pwd is not None:\n"
        '                changes["hashed_pwd"] = await hash_password(data.pwd)\n'
    ) in service


NAMED = """
project beds
key integer
timestamps off
entity Room
  name: string(20)
entity Bed
  width: integer
  room -> Room
schema RoomNamed for Room: {fields}
schema NewBed for Bed: width, room -> RoomNamed refers
operation add_bed: POST /beds create Bed
  in NewBed
"""


@pytest.mark.parametrize(("fields", "codes"), [("id", "400, 404, 409"), ("name", "400, 409")])
def test_an_absent_row_that_a_body_names_is_documented(fields: str, codes: str) -> None:
    spec = resolve(parse(NAMED.format(fields=fields))).spec
    files = {file.path: file.content for file in emit(spec, library())}
    assert f"errors({codes}, 413, 422)" in files["src/app/api/v1/endpoints/beds.py"]

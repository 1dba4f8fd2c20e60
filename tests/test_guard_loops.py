"""Does a loop feed itself? What adds to what it goes over, under whatever name."""

from __future__ import annotations

import pytest

from tests.guarded import said

ATTACKS = {
    "a list that grows": "x = [1]\nfor y in x:\n    x.append(y)",
    "a list that grows in place": "x = [1]\nfor y in x:\n    x += [y]",
    "a list that grows by a slice": "x = [1]\nfor y in x:\n    x[len(x):] = [y]",
    "a list that grows by another name": "x = [1]\nz = x\nfor y in x:\n    z.append(y)",
    "a list that goes by another name": "x = [1]\nz = x\nfor y in z:\n    x.append(y)",
    "a list that grows in a list": "x = [1]\nz = [x]\nfor y in x:\n    z[0].append(y)",
    "a list that grows in a dict": "x = {'a': [1]}\nfor y in x['a']:\n    x['a'].append(y)",
    "a list that grows over a number": "x = [1]\nfor _, y in enumerate(x):\n    x.insert(0, y)",
    "a list that grows in a comprehension": "x = [1]\ny = [x.append(z) for z in x]",
    "a list of a row that grows": "for x in bike.rentals:\n    bike.rentals.append(x)",
    "a list that a generator goes over": "x = [1]\nfor y in (z for z in x):\n    x.append(y)",
    "a list of a generator's": "x = [1]\nz = (y for y in x)\nfor y in z:\n    x.append(y)",
    "a row's list by another name": "x = bike\nfor y in bike.rentals:\n    x.rentals.append(y)",
    "a row's list in a variable": "x = bike.rentals\nfor y in bike.rentals:\n    x.append(y)",
    "a row's list in place": "x = bike\nfor y in bike.rentals:\n    x.rentals += [y]",
    "a row's list by the row itself": "for x in bike.rentals:\n    x.bike.rentals.append(x)",
    "the other side": "for x in bike.rentals:\n    session.add(Rental(bike=bike))",
    "the other side of an alias": "x = bike\nfor y in x.rentals:\n    z = Rental(bike=bike)",
    "the other side of an item": "for x in bike.rentals:\n    y = Rental(bike=x.bike)",
    "the other side, assigned": "y = Rental(hours=1)\nfor x in bike.rentals:\n    y.bike = bike",
    "the other side, in a pair": "y = z = bike\nfor x in z.rentals:\n    y.bike, q = bike, 1",
    "the other side of a list": "x = bike.rentals\nfor y in x:\n    z = Rental(bike=bike)",
    "the other side in a comprehension": "x = [Rental(bike=bike) for y in bike.rentals]",
    "the other side of a generator": "x = sum(Rental(bike=bike).hours for y in bike.rentals)",
    "the other side, counted": "for _, x in enumerate(bike.rentals):\n    y = Rental(bike=bike)",
    "the other side, deeper": "for x in bike.rentals:\n    if x:\n        y = Rental(bike=bike)",
    "a list that takes in itself": "x = [1]\nx.extend(y for y in x)",
    "a list that takes in itself in place": "x = [1]\nx += (y for y in x)",
    "a list that takes in its numbers": "x = [1]\nx.extend(enumerate(x))",
    "a list that takes in a generator": "x = [1]\nz = (y for y in x)\nx.extend(z)",
    "a list that takes in what is chosen": "x = [1]\nx.extend((y for y in x) if bike else [])",
    "a list that takes in its other name": "x = [1]\nz = x\nz.extend(y for y in x)",
    "a list of a row that takes in itself": "bike.rentals.extend(y for y in bike.rentals)",
}  # fmt: skip
OBJECTION = "a loop does not add to what it goes over"
TAGS = """
project tags
entity Product
  name: string
  tags <-> Tag as products
entity Tag
  word: string
operation touch: POST /products/{id}/touch custom Product
  path id = id
operation mark: POST /tags/{id}/mark custom Tag
  path id = id
"""


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_loop_that_feeds_itself_is_refused(attack: str) -> None:
    assert any(OBJECTION in each for each in said(ATTACKS[attack])), said(ATTACKS[attack])


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        ("for x in product.tags:\n    y = Tag(products=[product])", "touch"),
        ("for x in product.tags:\n    x.products.append(product)", "touch"),
        ("for x in product.tags:\n    x.products = [product]", "touch"),
        ("for x in tag.products:\n    y = Product(tags=[tag])", "mark"),
        ("for x in tag.products:\n    x.tags.append(tag)", "mark"),
    ],
)
def test_both_sides_of_a_relation_with_many_on_both_are_one(body: str, operation: str) -> None:
    assert any(OBJECTION in each for each in said(body, operation, TAGS))


@pytest.mark.parametrize(
    "body",
    [
        "for x in list(bike.rentals):\n    session.add(Rental(bike=bike))",
        "for x in sorted(bike.rentals, key=lambda y: y.hours):\n    bike.rentals.append(x)",
        "for x in bike.rentals:\n    session.add(Rental(bike_id=bike.id, hours=x.hours))",
        "for x in bike.rentals:\n    x.bike_id = bike.id\n    x.hours += 1",
        "x = []\nfor y in bike.rentals:\n    x.append(y)\nfor z in x:\n    z.hours = 1",
        "for x in [bike]:\n    session.add(Rental(bike=x))",
        "for x in await session.scalars(select(Rental)):\n    session.add(Rental(bike=bike))",
        "for x in bike.rentals:\n    y = x.hours\nsession.add(Rental(bike=bike))",
        "x = [1]\nx.extend([y for y in x])",
        "x = [1]\nx += list(y for y in x)",
        "x = [1]\nz = []\nz.extend(y for y in x)",
        "x = [1]\nz = []\nz.extend(y for y in x)\nz += (y for y in x)\nz.extend(enumerate(x))",
        "x = 0\nfor y in bike.rentals:\n    x += y.hours",
    ],
)
def test_a_loop_over_a_copy_or_something_else_passes(body: str) -> None:
    assert said(body) == []


def test_a_row_of_another_table_is_no_other_side() -> None:
    body = "for x in product.tags:\n    y = Tag(word=x.word)"
    assert said(body, "touch", TAGS) == []

"""Do tests make only as many rows as there can be?"""

from __future__ import annotations

import math

from agent.emitter.facts import Facts
from agent.emitter.testing.context import Cases
from agent.emitter.testing.room import room
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve

SPEC = """
project x
database sqlite
entity Colour
  name: red | green | blue key
entity Size
  code: string(1) key
entity Paint
  colour -> Colour as paints
entity Mix
  colour -> Colour as mixes
  size -> Size as mixes
  key(colour, size)
entity Swatch
  colour -> Colour unique
entity Tenth
  value: decimal(1,1) unique
entity Free
  grade: good | bad? unique
entity Part
  no: smallint key
  check("no IN (1, 2, 3)")
"""
FACTS = Facts(resolve(parse(SPEC)).spec)


def test_rows_are_as_many_as_their_unique_values() -> None:
    names = ("Colour", "Size", "Paint", "Mix", "Swatch", "Tenth", "Free", "Part")
    found = {name: room(FACTS, name) for name in names}
    assert found == {
        "Colour": 3,
        "Size": 10,
        "Paint": math.inf,
        "Mix": 1,
        "Swatch": 3,
        "Tenth": 9,
        "Free": 2,
        "Part": 3,
    }


def test_few_rows_are_counted_by_themselves_and_shared() -> None:
    made = {view.name: view for view in Cases(FACTS).context()["factories"]}
    assert made["colour"].few
    assert not made["paint"].few
    assert made["paint"].parents == [
        ("colour", 'self.latest.get("colour") or await self.colour()', ["colour_name"])
    ]
    assert made["swatch"].parents == [("colour", "await self.colour()", ["colour_name"])]


def test_lists_of_few_rows_are_not_tested_with_many() -> None:
    modules = {module.plural: module for module in Cases(FACTS).context()["test_modules"]}
    names = {plural: {case.name for case in module.cases} for plural, module in modules.items()}
    assert "list_paints_counts_its_queries" in names["paints"]
    assert "list_swatches_by_page" in names["swatches"]
    assert "list_swatches_counts_its_queries" not in names["swatches"]
    assert "list_mixes_by_page" not in names["mixes"]

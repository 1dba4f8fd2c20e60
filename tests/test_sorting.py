"""How are lists sorted and narrowed, where others say what rows and parameters are called?"""

from __future__ import annotations

from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library

MARKET = """
project market
database sqlite
api /v1 case snake
  paging sort=sort order={order}
entity Article
  unit_price: decimal(8,2)
  label: string(40)
  secret: string(40)
schema ArticleView for Article: unitPrice = unit_price, name = label
operation articles: GET /articles list Article
  out ArticleView[]
"""


def emitted(order: str) -> dict[str, str]:
    spec = resolve(parse(MARKET.format(order=order))).spec
    return {file.path: file.content for file in emit(spec, library())}


def test_rows_are_sorted_by_what_they_show_under_its_name() -> None:
    files = emitted("direction")
    schema = files["src/app/schemas/article.py"]
    assert 'sort_by: Literal["unitPrice", "name"] = Field(default="unitPrice"' in schema
    assert '"unitPrice": Article.unit_price' in files["src/app/repositories/article_repository.py"]
    tests = files["tests/integration/test_articles.py"]
    assert "/v1/articles?sort=name&direction=asc" in tests
    assert "sort=name&direction=desc" in files["README.md"]


def test_lists_are_narrowed_by_what_they_show_under_its_name() -> None:
    schema = emitted("direction")["src/app/schemas/article.py"]
    for alias in ('alias="unitPriceMin"', 'alias="unitPriceMax"', "    name: Text | None"):
        assert alias in schema
    assert "secret" not in schema


def test_one_parameter_can_say_by_what_and_which_way() -> None:
    files = emitted("-")
    schema = files["src/app/schemas/article.py"]
    one_line = " ".join(schema.split())
    assert 'Literal[ "unitPrice", "-unitPrice", "name", "-name", ]' in one_line
    assert "sort_order" not in schema
    assert 'removeprefix("-")' in files["src/app/repositories/listing.py"]
    assert "/v1/articles?sort=-name" in files["tests/integration/test_articles.py"]

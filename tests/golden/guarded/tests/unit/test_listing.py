"""Tests of lists that have neither filters nor pages."""

from dataclasses import dataclass

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from app.repositories.listing import Listing, at_least, at_most, contains, equal
from app.schemas.base import ListQuery


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    id: Mapped[str] = mapped_column(String(10), primary_key=True)


@dataclass
class Asked:
    least: str | None = None


def key() -> InstrumentedAttribute[str]:
    return Row.id


def test_a_bare_list_is_ordered_by_its_key() -> None:
    assert [str(item) for item in Listing(key=[key()]).order(Asked())] == ["rows.id ASC"]


def test_filters_that_are_not_given_do_nothing() -> None:
    listing = Listing(key=[key()], filters={"least": at_least(key())})
    assert listing.where(Asked()) == []
    assert [str(item) for item in listing.where(Asked(least="a"))] == ["rows.id >= :id_1"]


def test_makers() -> None:
    assert str(equal(key())("a")) == "rows.id = :id_1"
    assert str(at_most(key())("a")) == "rows.id <= :id_1"
    assert "LIKE" in str(contains(key())("x"))


def test_a_list_without_pages_is_bounded() -> None:
    query = ListQuery()
    assert (query.page, query.offset, query.limit) == (1, 0, 1000)

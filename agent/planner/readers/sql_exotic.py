"""What of a type that no table of types has? Its nearest plain type, or the word that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_split import keywords
from agent.planner.readers.sql_types import KNOWN_TYPES, OWN_TYPES, Meaning
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.readers.sql_schema import ColumnType
    from agent.planner.readers.sql_split import Dialect
    from agent.planner.readers.sql_words import Words

# Real types of which only the written form can be kept.
_AS_TEXT = keywords(
    "tsvector tsquery xml xmltype box box2d box3d circle line lseg path point polygon raster "
    "geometry geography linestring multipoint multilinestring multipolygon geometrycollection "
    "sdo_geometry int4range int8range numrange tsrange tstzrange daterange int4multirange "
    "int8multirange nummultirange tsmultirange tstzmultirange datemultirange pg_lsn jsonpath "
    "txid_snapshot pg_snapshot regclass regproc regprocedure regtype regconfig regrole xid xid8 "
    "cid tid ltree lquery ltxtquery cube seg isbn isbn13 issn ean13 upc vector halfvec sparsevec "
    "set sql_variant hierarchyid anydata bfile uritype httpuritype bit varbit"
) | {"bit varying", "long varchar"}
_SIZED = {
    "inet": 43,
    "cidr": 43,
    "inet4": 15,
    "inet6": 39,
    "macaddr": 17,
    "macaddr8": 23,
    "rowid": 18,
    "urowid": 4000,
}
_OTHERS = {"hstore": T.JSON, "long varbinary": T.BINARY}
_AFFINITIES = (
    ("INT", T.BIGINT),
    ("CHAR", T.TEXT),
    ("CLOB", T.TEXT),
    ("TEXT", T.TEXT),
    ("BLOB", T.BINARY),
    ("REAL", T.FLOAT),
    ("FLOA", T.FLOAT),
    ("DOUB", T.FLOAT),
)
_LONGEST_WORD = 60
_MOST_BITS = 62


def nearest(written: ColumnType, dialect: Dialect) -> Meaning:
    """Say what keeps most of a type that has no counterpart: often its text."""
    name = written.name
    first = written.parameters[0] if written.parameters else "1"
    bits = int(first) if first.isdecimal() and len(first) < len("1000000") else 0
    if name == "bit" and dialect == "mysql" and 0 < bits <= _MOST_BITS:
        return Meaning(T.BIGINT, minimum=0, maximum=2**bits - 1)
    if name in {"bit", "varbit", "bit varying"} and bits and (name == "bit" or written.parameters):
        return Meaning(T.STRING, length=bits)
    if name in _SIZED:
        return Meaning(T.STRING, length=_SIZED[name])
    if dialect == "sqlite":  # where any word is a type, and these decide what it keeps
        shown = name.upper()
        return Meaning(next((kind for part, kind in _AFFINITIES if part in shown), T.TEXT))
    return Meaning(_OTHERS.get(name, T.TEXT))


def type_names(dialect: Dialect, declared: Iterable[str]) -> set[str]:
    """Give the names of all types that a column may have, those that the script makes too."""
    own = OWN_TYPES.get(dialect, ())
    return {*KNOWN_TYPES, *own, *_AS_TEXT, *_SIZED, *_OTHERS, "enum", *declared}


def misspelled(written: ColumnType, known: Words) -> str | None:
    """Give the known type that somebody meant; ``None`` for a word of its own."""
    if not 0 < len(written.name) <= _LONGEST_WORD or written.name in known:
        return None
    return min(known.near(written.name), default=None)

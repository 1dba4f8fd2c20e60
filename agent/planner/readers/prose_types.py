"""Of which type is a field? By the word for a type, or by a well-known name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from agent.types import AttributeType as T

if TYPE_CHECKING:
    from agent.types import AttributeType

TYPE_WORDS: dict[str, AttributeType] = {
    "string": T.STRING, "varchar": T.STRING, "str": T.STRING, "text": T.TEXT,
    "integer": T.INTEGER, "int": T.INTEGER, "number": T.INTEGER, "decimal": T.DECIMAL,
    "money": T.DECIMAL, "float": T.FLOAT, "boolean": T.BOOLEAN, "bool": T.BOOLEAN, "flag": T.BOOLEAN,
    "date": T.DATE, "datetime": T.DATETIME, "timestamp": T.DATETIME, "time": T.TIME,
    "duration": T.DURATION, "uuid": T.UUID, "json": T.JSON, "email": T.EMAIL, "url": T.URL,
}  # fmt: skip


class Named(NamedTuple):
    """What a field's name says of it."""

    type: AttributeType
    precision: int | None = None
    scale: int | None = None


_MONEY = Named(T.DECIMAL, 12, 2)
# the first that fits the whole name or its last words
_BY_NAME: tuple[tuple[str, Named], ...] = (
    (r"(is|has|can)_.+", Named(T.BOOLEAN)),
    (r"(.+_)?flag", Named(T.BOOLEAN)),
    (r"active|archived|available|completed|done|enabled|finished|hidden|pinned|verified|visible",
     Named(T.BOOLEAN)),
    (r"(.+_)?(e_?mail|mail)(_address)?", Named(T.EMAIL)),
    (r"(.+_)?(url|link|website|homepage)", Named(T.URL)),
    (r"(.+_)?password", Named(T.PASSWORD)),
    (r"date_of_.+|(.+_)?(birthday|birthdate|deadline)|(.+_)?date|.+_on", Named(T.DATE)),
    (r".+_at|(.+_)?(timestamp|datetime)|(start|end|begin|departure|arrival)(_?ing)?_time",
     Named(T.DATETIME)),
    (r"(.+_)?(duration|length)|(cooking|preparation|prep|running|travel)_time", Named(T.DURATION)),
    (r"(.+_)?time", Named(T.TIME)),
    (r"(.+_)?(price|cost|amount|total|balance|salary|fee|budget|wage|discount|tax)(_per_.+)?|"
     r"(hourly|daily|weekly|monthly|day|hour)_rate", _MONEY),
    (r"(.+_)?(latitude|longitude|temperature|humidity|pressure|weight|height|width|depth|distance|area"
     r"|volume)(_.+)?", Named(T.FLOAT)),
    (r"number_of_.+|(.+_)?(year|quantity|qty|stock|age|capacity|count|floor|position|servings|seats"
     r"|pages|points|score|mileage|credits|rank|rating|progress|size)|.+_in_(seconds|minutes|hours|days)"
     r"|stars", Named(T.INTEGER)),
    (r"(.+_)?(description|body|text|content|contents|notes?|biography|bio|instructions|message|summary"
     r"|comments?|remarks?|details|cover_letter|question|answer)", Named(T.TEXT)),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), named) for pattern, named in _BY_NAME)
_PLURALS_OF_ONE = re.compile(
    r"(.+_)?(address|analysis|bonus|bus|business|class|comments|contents|credits|details|instructions|mileage"
    r"|news|notes|pages|points|process|progress|remarks|seats|series|servings|species|stars|status)"
    r"|.+_in_.+|number_of_.+|.+_per_.+|.+ness"
)
_STRING = Named(T.STRING)


def by_name(name: str) -> Named:
    """Return the type that a field's name in snake case stands for; text of one line otherwise."""
    return next((named for pattern, named in _PATTERNS if pattern.fullmatch(name)), _STRING)


def is_one_value(name: str) -> bool:
    """Tell whether a name that looks like a plural is that of one value (``instructions``)."""
    return _PLURALS_OF_ONE.fullmatch(name) is not None

"""Of which type is a field? By the word for a type, or by a well-known name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import AttributeType as T

if TYPE_CHECKING:
    from agent.types import AttributeType

TYPE_WORDS: dict[str, AttributeType] = {
    "bool": T.BOOLEAN, "boolean": T.BOOLEAN, "date": T.DATE, "datetime": T.DATETIME,
    "decimal": T.DECIMAL, "duration": T.DURATION, "email": T.EMAIL, "flag": T.BOOLEAN,
    "float": T.FLOAT, "int": T.INTEGER, "integer": T.INTEGER, "json": T.JSON, "money": T.DECIMAL,
    "number": T.INTEGER, "str": T.STRING, "string": T.STRING, "text": T.TEXT, "time": T.TIME,
    "timestamp": T.DATETIME, "url": T.URL, "uuid": T.UUID, "varchar": T.STRING,
}  # fmt: skip


MONEY = {"precision": 12, "scale": 2}
"""Digits of a decimal of which nothing else is said."""
_ENDS: tuple[tuple[str, AttributeType], ...] = (
    ("_on", T.DATE),
    ("_at", T.DATETIME),
    ("_in_seconds", T.INTEGER),
    ("_in_minutes", T.INTEGER),
    ("_in_hours", T.INTEGER),
    ("_in_days", T.INTEGER),
)
_BEGINS: tuple[tuple[str, AttributeType], ...] = (
    ("is_", T.BOOLEAN),
    ("has_", T.BOOLEAN),
    ("number_of_", T.INTEGER),
    ("date_of_", T.DATE),
)
_PASSWORDS = ("passphrase", "password", "passwd", "pwd")
_WHOLE = frozenset(
    {"active", "archived", "available", "completed", "done", "enabled", "finished", "hidden",
     "pinned", "verified", "visible"}
)  # fmt: skip
"""Names that are true or false."""
_COUNTED = frozenset(
    {"attempts", "calories", "credits", "days", "downloads", "goals", "hours", "kilometers",
     "likes", "losses", "minutes", "pages", "points", "reps", "rounds", "seats", "servings", "sets",
     "stars", "views", "visits", "votes", "wins"}
)  # fmt: skip
_LAST: dict[str, AttributeType] = {
    **dict.fromkeys(("email", "mail", "e_mail", "email_address", "mail_address"), T.EMAIL),
    **dict.fromkeys(("url", "link", "website", "homepage"), T.URL),
    **dict.fromkeys(("date", "birthday", "birthdate", "deadline"), T.DATE),
    **dict.fromkeys(
        ("timestamp", "datetime", "start_time", "end_time", "departure_time", "arrival_time"),
        T.DATETIME,
    ),
    "time": T.TIME,
    **dict.fromkeys(
        ("duration", "cooking_time", "preparation_time", "running_time", "travel_time"),
        T.DURATION,
    ),
    **dict.fromkeys(
        ("price", "cost", "amount", "total", "balance", "salary", "fee", "budget", "wage",
         "discount", "tax", "hourly_rate", "daily_rate", "weekly_rate", "monthly_rate"), T.DECIMAL,
    ),
    **dict.fromkeys(
        ("latitude", "longitude", "temperature", "humidity", "pressure", "weight", "height",
         "width", "depth", "distance", "area", "volume"), T.FLOAT,
    ),
    **dict.fromkeys(
        ("year", "quantity", "qty", "stock", "age", "capacity", "count", "floor", "position",
         "score", "mileage", "rank", "rating", "progress", *_COUNTED), T.INTEGER,
    ),
    **dict.fromkeys(
        ("answer", "bio", "biography", "body", "comment", "comments", "content", "contents",
         "cover_letter", "description", "details", "instructions", "message", "note", "notes",
         "question", "remark", "remarks", "summary", "text"), T.TEXT,
    ),
}  # fmt: skip
_UNITS = frozenset(
    {"centimetres", "cm", "degrees", "feet", "grams", "inches", "kg", "kilograms", "kilometres",
     "kilometers", "km", "litres", "liters", "meters", "metres", "miles", "millimetres", "mm",
     "percent", "tonnes", "tons"}
)  # fmt: skip
"""What is counted in, but not in whole ones."""
_ONE_VALUE = _COUNTED | {
    "address", "analysis", "bonus", "bus", "business", "class", "comments", "contents", "details",
    "instructions", "news", "notes", "process", "progress", "remarks", "series", "species",
    "status",
}  # fmt: skip
"""Words that look like a plural, and name one value."""


def by_name(name: str) -> AttributeType:
    """Return the type that a field's name in snake case stands for; text of one line otherwise."""
    if name in _WHOLE:
        return T.BOOLEAN
    for start, named in _BEGINS:
        if name.startswith(start):
            return named
    if "_number_of_" in name:
        return T.INTEGER
    for end, named in _ENDS:
        if name.endswith(end):
            return named
    if is_password(name):
        return T.PASSWORD  # "password_hint" as well: what tells of a password is not shown
    words = _without_unit(name).split("_")
    found = (_LAST.get("_".join(words[-size:])) for size in (2, 1))
    is_measured = name.partition("_in_")[2].rpartition("_")[2] in _UNITS
    return next((named for named in found if named), T.FLOAT if is_measured else T.STRING)


def is_password(name: str) -> bool:
    """Tell whether a field's name in snake case is called after a password: "plain_password"."""
    return any(part.startswith(_PASSWORDS) for part in name.split("_"))


def is_one_value(name: str) -> bool:
    """Tell whether a name that looks like a plural is that of one value (``instructions``)."""
    plain = _without_unit(name)
    return plain != name or plain.rpartition("_")[2] in _ONE_VALUE or "number_of_" in name


def _without_unit(name: str) -> str:
    """Leave out "per night" and "in kilograms"."""
    return name.partition("_per_")[0].partition("_in_")[0]

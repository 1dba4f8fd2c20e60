"""What may written code say? Closed lists: what is on none of them is refused.

A name can be of five sorts: an *argument*, a *variable* of the code itself (never called), a
*callable* (a class or a function that the project or Python gives), a *base* that stands only
before a dot (``session``, ``dt``, ``func``), or an *error* that is only raised. An attribute is a
*field* of the project's own (a column, a relation, a field of a schema, a member of an enum), which
is read, or a *method* on the list, which is called.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def words(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""
    return frozenset(" ".join(lines).split())


BUILTINS = words(
    "abs all any bool dict divmod enumerate float frozenset int len list max min next range",
    "reversed round set sorted str sum tuple zip",
)
TYPES = words("bool dict float frozenset int list object set str tuple")
"""Builtins that annotations may name."""
KEYED = words("max min sorted")
"""Builtins that take a ``key``, which a lambda may be."""
METHODS = words(
    # text, numbers, days
    "capitalize casefold count endswith find index isalnum isalpha isdigit isspace join lower",
    "lstrip removeprefix removesuffix replace rsplit rstrip split splitlines startswith strip",
    "title upper astimezone combine date fromisoformat isocalendar isoformat isoweekday now time",
    "timestamp today total_seconds weekday",
    "copy_abs is_finite normalize quantize to_integral_value",
    # collections
    "add append copy difference discard extend get insert intersection issubset issuperset items",
    "keys pop remove setdefault sort symmetric_difference update values",
    # queries and their results
    "all any asc between contains correlate desc distinct exists filter filter_by first group_by",
    "has having icontains ilike in_ is_ is_distinct_from is_not is_not_distinct_from istartswith",
    "label like limit not_in nulls_first nulls_last offset one one_or_none options order_by",
    "outerjoin over scalar scalar_one scalar_one_or_none scalar_subquery scalars select_from",
    "subquery unique where with_for_update within_group",
    # bodies
    "model_dump model_validate",
)
OF_METHODS = {
    "model_dump": words("by_alias exclude exclude_none exclude_unset include mode"),
    "unique": frozenset[str](),
}
"""What methods take that would call what they are given: keywords on a list, and nothing else."""
PROPERTIES = words("c days day hour microsecond minute month second seconds value year")
"""What may be read of values that are not the project's own."""
OF_SESSION = words("options populate_existing with_for_update")
OF_CLIENT = words("content headers json params")
READING = words("execute get refresh scalar scalars")
CHANGING = words("add add_all delete flush")
FUNCTIONS = words(
    "abs avg char_length coalesce count dense_rank greatest least length lower max min nullif rank",
    "round row_number sum trim upper",
)
CLOCK = words("date datetime time timedelta")
CLIENT = words("delete get patch post put request")
ANSWER = words("status_code text headers")
HINTS = {
    "AsyncSession": "the session is given",
    "Counter": "count in a dict",
    "HTTPException": "raise one of the errors that are given",
    "IntegrityError": "what the database refuses becomes an answer by itself",
    "ValueError": "raise one of the errors that are given",
    "date": "dt.date",
    "datetime": "dt.datetime, and utc_now() for now",
    "db": "session",
    "defaultdict": "a dict, and setdefault",
    "math": "round, divmod and // are given",
    "text": "no SQL is written as text: select(...)",
    "time": "dt.time",
    "timedelta": "dt.timedelta",
    "timezone": "dt.UTC",
    "union": "sets are united by |",
}
"""What to write instead of names that people expect."""
MOST_CHARACTERS = 6_000
MOST_LINES = 120
LONGEST_LINE = 200
DEEPEST_BLOCK = 5
DEEPEST_NODE = 60
LARGEST_NUMBER = 10**15
LARGEST_POWER = 16


@dataclass(frozen=True, slots=True)
class Base:
    """A name that only stands before a dot: what may be called there, and what may be read.

    Calls are ``awaited``, but for those ``at_once``; ``statements`` take one SQL statement each.
    ``keywords`` are all that there are (None: any).
    """

    called: frozenset[str]
    read: frozenset[str] = frozenset()
    awaited: bool = False
    at_once: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    keywords: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What one piece of written code may say.

    ``types`` are the classes among the ``callables``, which may also be named. ``rows`` are
    arguments that keep what they are, ``values`` those that may be given another value.
    ``protected`` fields are never changed, and those that are ``shielded`` only looked at;
    ``writes`` tells whether any row may be. ``columns`` are the fields of each model.
    ``opposites`` are the other sides of each relation, (entity, field), by its name.
    """

    callables: frozenset[str]
    bases: Mapping[str, Base]
    fields: frozenset[str]
    types: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    constants: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()
    shielded: frozenset[str] = frozenset()
    methods: frozenset[str] = METHODS
    writes: bool = True
    is_test: bool = False
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    opposites: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    @property
    def given(self) -> frozenset[str]:
        """Return every name that is provided."""
        fixed = self.callables | self.bases.keys() | self.errors | self.constants | self.rows
        return fixed | self.types | BUILTINS | self.values

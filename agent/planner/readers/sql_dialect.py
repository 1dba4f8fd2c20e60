"""Which SQL is this? The dialect somebody names, or the likeliest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.documents import Fault
from agent.errors import SourceError
from agent.planner.readers.sql_split import DIALECTS

if TYPE_CHECKING:
    from agent.planner.readers.sql_split import Dialect

_SYNONYMS: dict[str, Dialect] = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "pg": "postgres",
    "pgsql": "postgres",
    "psql": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "tsql": "tsql",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "oracle": "oracle",
    "plsql": "oracle",
}
_WORD = re.compile(r"[a-z_]\w*")
# Words of a dialect, in small letters: each line is one mark, whichever of its words is there.
_WORDS: dict[Dialect, tuple[str, ...]] = {
    "postgres": (
        "serial bigserial smallserial",
        "jsonb bytea citext tsvector",
    ),
    "mysql": (
        "auto_increment",
        "unsigned",
        "mediumtext mediumblob mediumint longtext longblob tinytext tinyblob tinyint",
        "mysql mariadb",
    ),
    "sqlite": (
        "autoincrement",
        "pragma",
        "sqlite_sequence",
        "sqlite",
    ),
    "tsql": (
        "uniqueidentifier datetime2 datetimeoffset",
        "clustered nonclustered",
    ),
    "oracle": (
        "varchar2 nvarchar2",
        "clob nclob",
        "sysdate systimestamp sys_guid",
        "oracle",
    ),
}
# Marks of more than a word. What begins with a plain letter is found ten times as fast as with \b.
_MARKS: dict[Dialect, tuple[str, ...]] = {
    "postgres": (
        r"::\s*[a-z]",
        r"timestamptz\b|timestamp(?:\(\d\))? without time zone",
        r"\$\w*\$",
        r"as enum\b",
        r"nextval\s*\(",
        r"create (?:extension|domain)\b|exclude using\b",
        r"^\\[a-z]",
        r"gen_random_uuid\b|uuid_generate_v\d",
        r"owner to\b|alter table only\b",
        r"\b(?:text|int|integer|varchar|uuid)\s*(?:\(\d+\))?\[\d*\]",
        r"from stdin\b",
        r"character varying\b",
        r"postgresql|pg_dump",
    ),
    "mysql": (
        r"`\w{1,64}`",
        r"engine\s*=|charset\s*=",
        r"/\*![0-9m]",
        r"^[ \t]*delimiter\b",
        r"on update (?:current_timestamp|now)\b",
        r"enum\s*\('",
        r"lock tables\b",
        r"^[ \t]*(?:unique )?key [`\w]",
    ),
    "sqlite": (
        r"without rowid\b|\)\s*strict\s*;",
        r"\b(?:datetime|date|strftime)\s*\([^)]{0,100}'now'",
    ),
    "tsql": (
        r"\[dbo\]|\bdbo\.",
        r"^[ \t]*go[ \t]*\r?$",
        r"\b(?:int|integer|bigint|numeric)\]?\s+(?:not\s+null\s+)?identity\b|identity\s*\(\s*\d",
        r"(?:varchar|varbinary)\s*\(\s*max|\]\s*\(\s*max\s*\)",
        r"\b(?:getdate|newid)\s*\(|\bsysutcdatetime\b",
        r"set (?:ansi_nulls|quoted_identifier|nocount)\b",
        r"\[\w+\]\s+\[\w+\]",
        r"\bsp_\w+|\bobject_id\b",
        r"sql server|sqlserver",
    ),
    "oracle": (
        r"[\w\"][ \t]+number\s*(?:[(,)]|not\b|null\b|default\b|primary\b|generated\b|constraint\b)",
        r"^/[ \t]*\r?$",
        r"\d\s+(?:byte|char)\s*\)",
        r"using index\b|pctfree\b",
        r"^(?:prompt|rem|set define)\b",
    ),
}
# How a dialect does not quote.
_QUOTED = {mark: rf"create\s+table\s[^(\n]{{0,200}}{re.escape(mark)}" for mark in ("`", "[", '"')}
_NOT_QUOTED_BY: dict[str, frozenset[Dialect]] = {
    "`": frozenset({"postgres", "tsql", "oracle"}),
    "[": frozenset({"postgres", "mysql", "oracle"}),
    '"': frozenset({"mysql"}),
}
_QUOTES_COUNT = 3
# What a dialect cannot read.
_CONTRADICTIONS: dict[Dialect, str] = {
    "mysql": r"\btext\s+(?:not\s+null\s+)?(?:primary\s+key|unique)\b|\bautoincrement\b",
    "postgres": r"\b(?:auto_?increment|datetime|tinyint)\b",
    "oracle": r"create\s+table\s+if\s+not\s+exists\b",
    "tsql": r"create\s+table\s+if\s+not\s+exists\b",
}
# How people name the files of a dialect.
_NAMED = {
    "postgres": "postgres|postgresql|pgsql|pg|psql",
    "mysql": "mysql|mariadb",
    "sqlite": "sqlite|sqlite3",
    "tsql": "mssql|tsql|sqlserver|mssqlserver|sqlsrv",
    "oracle": "oracle|ora|oracledb",
}
_NAME_COUNTS = 3
_SAMPLE = 400_000


def named(dialect: str) -> Dialect:
    """Find the dialect that somebody names, in whatever spelling.

    Raises:
        SourceError: nobody knows it.

    """
    found = _SYNONYMS.get(re.sub(r"[\s_-]", "", dialect.casefold()))
    if found is None:
        fault = Fault(
            code="sql-dialect",
            message=f"the SQL dialect {dialect[:40]!r} is not known",
            expected=", ".join(sorted(_SYNONYMS)),
        )
        raise SourceError([fault])
    return found


def likely(text: str, name: str = "") -> tuple[Dialect, ...]:
    """Order the dialects, likeliest first; a single one where the marks leave no doubt.

    ``name`` is that of the file, which often says it.
    """
    sample = text[:_SAMPLE].lower()  # half as slow as with IGNORECASE
    words = set(_WORD.findall(sample))
    scores = {
        dialect: sum(not words.isdisjoint(mark.split()) for mark in _WORDS[dialect])
        + sum(bool(re.search(mark, sample, re.MULTILINE)) for mark in marks)
        for dialect, marks in _MARKS.items()
    }
    for sign, pattern in _QUOTED.items():
        if re.search(pattern, sample):
            for dialect in _NOT_QUOTED_BY[sign]:
                scores[dialect] -= _QUOTES_COUNT
    for dialect in DIALECTS:
        against = _CONTRADICTIONS.get(dialect)
        if against and re.search(against, sample):
            scores[dialect] -= 1
        if re.search(rf"(?<![a-z])(?:{_NAMED[dialect]})(?![a-z])", name, re.IGNORECASE):
            scores[dialect] += _NAME_COUNTS
    ranked = sorted(DIALECTS, key=lambda dialect: -scores[dialect])
    first, second = scores[ranked[0]], scores[ranked[1]]
    clear = first >= 2 * second + 2
    return (ranked[0],) if clear else tuple(ranked)

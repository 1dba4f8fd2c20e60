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
_MARKS: dict[Dialect, tuple[str, ...]] = {
    "postgres": (
        r"\b(?:BIG|SMALL)?SERIAL\b",
        r"::\s*[a-z]",
        r"\bTIMESTAMPTZ\b|\bTIMESTAMP(?:\(\d\))? WITHOUT TIME ZONE",
        r"\bJSONB\b|\bBYTEA\b|\bCITEXT\b|\bTSVECTOR\b",
        r"\$\w*\$",
        r"\bAS ENUM\b",
        r"\bnextval\s*\(",
        r"\bCREATE EXTENSION\b|\bCREATE DOMAIN\b|\bEXCLUDE USING\b",
        r"^\\[a-z]",
        r"\bOWNER TO\b|\bALTER TABLE ONLY\b",
        r"\bgen_random_uuid\b|\buuid_generate_v\d",
        r"\b(?:TEXT|INT|INTEGER|VARCHAR|UUID)\s*(?:\(\d+\))?\[\d*\]",
        r"\bFROM stdin\b",
        r"\bcharacter varying\b",
        r"PostgreSQL|PostgreSql|pg_dump",
    ),
    "mysql": (
        r"`\w{1,64}`",
        r"\bENGINE\s*=|\bCHARSET\s*=",
        r"\bAUTO_INCREMENT\b",
        r"/\*![0-9M]",
        r"\bUNSIGNED\b",
        r"^[ \t]*DELIMITER\b",
        r"\b(?:MEDIUM|LONG|TINY)(?:TEXT|BLOB|INT)\b",
        r"\bON UPDATE (?:CURRENT_TIMESTAMP|NOW)\b",
        r"\bENUM\s*\('",
        r"\bLOCK TABLES\b",
        r"^[ \t]*(?:UNIQUE )?KEY [`\w]",
        r"\bMySQL\b|MariaDB",
    ),
    "sqlite": (
        r"\bAUTOINCREMENT\b",
        r"\bPRAGMA\b",
        r"\bWITHOUT ROWID\b|\)\s*STRICT\s*;",
        r"\bsqlite_sequence\b",
        r"\b(?:datetime|date|strftime)\s*\([^)]{0,100}'now'",
        r"\bSQLite\b",
    ),
    "tsql": (
        r"\[dbo\]|\bdbo\.",
        r"^[ \t]*GO[ \t]*\r?$",
        r"\b(?:INT|INTEGER|BIGINT|NUMERIC)\]?\s+(?:NOT\s+NULL\s+)?IDENTITY\b|IDENTITY\s*\(\s*\d",
        r"\b(?:N?VARCHAR|VARBINARY)\s*\(\s*MAX|\]\s*\(\s*MAX\s*\)",
        r"\bUNIQUEIDENTIFIER\b|\bDATETIME2\b|\bDATETIMEOFFSET\b",
        r"\b(?:NON)?CLUSTERED\b",
        r"\bGETDATE\s*\(|\bNEWID\s*\(|\bSYSUTCDATETIME\b",
        r"\bSET (?:ANSI_NULLS|QUOTED_IDENTIFIER|NOCOUNT)\b",
        r"\[\w+\]\s+\[\w+\]",
        r"\bsp_\w+|\bOBJECT_ID\b",
        r"SQL Server|SqlServer",
    ),
    "oracle": (
        r"\bN?VARCHAR2\b",
        r"[\w\"][ \t]+NUMBER\s*(?:[(,)]|NOT\b|NULL\b|DEFAULT\b|PRIMARY\b|GENERATED\b|CONSTRAINT\b)",
        r"\bN?CLOB\b",
        r"\bSYSDATE\b|\bSYSTIMESTAMP\b|\bSYS_GUID\b",
        r"^/[ \t]*\r?$",
        r"\d\s+(?:BYTE|CHAR)\s*\)",
        r"\bUSING INDEX\b|\bPCTFREE\b",
        r"^(?:PROMPT|REM|SET DEFINE)\b",
        r"\bOracle\b",
    ),
}
# How a dialect does not quote.
_QUOTED = {mark: rf"\bCREATE\s+TABLE\s[^(\n]{{0,200}}{re.escape(mark)}" for mark in ("`", "[", '"')}
_NOT_QUOTED_BY: dict[str, frozenset[Dialect]] = {
    "`": frozenset({"postgres", "tsql", "oracle"}),
    "[": frozenset({"postgres", "mysql", "oracle"}),
    '"': frozenset({"mysql"}),
}
_QUOTES_COUNT = 3
# What a dialect cannot read.
_CONTRADICTIONS: dict[Dialect, str] = {
    "mysql": r"\bTEXT\s+(?:NOT\s+NULL\s+)?(?:PRIMARY\s+KEY|UNIQUE)\b|\bAUTOINCREMENT\b",
    "postgres": r"\bAUTO_?INCREMENT\b|\bDATETIME\b|\bTINYINT\b",
    "oracle": r"\bCREATE\s+TABLE\s+IF\s+NOT\s+EXISTS\b",
    "tsql": r"\bCREATE\s+TABLE\s+IF\s+NOT\s+EXISTS\b",
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
    scores = {
        dialect: sum(bool(re.search(mark.lower(), sample, re.MULTILINE)) for mark in marks)
        for dialect, marks in _MARKS.items()
    }
    for sign, pattern in _QUOTED.items():
        if re.search(pattern.lower(), sample):
            for dialect in _NOT_QUOTED_BY[sign]:
                scores[dialect] -= _QUOTES_COUNT
    for dialect in DIALECTS:
        against = _CONTRADICTIONS.get(dialect)
        if against and re.search(against.lower(), sample):
            scores[dialect] -= 1
        if re.search(rf"(?<![a-z])(?:{_NAMED[dialect]})(?![a-z])", name, re.IGNORECASE):
            scores[dialect] += _NAME_COUNTS
    ranked = sorted(DIALECTS, key=lambda dialect: -scores[dialect])
    first, second = scores[ranked[0]], scores[ranked[1]]
    clear = first >= 2 * second + 2
    return (ranked[0],) if clear else tuple(ranked)

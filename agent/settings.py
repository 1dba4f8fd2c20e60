"""What does the environment say? Everything that differs from one machine to another.

==============================  ==================================================================
PYTHON_SPECIALIST_POSTGRESQL_URL  A server for proofs: postgresql://user:password@host:port/database
PYTHON_SPECIALIST_MYSQL_URL       The same for MySQL or MariaDB: mysql://...
PYTHON_SPECIALIST_CACHE_DIR       A folder for what may be kept between runs
PYTHON_SPECIALIST_STATE_DIR       A folder for what chats remember: agent/sessions/place.py
PYTHON_SPECIALIST_MODEL           A language model, PYTHON_SPECIALIST_MODEL_BASE_URL where it is,
                                  and more: agent/llm/configured.py and docs/models.md
PYTHON_SPECIALIST_DATABASE_URL    Where the service keeps its tasks: postgresql://..., or
                                  sqlite:///FILE (nothing said: a file in the state folder)
PYTHON_SPECIALIST_RATE            Requests in a second that one caller of the service may make, in
                                  the long run: 0 is any number, nothing said 100
PYTHON_SPECIALIST_MOST_WAITING    Tasks of one caller that may wait to be worked on: 0 is any
                                  number, nothing said 1000
PYTHON_SPECIALIST_RETENTION_DAYS  Days that the service keeps what ended: 0 is for ever, nothing
                                  said 30
PYTHON_SPECIALIST_BUS_URL         A message bus for the service: docs/bus.md
PYTHON_SPECIALIST_KEY             A key of a service elsewhere, for `tasks --url`
PYTHON_SPECIALIST_REPAIR_ROUNDS   How often a model may mend what it wrote: 0 to 20, else 3
==============================  ==================================================================

Variables of other programs (OPENAI_API_KEY and the like) are not used: a key goes nowhere silently.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.documents import Fault
from agent.errors import RefusedError
from agent.llm.configured import Configured, read_models
from agent.types import Database

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "PYTHON_SPECIALIST_"
ROUNDS, MOST_ROUNDS = 3, 20
"""Rounds of repair where nothing is said, and at most."""
RATE, HIGHEST_RATE = 100, 100_000
"""Requests in a second of one caller, where nothing is said, and at most."""
WAITING, MOST_WAITING = 1000, 100_000
"""Tasks of one caller that may wait to be worked on, where nothing is said, and at most."""
DAYS, MOST_DAYS = 30, 36_500
"""Days that the service keeps what ended, where nothing is said, and at most."""
SETTING = "setting"
"""Code of a fault that stands in the environment."""
SERVERS = {
    Database.POSTGRESQL: (
        f"{PREFIX}POSTGRESQL_URL",
        ("postgresql", "postgres"),
        "postgresql+asyncpg",
    ),
    Database.MYSQL: (f"{PREFIX}MYSQL_URL", ("mysql", "mariadb"), "mysql+aiomysql"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. URLs hold passwords and so are not in the representation.

    ``databases`` are those for proofs, ``database_url`` is the service's own (empty: the usual),
    ``bus`` a message bus for it (empty: none).

    ``unusable`` says of which databases the server is named in a way that is of no use.
    """

    cache: Path
    databases: dict[Database, str] = field(default_factory=dict, repr=False)
    unusable: dict[Database, Fault] = field(default_factory=dict)
    models: Configured = field(default_factory=Configured)
    repair_rounds: int = ROUNDS
    database_url: str = field(default="", repr=False)
    rate: int = RATE
    most_waiting: int = WAITING
    retention_days: int = DAYS
    bus: str = field(default="", repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from environment variables; values of no use are not repeated.

    Raises:
        RefusedError: what is said of a model, or of repairs, is of no use.

    """
    given = os.environ if environment is None else environment
    databases, unusable = {}, {}
    for database, (variable, schemes, driver) in SERVERS.items():
        url = given.get(variable, "")
        if not url:
            continue
        scheme = url.partition("://")[0].partition("+")[0]
        if scheme in schemes and _has_host(url):
            databases[database] = f"{driver}://{url.partition('://')[2]}"
        else:
            unusable[database] = Fault(
                code=SETTING,
                message=f"{variable} is no {database.value} URL",
                expected=f"{schemes[0]}://user:password@host:port/database",
            )
    models = read_models(given, PREFIX)
    cache = given.get(f"{PREFIX}CACHE_DIR")
    folder = Path(cache).expanduser() if cache else _cache_folder(given)
    return Settings(
        folder,
        databases,
        unusable,
        models,
        _number(given, "REPAIR_ROUNDS", ROUNDS, MOST_ROUNDS),
        given.get(f"{PREFIX}DATABASE_URL", ""),
        _number(given, "RATE", RATE, HIGHEST_RATE),
        _number(given, "MOST_WAITING", WAITING, MOST_WAITING),
        _number(given, "RETENTION_DAYS", DAYS, MOST_DAYS),
        given.get(f"{PREFIX}BUS_URL", "").strip(),
    )


def _number(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    variable = f"{PREFIX}{name}"
    said = given.get(variable, "").strip() or str(usual)
    if not re.fullmatch(r"0|[1-9][0-9]{0,5}", said) or int(said) > most:
        expected = f"a number from 0 to {most}"
        fault = Fault(code=SETTING, message=f"{variable} is of no use", expected=expected)
        raise RefusedError([fault])
    return int(said)


def trouble_with_cache(folder: Path) -> str | None:
    """Say why nothing can be kept in the cache folder, which is made; None where all is well."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=folder):
            return None
    except OSError as error:
        variable = f"{PREFIX}CACHE_DIR"
        why = error.strerror or type(error).__name__
        return f"the cache folder {folder} cannot be used: {why} ({variable} names another)"


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname or parts.query) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that the user's system keeps caches in."""
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "python-specialist"

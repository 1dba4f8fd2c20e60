"""Which revisions does a project have that builds upon an applied one? Those, and what is new.

What was applied stays as it is, to the byte. A difference between the tables of then and of now
becomes one more revision, which follows the last one that is there, people's own included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.documents import Fault, Warn
from agent.emitter.facts import Facts
from agent.errors import RefusedError

if TYPE_CHECKING:
    from agent.emitter.applied import Applied
    from agent.emitter.difference import Difference
    from agent.emitter.revision import Steps

FOLDER = "src/app/db/migrations/versions"
FIRST = f"{FOLDER}/0001_initial.py"
_NAMED, _LONGEST = 3, 60
"""Tables in the name of a revision's file, and characters."""
_NUMBER = re.compile(r"(\d{1,9})(?!\w)|(\d{4})_", re.ASCII)
_SQLALCHEMY = re.compile(r"(?<!\w)sa\.")
_IMPORTS = (
    ("dt.", "import datetime as dt"),
    ("Decimal(", "from decimal import Decimal"),
    ("UUID(", "from uuid import UUID"),
)


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One more revision, ready for its template. ``file`` is its name without the ending."""

    file: str
    identifier: str
    follows: str
    title: str
    imports: tuple[str, ...]
    upgrade: list[str]
    downgrade: list[str]

    @property
    def path(self) -> str:
        """Return where it lies in the project."""
        return f"{FOLDER}/{self.file}.py"

    @property
    def code(self) -> str:
        """Return all statements, to see what they need."""
        return "\n".join((*self.upgrade, *self.downgrade))

    @property
    def needs_mysql(self) -> bool:
        """Tell whether a type of MySQL is named."""
        return "mysql." in self.code

    @property
    def needs_sqlalchemy(self) -> bool:
        """Tell whether a type, or a table, is named."""
        return self.needs_guard or _SQLALCHEMY.search(self.code) is not None

    @property
    def needs_guard(self) -> bool:
        """Tell whether rows may stand in the way."""
        return "stop_if_any(" in self.code


@dataclass(frozen=True, slots=True)
class Revisions:
    """What a project that builds upon ``applied`` has beside its other files."""

    applied: Applied | None
    new: tuple[RevisionView, ...] = ()
    warnings: tuple[Warn, ...] = ()


def revisions(facts: Facts, applied: Applied | None) -> Revisions:
    """Return the revisions of a project; without anything applied, there is only the first.

    Raises:
        RefusedError: what is different cannot become a revision that follows the others.

    """
    if applied is None or not applied.heads:
        return Revisions(None)
    before = Facts(applied.spec)
    was, now = before.spec.database, facts.spec.database
    if was is not now:
        return Revisions(None, warnings=(_begins_anew(applied, facts),))
    # few runs add to what was applied before
    from agent.emitter.difference import difference  # noqa: PLC0415 - see above
    from agent.emitter.losses import losses  # noqa: PLC0415 - the same
    from agent.emitter.revision import steps  # noqa: PLC0415 - the same
    from agent.emitter.tables import tables_of  # noqa: PLC0415 - the same

    old, new = tables_of(before), tables_of(facts)
    up = difference(old, new, now)
    if up.is_empty:
        return Revisions(applied)
    if len(applied.heads) > 1:
        raise _refused(
            "several-heads",
            f"the tables change, and the revisions in {FOLDER} end in more than one:"
            f" {', '.join(applied.heads)}. Bring them together first: alembic merge heads",
        )
    upgrade = steps(up, now, facts.enums)
    downgrade = steps(difference(new, old, now), now, before.enums)
    view = _view(applied, up, upgrade, downgrade)
    return Revisions(applied, (view,), tuple(losses(up, upgrade, view.path)))


def _begins_anew(applied: Applied, facts: Facts) -> Warn:
    was, now = applied.spec.database.value, facts.spec.database.value
    if applied.others:
        raise _refused(
            "database-changed",
            f"the database changes from {was} to {now}, so the revisions begin anew, and people "
            f"made or changed some: {', '.join(applied.others)}. Move them away first, or choose "
            "another folder",
        )
    return Warn(
        code="new-first-revision",
        message=f"the database changes from {was} to {now}: the revisions begin anew with "
        f"{FIRST}, for an empty database. Rows are not carried over.",
    )


def _view(applied: Applied, up: Difference, upgrade: Steps, downgrade: Steps) -> RevisionView:
    tables = [t.name for t in (*up.created, *up.dropped)] + [pair.new.name for pair in up.altered]
    changed = list(dict.fromkeys(tables))
    numbers = [int(each[0].rstrip("_")) for each in map(_NUMBER.match, applied.taken) if each]
    identifier = f"{max(numbers, default=0) + 1:04}"
    slug = "_".join(re.sub("[^a-z0-9]+", "_", name.lower()).strip("_") for name in changed[:_NAMED])
    slug = f"{slug}_and_more" if len(changed) > _NAMED else slug
    slug = slug.strip("_") if len(slug) < _LONGEST else "changes"
    code = "\n".join((*upgrade.lines, *downgrade.lines))
    return RevisionView(
        file=f"{identifier}_{slug or 'changes'}",
        identifier=identifier,
        follows=applied.heads[0],
        title=f"Changes of {', '.join(changed)}",
        imports=tuple(line for used, line in _IMPORTS if used in code),
        upgrade=upgrade.lines,
        downgrade=downgrade.lines,
    )


def _refused(code: str, message: str) -> RefusedError:
    return RefusedError([Fault(code=code, message=message)])

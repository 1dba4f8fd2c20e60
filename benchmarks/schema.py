"""What does a large schema look like in SQL? Tables of five kinds in turn, the same each time.

``python -m benchmarks.schema 100`` prints one. A thing, a tree of its own rows, a pair of two
others whose key is both, a step with states and a unique pair of columns, a line of such a pair
with checks and a long name: references to the table before, and to a few that many know.
"""

from __future__ import annotations

import sys
from itertools import chain

NOUNS = ("account", "batch", "carrier", "device", "estate", "fleet", "grant", "invoice", "journal")
KINDS = 5
KNOWN = 7
"""Each so many tables begins with one that the next ones refer to."""


def schema(tables: int) -> str:
    """Return PostgreSQL statements for as many tables; 371 of them have 762 foreign keys."""
    states = (
        f"CREATE TYPE {noun}_state AS ENUM ('draft', 'open', '{noun}_held', 'closed');"
        for noun in NOUNS
    )
    return "\n\n".join(chain(states, map(_table, range(tables)))) + "\n"


def _table(number: int) -> str:
    kind = (_thing, _tree, _pair, _step, _line)[number % KINDS]
    lines = [*kind(number), "created_at timestamptz NOT NULL DEFAULT now()"]
    if not number % 17:
        lines.append(f"reviewed_in bigint {_to(0)}")
    body = ",\n".join(f"    {line}" for line in lines)
    table = f"CREATE TABLE {_name(number)} (\n{body}\n);"
    if kind is not _step:
        return table
    return f"{table}\nCREATE INDEX ON {_name(number)} (state, due_on);"


def _name(number: int) -> str:
    return f"{NOUNS[number % len(NOUNS)]}_{number}"


def _to(number: int, deleted: str = "") -> str:
    return f"REFERENCES {_name(number)} (id){deleted}"


def _known(number: int) -> int:
    """Return a table with an ``id`` of its own, which some others refer to as well."""
    return max(number - 1, 0) // (KINDS * KNOWN) * KINDS * KNOWN


def _before(number: int) -> int:
    """Return the thing that came last."""
    return max(number - 1, 0) // KINDS * KINDS


def _thing(number: int) -> list[str]:
    return [
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "code varchar(40) NOT NULL UNIQUE",
        "name varchar(120) NOT NULL",
        "price numeric(12, 2) NOT NULL DEFAULT 0 CHECK (price >= 0)",
        "note text",
        *([f"main_id bigint NOT NULL {_to(_known(number))}"] if number else []),
        *([f"former_id bigint {_to(_before(number))}"] if number else []),
    ]


def _tree(number: int) -> list[str]:
    return [
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "label varchar(80) NOT NULL",
        "is_active boolean NOT NULL DEFAULT true",
        f"parent_id bigint {_to(number, ' ON DELETE SET NULL')}",
        f"thing_id bigint NOT NULL {_to(_before(number), ' ON DELETE CASCADE')}",
    ]


def _pair(number: int) -> list[str]:
    return [
        f"left_id bigint NOT NULL {_to(_before(number), ' ON DELETE CASCADE')}",
        f"right_id bigint NOT NULL {_to(number - 1)}",
        "position integer NOT NULL DEFAULT 0",
        "weight double precision",
        "PRIMARY KEY (left_id, right_id)",
    ]


def _step(number: int) -> list[str]:
    noun = NOUNS[number % len(NOUNS)]
    return [
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        f"state {noun}_state NOT NULL DEFAULT 'draft'",
        "number integer NOT NULL",
        "due_on date",
        f"thing_id bigint NOT NULL {_to(_before(number), ' ON DELETE CASCADE')}",
        f"tree_id bigint {_to(number - 2)}",
        "UNIQUE (thing_id, number)",
    ]


def _line(number: int) -> list[str]:
    return [
        "id uuid PRIMARY KEY",
        "quantity integer NOT NULL DEFAULT 1 CHECK (quantity BETWEEN 1 AND 1000)",
        "outstanding_confirmations integer NOT NULL DEFAULT 0",
        "starts_at timestamptz NOT NULL",
        "ends_at timestamptz",
        "left_id bigint NOT NULL",
        "right_id bigint NOT NULL",
        f"step_id bigint NOT NULL {_to(number - 1, ' ON DELETE CASCADE')}",
        f"FOREIGN KEY (left_id, right_id) REFERENCES {_name(number - 2)} (left_id, right_id)",
        "CHECK (ends_at > starts_at)",
    ]


if __name__ == "__main__":
    sys.stdout.write(schema(int(sys.argv[1])))

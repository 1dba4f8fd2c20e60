"""What is said of an index, a key or a check that the project does not get? What stands instead."""

from __future__ import annotations


def index_left_out(what: str, problem: str, *, unique: bool) -> str:
    """Return the message of an index or a unique rule, which is left out because of a problem."""
    instead = (
        "nothing keeps such rows from being stored twice" if unique else "searches do without it"
    )
    return f"{what}: {problem}. It is left out; {instead}, unless you add it to model and migration"


def check_left_out(what: str, rule: str, problem: str, *, bounded: list[str]) -> str:
    """Return the message of a check that is said in no other way; ``bounded`` keep a part of it."""
    instead = "nothing checks it"
    if bounded:
        instead = f"requests keep the bounds of {', '.join(bounded)}, other programs need not"
    told = f"{what}: {rule}: {problem}"
    return f"{told}. It is left out; {instead}, unless you add it to model and migration"

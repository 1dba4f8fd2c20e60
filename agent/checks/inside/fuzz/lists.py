"""Do lists tell the truth, and how often do they ask the database? Compares pages of a few rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.checks.inside.fuzz.listing import PAGES, List, page_sizes
from agent.checks.inside.fuzz.queries import queries
from agent.checks.inside.fuzz.resources import words

if TYPE_CHECKING:
    from agent.checks.inside.fuzz.listing import Page
    from agent.checks.inside.fuzz.resources import Resource
    from agent.checks.inside.fuzz.session import Session
    from agent.checks.inside.fuzz.world import World

MORE_ROWS = 3
ENOUGH = 2


def lists(session: Session, world: World) -> None:
    """Look at the list of everything, before and after there are more rows."""
    for resource in world.resources:
        listing = session.contract.at("GET", resource.create.path)
        if listing is None or not resource.rows:
            continue
        for user in (*reversed(session.elevated), *session.ordinary[:1], None):
            each = List(session, listing, user, world.path_of(listing.path, user))
            few = each.page({})
            if few is not None:
                _look(world, resource, each, few)
                break


def _look(world: World, resource: Resource, listed: List, few: Page) -> None:
    operation = listed.operation
    # Rows with parents of their own: what many share is asked for only once.
    for _ in range(MORE_ROWS):
        world.another(resource)
    many = listed.page({})
    if many is None:
        return
    more = len(many.items) - len(few.items)
    if more >= ENOUGH and many.statements - few.statements >= more:
        message = (
            f"{len(few.items)} rows take {few.statements} statements, "
            f"{len(many.items)} take {many.statements}: one for each row"
        )
        listed.found(message, many, "one statement for each row")
    size = next(page_sizes(listed.session.contract, operation), None)
    usual = operation.in_query[size].get("default") if size else None
    whole = isinstance(usual, int) and len(many.items) < usual
    if many.total is not None and (
        many.total < len(many.items) or (whole and many.total != len(many.items))
    ):
        message = f"the total says {many.total}, and {len(many.items)} are all that are shown"
        listed.found(message, many, "a wrong total")
    if size is not None and len(many.items) >= ENOUGH:
        _pages(listed, many, size)
    if many.items:
        queries(listed, many.items)


def _pages(listed: List, many: Page, size: str) -> None:
    """Ask for pages of one row."""
    first = listed.page({size: 1})
    if first is None:
        return
    if len(first.items) > 1:
        message = f"{size}=1, and {len(first.items)} are shown"
        listed.found(message, first, "a page of another size")
    if first.total != many.total:
        message = f"{size}=1 makes the total {first.total}, otherwise it is {many.total}"
        listed.found(message, first, "a wrong total")
    number = next((name for name in listed.operation.in_query if words(name) in PAGES), None)
    if number is None:
        return
    second = listed.page({size: 1, number: 2})
    if second is not None and second.items == first.items:
        listed.found(f"{number}=2 shows the same as {number}=1", second, "the same page again")

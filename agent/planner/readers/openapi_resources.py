"""Which things does a document keep? Those that its operations list, read, create, change, delete.

A resource is found by its paths: a collection, and the rows in it. What it is called stands in the
name of the schema that shows it (without what only says for what the schema is), else in the path.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_keys import composite_keys
from agent.planner.readers.openapi_paths import Way, folded, one_of, way
from agent.planner.readers.openapi_rows import Rows, rows_of
from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_paths import Run
    from agent.planner.readers.openapi_schemas import Shape, Shapes

K = OperationKind
_AFFIX = re.compile(
    r"(?:(?:Fields|Request|Response|Requests|Body|Payload|Inputs?|Outputs?|DTO|Dto|Create|Created"
    r"|Creation|Updates?|Updated|Patch|Patched|Base|Read|Write|Details?|Info|View|Model|Entity|Schema"
    r"|Data|Resource|Summary|List|Public|Item|In|Out|Object|Ref|Reference|Short|Brief|Mini|Result|Props|Attributes|Params)|_+)$"
)
_PREFIX = re.compile(
    r"^(?:New|Create|Update|Patched|Patch|Add|Edit|Upsert|Get|Post|Put|Api|Base)(?=[A-Z_])_?"
)
_KINDS = {
    ("get", False): K.LIST,
    ("get", True): K.READ,
    ("post", False): K.CREATE,
    ("put", True): K.REPLACE,
    ("patch", True): K.UPDATE,
    ("delete", True): K.DELETE,
}
_TOLD = frozenset({"error", "errors", "message", "msg", "ok", "success"})
"""What an answer tells of a request, and no row has."""
_STATES = frozenset({"code", "status", "statuscode", "timestamp"})
_PROBLEM = re.compile(r"error|problem|fault|exception|message|health|status|token", re.IGNORECASE)


@dataclass(slots=True)
class Resource:
    """One thing that is kept, and all that shows or changes it."""

    key: str
    name: str
    shown: list[Shape] = field(default_factory=list)
    sent: list[tuple[OperationKind, Shape]] = field(default_factory=list)


@dataclass(slots=True)
class Use:
    """What one operation does with a resource."""

    call: Call
    way: Way
    given: Rows | None
    answered: Rows | None
    kind: OperationKind = K.CUSTOM
    resource: str | None = None
    why: str = ""


@dataclass(slots=True)
class Found:
    """The resources of a document by key, and what each operation does."""

    resources: dict[str, Resource]
    uses: list[Use]
    collections: dict[str, str]
    keys: dict[Run, tuple[str, ...]]


def find(shapes: Shapes, calls: Iterable[Call]) -> Found:
    """Return what a document keeps, and what its operations do with it."""
    uses = [
        Use(
            call,
            way(call.path, call.method),
            rows_of(shapes, call.body),
            rows_of(shapes, call.answer),
        )
        for call in calls
    ]
    keys = composite_keys(shapes, uses)
    for use in uses:
        _guess(use, keys)
    kinds: dict[str, set[OperationKind]] = {}
    for use in uses:
        kinds.setdefault(use.way.collection, set()).add(use.kind)
    chosen: dict[str, tuple[int, Shape]] = {}
    called: dict[str, set[str]] = {}
    for use in uses:
        place = use.way.collection
        for rank, shape in _evidence(use, kinds[place] - {K.CUSTOM}):
            called.setdefault(place, set()).update(_stems(use))
            if place not in chosen or rank < chosen[place][0]:
                chosen[place] = (rank, shape)
    stems = Counter(stem for name in _component_names(uses) for stem in stems_of(name))
    resources: dict[str, Resource] = {}
    collections: dict[str, str] = {}
    for use in uses:
        place = use.way.collection
        if place in collections or place not in chosen:
            continue
        shape = chosen[place][1]
        name = _named(shape, use.way.noun, stems, called[place])
        key = folded(name)
        if not key or (_PROBLEM.search(name) and folded(name) != one_of(use.way.noun)):
            continue
        resources.setdefault(key, Resource(key, name))
        collections[place] = key
    for use in uses:
        _settle(use, resources, collections, chosen)
    return Found(resources, uses, collections, keys)


def _shows(one: Shape, row: Shape) -> bool:
    """Tell whether an object shows a row, and not only what became of it."""
    rest = one.properties.keys() - row.properties.keys()
    return overlap(one, row) and not any(folded(wire) in _TOLD for wire in rest)


def _component_names(uses: list[Use]) -> set[str]:
    found = (rows.shape.name for use in uses for rows in (use.given, use.answered) if rows)
    return {name for name in found if name}


def _guess(use: Use, keys: Mapping[Run, tuple[str, ...]]) -> None:
    """Say what an operation looks like by its method, its path and its bodies.

    ``keys`` are the runs of several parameters that stand for one row.
    """
    call, is_item = use.call, bool(use.way.slots)
    kind = _KINDS.get((call.method, is_item), K.CUSTOM)
    if call.method == "post" and is_item and use.given and use.answered:
        kind = K.UPDATE  # of interfaces that know no other methods
    if not use.way.is_plain or any(len(run[1]) > 1 and run not in keys for run in use.way.runs):
        use.why = "its path is not made of names and rows in turn"
        return
    for media, what in ((call.body, "takes"), (call.answer, "answers with")):
        if media is not None and not media.is_json:
            use.why = f"it {what} {media.type}"
            return
    has_rows = {
        K.LIST: bool(use.answered and use.answered.many),
        K.READ: bool(use.answered and not use.answered.many),
        K.CREATE: bool(use.given and not use.given.many),
        K.REPLACE: bool(use.given and not use.given.many),
        K.UPDATE: bool(use.given and not use.given.many),
        K.DELETE: call.body is None,
    }
    if kind is not K.CUSTOM and has_rows[kind]:
        use.kind = kind
    else:
        use.why = "no body of it says which rows it is about"


def _evidence(use: Use, kinds: set[OperationKind]) -> list[tuple[int, Shape]]:
    """Return the shapes that may be the resource's own, the surest with the lowest rank.

    ``kinds`` are those of all operations under its path. A body alone keeps nothing: what is sent
    to log in, or to start something, is no row.
    """
    answered = use.answered.shape if use.answered else None
    given = use.given.shape if use.given else None
    if answered is not None and use.kind in {K.READ, K.LIST}:
        return [(0 if use.kind is K.READ else 1, answered)]
    if given is None or use.kind is K.CUSTOM:
        return []
    is_row = answered is not None and overlap(answered, given)
    is_alone = kinds == {use.kind}
    if use.kind is not K.CREATE and not is_alone and not _is_of_another(use, given):
        return [(4, answered if is_row and answered else given)]
    if use.kind is K.CREATE and is_row and answered:
        return [(2, answered)]
    if use.kind is K.CREATE and (not is_alone or _is_kept(use)):
        return [(3, given)]
    return []


def _is_kept(use: Use) -> bool:
    """Tell whether what is sent is one more of those that the path names."""
    word = folded(use.way.noun)
    return names.singular(word) != word and is_note(use.answered)


def _is_of_another(use: Use, given: Shape) -> bool:
    """Tell whether a body is called like a row above the one that its path ends with."""
    called = {folded(stem) for stem in stems_of(given.name or "")}
    above = {one_of(collection.rsplit("/", 1)[-1]) for collection, _ in use.way.above}
    return bool(called & above) and one_of(use.way.noun) not in called


def is_note(answered: Rows | None) -> bool:
    """Tell whether an answer says no more than that it is done, and for which row."""
    wires = answered.shape.properties if answered else {}
    return all(folded(wire).endswith("id") or folded(wire) in _TOLD | _STATES for wire in wires)


def overlap(one: Shape, other: Shape) -> bool:
    """Tell whether two objects have most of their parts in common."""
    if one.pointer == other.pointer:
        return True
    mine, theirs = set(one.properties), set(other.properties)
    return len(mine & theirs) * 2 >= min(len(mine), len(theirs)) > 0


def stems_of(name: str) -> list[str]:
    """Return a schema's name, and what is left of it as what says only for what it is goes.

    ``OrderItemCreate`` may be of an ``OrderItem``, or an item of an ``Order``.
    """
    found = [name.rsplit(".", 1)[-1]]
    while (shorter := _PREFIX.sub("", _AFFIX.sub("", found[-1]))) not in {"", found[-1]}:
        found.append(shorter)
    return found


def _stems(use: Use) -> set[str]:
    """Return what the schemas of an operation may be called."""
    found = (rows.shape.name for rows in (use.given, use.answered) if rows)
    return {stem for name in found if name for stem in stems_of(name)}


def _named(shape: Shape, noun: str, stems: Counter[str], called: set[str]) -> str:
    """Return what a resource is called; ``called`` are the names of all schemas under its path."""
    one = one_of(noun)
    if name := next((name for name in sorted(called) if folded(name) == one), None):
        return name
    if shape.name is None:
        return (
            names.pascal(
                "_".join(
                    names.ascii_words(noun)[:-1]
                    + [names.singular(word) for word in names.ascii_words(noun)[-1:]]
                )
            )
            if noun
            else ""
        )
    own, *others = stems_of(shape.name)
    return next((other for other in others if stems[other] > 1), own)


def _settle(
    use: Use,
    resources: dict[str, Resource],
    collections: dict[str, str],
    chosen: dict[str, tuple[int, Shape]],
) -> None:
    """Say which resource an operation is about, and whether it is what it looks like."""
    key = collections.get(use.way.collection)
    if use.kind is K.CUSTOM:
        return
    if key is None:
        use.kind, use.why = K.CUSTOM, "nothing says that rows are kept under its path"
        return
    resource = resources[key]
    use.resource = key
    own = chosen[use.way.collection][1]
    if use.answered and (use.kind in {K.LIST, K.READ} or _shows(use.answered.shape, own)):
        resource.shown.append(use.answered.shape)
    if use.given:
        resource.sent.append((use.kind, use.given.shape))

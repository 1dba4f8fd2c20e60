"""How much of a case was read rightly? What was found and what is labelled, as counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.contract import read_input
from agent.errors import QuestionError, RefusedError
from agent.planner.plan import plan
from agent.planner.readers import prose
from agent.planner.readers.prose_text import Piece
from agent.types import RelationKind

if TYPE_CHECKING:
    from agent.types import BackendSpec
    from evals.cases import Case, Link, Names

KINDS = ("entities", "fields", "relations", "permissions")
_SIGNS = {
    RelationKind.MANY_TO_ONE: "->",
    RelationKind.MANY_TO_MANY: "<->",
    RelationKind.ONE_TO_ONE: "1-1",
}
_ADMIN = "admin"


@dataclass(slots=True)
class Count:
    """How many were labelled, how many found, and how many of these are right."""

    labelled: int = 0
    found: int = 0
    right: int = 0

    def add(self, other: Count) -> None:
        """Add another count to this one."""
        self.labelled += other.labelled
        self.found += other.found
        self.right += other.right

    @property
    def precision(self) -> float:
        """Return the share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what is labelled that was found."""
        return self.right / self.labelled if self.labelled else 1.0


@dataclass(slots=True)
class Score:
    """What became of a case; ``wrong`` names what differs, where it was accepted."""

    case: Case
    accepted: bool
    reason: str = ""
    counts: dict[str, Count] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def score(case: Case) -> Score:
    """Read a case and compare. Accepted is what is planned to the end."""
    request = {"type": "architecture", "framework": "fastapi", "description": case.text}
    try:
        plan(read_input({"request": request})[0])
    except QuestionError as error:
        return Score(case, accepted=False, reason=error.questions[0].text)
    except RefusedError as error:
        return Score(case, accepted=False, reason=error.faults[0].message)
    # what was read, without keys, timestamps and accounts
    spec = prose.read([Piece("/request/description", case.text)]).spec
    found = Score(case, accepted=True)
    if not case.refuse:
        _entities(found, spec)
        _relations(found, spec)
        _permissions(found, spec)
    return found


def _meant(case: Case, name: str) -> Names:
    """Return the label that a found name stands for."""
    return next((names for names, _ in case.entities if name in names), frozenset({name}))


def _entities(found: Score, spec: BackendSpec) -> None:
    entities, fields = Count(), Count()
    named = {_meant(found.case, entity.name): entity for entity in spec.entities}
    for names, labelled in found.case.entities:
        entity = named.pop(names, None)
        entities.add(Count(1, int(entity is not None), int(entity is not None)))
        have = [attribute.name for attribute in entity.attributes] if entity else []
        right = sum(any(name in one for name in have) for one in labelled)
        fields.add(Count(len(labelled), len(have), right))
        missing = ["|".join(one) for one in labelled if not any(name in one for name in have)]
        extra = [name for name in have if not any(name in one for one in labelled)]
        _differ(found, "|".join(sorted(names)), missing, extra, absent=entity is None)
    for entity in named.values():
        entities.add(Count(0, 1, 0))
        fields.add(Count(0, len(entity.attributes), 0))
        found.wrong.append(f"{entity.name} is too much")
    found.counts |= {"entities": entities, "fields": fields}


def _differ(found: Score, name: str, missing: list[str], extra: list[str], *, absent: bool) -> None:
    if absent:
        found.wrong.append(f"{name} is missing")
        return
    found.wrong += [f"{name}.{each} is missing" for each in missing]
    found.wrong += [f"{name}.{each} is too much" for each in extra]


def _relations(found: Score, spec: BackendSpec) -> None:
    have = [
        (entity.name, _SIGNS[relation.kind], relation.target)
        for entity in spec.entities
        for relation in entity.relations
    ]
    count = Count(len(found.case.relations), len(have), 0)
    rest = list(have)
    for alternatives in found.case.relations:
        fitting = next((one for one in rest if any(_fits(one, a) for a in alternatives)), None)
        if fitting:
            rest.remove(fitting)
            count.right += 1
        else:
            first = alternatives[0]
            label = f"{'|'.join(first.left)} {first.kind} {'|'.join(first.right)}"
            found.wrong.append(f"{label} is missing")
    # one pair may be labelled once and be there twice: "reported by" and "assigned to" a user
    for one in list(rest):
        if any(_fits(one, a) for alternatives in found.case.relations for a in alternatives):
            rest.remove(one)
            count.found -= 1
    found.wrong += [f"{' '.join(one)} is too much" for one in rest]
    found.counts["relations"] = count


def _fits(one: tuple[str, str, str], label: Link) -> bool:
    left, kind, right = one
    if kind != label.kind:
        return False
    straight = left in label.left and right in label.right
    turned = left in label.right and right in label.left
    return straight or (turned and kind != "->")


def _permissions(found: Score, spec: BackendSpec) -> None:
    have = [
        (action, entity.name, who)
        for entity in spec.entities
        for action, people in entity.access
        for who in people or ()
    ]
    labels = found.case.grants
    every = any("*" in label.entity for label in labels)
    count = Count()
    for label in labels:
        fitting = [
            one for one in have
            if one[0] == label.action and one[2] in label.who
            and ("*" in label.entity or one[1] in label.entity)
        ]  # fmt: skip
        wanted = len(spec.entities) if "*" in label.entity else 1
        count.labelled += wanted
        count.right += min(len(fitting), wanted)
        count.found += min(len(fitting), wanted)
        have = [one for one in have if one not in fitting]
        if len(fitting) < wanted:
            found.wrong.append(f"{label.action} {'|'.join(label.entity)} is missing")
    # an admin may do everything, said or not
    rest = [one for one in have if one[2] != _ADMIN] if not every else []
    count.found += len(rest)
    found.wrong += [f"{who} may {action} {entity}: too much" for action, entity, who in rest]
    found.counts["permissions"] = count

"""What do odd values get? Every field of every body, query, header and path gets some.

Fields are tried together. An answer that refuses the request and names a field has settled that
field; what is not settled is tried alone, with everything else right, so that it decides.
"""

from __future__ import annotations

import re
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.parts import Parts
from agent.checks.inside.fuzz.samples import another
from agent.checks.inside.fuzz.session import fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.parts import Names, Part
    from agent.checks.inside.fuzz.samples import Sample
    from agent.checks.inside.fuzz.session import Session
    from agent.checks.inside.fuzz.world import World

INVALID = {400, 422}
SERVER_ERROR = 500
# "price", "body.price", "/shop/name", "items[0].price"; not a sentence
PLACE = re.compile(r"[./]?[\w$-]+(?:[./\[\]]+[\w$-]+)*\]?")
WORD = re.compile(r"[\w$-]+")
PARTS = ("body", "query", "path", "header")
DEEPEST = 8


def fields(session: Session, world: World) -> None:
    """Try the fields of every operation."""
    parts = Parts(session, world)
    seen: set[str] = set()
    for operation in session.contract.operations:
        for part in parts.of(operation):
            # What a schema refuses is asked in full where it stands first, and once elsewhere.
            rounds = 1 if part.shared in seen else None
            for values in islice(_rounds(part, wrong=True), rounds):
                _refused(session, part, values)
            for values in _rounds(part, wrong=False):
                _taken(session, part, values)
            if part.shared is not None and part.fields:
                seen.add(part.shared)


def _rounds(part: Part, *, wrong: bool) -> Iterator[dict[Names, Sample]]:
    """Give the first value of each field, then the second of each, and so on."""
    lists = [each.wrong if wrong else each.right for each in part.fields.values()]
    for values in zip_longest(*lists):
        given = zip(part.fields, values, strict=True)
        yield {names: value for names, value in given if value is not None}


def _refused(session: Session, part: Part, values: dict[Names, Sample]) -> None:
    """Send values that have to be refused."""
    given = {names: each.value for names, each in values.items()}
    answer = part.send(given, new=len(given) == 1)
    if len(values) == 1:
        _judge(session, part, values, answer)
        return
    if answer.status_code in INVALID:
        named = blamed(data(answer))
        values = {names: each for names, each in values.items() if names[-1] not in named}
    elif not fine(answer) and answer.status_code < SERVER_ERROR:
        return  # it is not the values that are refused
    for names, each in values.items():
        _judge(session, part, {names: each}, part.send({names: each.value}))


def _judge(session: Session, part: Part, values: dict[Names, Sample], answer: Response) -> None:
    if not fine(answer):
        return
    for names, each in values.items():
        if each.wrong is None:
            continue
        message = (
            f"{'.'.join(names) or 'the body'}: {each.wrong}: it answers {answer.status_code}, "
            "a refusal is expected"
        )
        session.judge.found(part.operation, message, answer, kind=each.kind)


def _taken(session: Session, part: Part, values: dict[Names, Sample]) -> None:
    """Send values that may be taken; without those that are refused, so that the rest gets on."""
    number = session.next()
    given = {names: another(each.value, number) for names, each in values.items()}
    answer = part.send(given)
    if answer.status_code not in INVALID:
        return
    named = blamed(data(answer))
    rest = {names: value for names, value in given.items() if not names or names[-1] not in named}
    if 0 < len(rest) < len(given):
        part.send(rest)


def blamed(node: Any, depth: int = 0) -> set[str]:  # noqa: ANN401 - any JSON
    """Give the words of an answer that may name fields: where its texts are places, no sentences.

    Keys do not count: they may be those of what was sent.
    """
    if isinstance(node, str):
        return set(WORD.findall(node)) if PLACE.fullmatch(node) else set()
    if depth > DEEPEST or not isinstance(node, dict | list):
        return set()
    inner = list(node.values()) if isinstance(node, dict) else node
    if len(inner) > 1 and inner[0] in PARTS:
        inner = inner[1:]  # FastAPI's own: ["body", "price"]
    return set(chain.from_iterable(blamed(each, depth + 1) for each in inner))

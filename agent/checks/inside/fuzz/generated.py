"""What do valid and invalid requests get, whoever asks? Schemathesis makes them, from the schema.

Its coverage phase goes through the limits of each field in turn, the same every time; of these a
few are taken for each operation, of every kind some. About half of them name real rows.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from schemathesis.generation.coverage import GenerationSession
from schemathesis.generation.meta import CoverageScenario
from schemathesis.generation.modes import GenerationMode

from agent.checks.inside.fuzz.contract import OURS
from agent.checks.inside.fuzz.session import fine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case

    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.session import Session, User
    from agent.checks.inside.fuzz.world import World

MOST_CASES = 400
POSITIVE, NEGATIVE = 3, 6
AHEAD = 4
LONGEST_ERROR = 300
LEFT_OUT = {
    CoverageScenario.UNSUPPORTED_CONTENT_TYPE,
    CoverageScenario.MALFORMED_CONTENT_TYPE,
    # we sign in ourselves; what happens without a token is asked for each operation before
    "Authorization",
}


def requests(session: Session, world: World) -> None:
    """Send some of the generated requests of every operation."""
    # While one request is on its way, the next ones are made and the last answers looked at.
    waiting: deque[tuple[Operation, Case[Any], Future[Response]]] = deque()
    with ThreadPoolExecutor(1) as way:
        for operation, case, user in _made(session, world):
            token = user.token if user else None
            waiting.append((operation, case, way.submit(session.client.send, case, token)))
            if len(waiting) > AHEAD:
                _look(session, world, *waiting.popleft())
        while waiting:
            _look(session, world, *waiting.popleft())


def _made(session: Session, world: World) -> Iterator[tuple[Operation, Case[Any], User | None]]:
    memory = GenerationSession()
    for operation in session.contract.operations:
        try:
            cases = some(operation, memory)
        except Exception as error:  # noqa: BLE001 - the others are still to be made
            said = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
            session.notes.append(f"no requests could be made for {operation.label}: {said}")
            continue
        for at, case in enumerate(cases):
            user = _sender(session, operation, at)
            if at % 2 == 0:
                _with_real_rows(case, operation, world, user)
            yield operation, case, user


def _look(
    session: Session,
    world: World,
    operation: Operation,
    case: Case[Any],
    coming: Future[Response],
) -> None:
    response = coming.result()
    session.note(operation, response)
    session.judge.look(operation, case, response, generated=True)
    if case.method == "DELETE" and fine(response):
        _forget(operation, world, case)


def _sender(session: Session, operation: Operation, at: int) -> User | None:
    """Let those with most rights send most, so that it is the data that decides."""
    if not operation.secured or not session.users:
        return None
    users = [*session.elevated, session.ordinary[0], *session.elevated, *session.ordinary]
    return users[at % len(users)]


def some(operation: Operation, memory: GenerationSession) -> list[Case[Any]]:
    """Take cases of every kind in turn, up to a number of positive and negative ones."""
    kinds: dict[bool, dict[Any, list[Case[Any]]]] = {True: {}, False: {}}
    config = operation.raw.schema.config.generation
    cases = operation.raw.schema.iter_coverage_cases(
        operation.raw,
        generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
        generation_config=config,
        extra_data_source=None,
        error_feedback=None,
        session=memory,
    )
    for _, case in zip(range(MOST_CASES), cases, strict=False):
        meta = case.meta
        scenario = meta.phase.data.scenario
        if (
            scenario in LEFT_OUT
            or meta.phase.data.parameter in LEFT_OUT
            or f"'{OURS}" in (meta.phase.data.description or "")
        ):
            continue
        kind = (scenario, meta.phase.data.parameter)
        kinds[meta.generation.mode.is_positive].setdefault(kind, []).append(case)
    return [*_in_turn(kinds[True].values())[:POSITIVE], *_in_turn(kinds[False].values())[:NEGATIVE]]


def _in_turn(lists: Iterable[list[Case[Any]]]) -> list[Case[Any]]:
    return [case for case in chain.from_iterable(zip_longest(*lists)) if case is not None]


def _with_real_rows(case: Case[Any], operation: Operation, world: World, user: User | None) -> None:
    """Let a case name rows that are there, except where that would mend what is wrong with it."""
    meta = case.meta
    positive = meta is None or meta.generation.mode.is_positive
    wrong = None if positive or meta is None else meta.phase.data.parameter_location
    place = None if wrong is None else wrong.name.lower()
    if place != "path" and operation.in_path:
        object.__setattr__(case, "path_parameters", world.path_of(operation.path, user))
    if positive and isinstance(case.body, dict):
        real = world.body_of(operation, user)
        if isinstance(real, dict):
            fields = world.values.properties(operation.body)
            sent = {
                name: real[name]
                for name in case.body
                if name in real and world.refers(operation, name, fields.get(name, {}))
            }
            object.__setattr__(case, "body", {**case.body, **sent})
    if positive:
        for name, schema in operation.in_query.items():
            value = world.referred(name, schema, user) if name in (case.query or {}) else None
            if value is not None:
                case.query[name] = value


def _forget(operation: Operation, world: World, case: Case[Any]) -> None:
    resource = world.at(operation.path)
    if resource is not None:
        resource.rows = [row for row in resource.rows if row.path != case.path_parameters]

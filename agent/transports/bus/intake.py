"""What becomes of a message that came? A task, an answer, a cancellation, or a letter back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from agent.contract import to_wire
from agent.documents import Fault, Refusal
from agent.errors import RefusedError
from agent.service.database import REFUSING
from agent.service.telling import PROGRESSED
from agent.service.working import told
from agent.transports.bus.envelopes import CONTENT_TYPES, Event, Kind, UnreadableError, read, write
from agent.transports.bus.wire import LOG, Letter

if TYPE_CHECKING:
    from agent.service.service import Service
    from agent.transports.bus.envelopes import Received
    from agent.transports.bus.names import Names

REJECTED = "agent.task.rejected"
_CALLER = 64
"""Characters of a caller, as tasks are kept."""
_REASON = 500


class Intake:
    """Takes what comes. What one source sent nobody else may answer, or call off."""

    def __init__(self, service: Service, names: Names) -> None:
        """Take the service, and the names on the bus."""
        self._service = service
        self._names = names

    async def take(self, body: bytes) -> Letter | None:
        """Do what a message says; once this returns, and the letter is sent, it is done with.

        A message may come twice: it has the same effect once.

        Returns:
            What is to be sent first: a refusal, or what cannot be read, with the reason.

        Raises:
            REFUSING: the database does not take it now.

        """
        try:
            received = read(body)
        except UnreadableError as error:
            return self._dead(body, error.code, str(error))
        if received.expires is not None and received.expires < datetime.now(UTC):
            return self._dead(body, "expired", "the message came after its ttl")
        try:
            await self._do(received)
        except RefusedError as error:
            return self._refusal(received, error)
        except REFUSING:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not come again for ever
            return self._dead(body, "internal", f"a fault of our own, please report it: {error!r}")
        return None

    async def _do(self, received: Received) -> None:
        if received.kind is Kind.REQUESTED:
            await self._submit(received)
            return
        caller = caller_of(received.origin.source)
        task = await self._service.tasks.get(received.task, caller)
        if task is None:
            message = f"there is no task {received.task!r} of {received.origin.source}"
            raise RefusedError([Fault(code="task", message=message)])
        if received.kind is Kind.ANSWERED:
            await self._service.answer(task, _answers(received.data), key=received.id)
        elif received.kind is Kind.CANCEL:
            await self._service.cancel(task)

    async def _submit(self, received: Received) -> None:
        submitted = await self._service.submit(
            json.dumps(received.data),
            caller_of(received.origin.source),
            received.origin,
            key=received.id,
        )
        warnings = [each.model_dump(mode="json") for each in submitted.warnings]
        accepted = {"event": "task-accepted", "warnings": warnings}
        # told also of a task that is there: who was to tell may have been gone before
        first = replace(submitted.task, turn=0)
        await self._service.messages.send(first, [told(first, PROGRESSED, accepted, "accepted")])

    def _refusal(self, received: Received, error: RefusedError) -> Letter:
        """Return the answer to a message that is refused, and of which nothing is kept.

        Where it is about a task that there is, that task goes on: so the answer names no task, and
        belongs to the message alone.
        """
        origin = received.origin
        if received.kind is not Kind.REQUESTED:
            origin = replace(origin, correlation=received.id)
        name = f"{origin.source}/{received.id}/refused"
        event = Event(
            id=str(uuid5(NAMESPACE_URL, name)),
            kind=REJECTED,
            at=datetime.now(UTC),
            data=to_wire(Refusal(errors=error.faults)),
        )
        return Letter(
            event.id,
            self._names.events,
            write(event, origin),
            CONTENT_TYPES[origin.wire],
            self._names.reply(origin.reply_to),
        )

    def _dead(self, body: bytes, code: str, reason: str) -> Letter:
        """Return a message that cannot be read as it came, with the reason beside it."""
        digest = hashlib.sha256(body).hexdigest()
        LOG.warning("a message is of no use: %s: %s", code, reason[:_REASON])
        return Letter(
            str(uuid5(NAMESPACE_URL, f"dead/{digest}")),
            self._names.dead,
            body,
            "application/octet-stream",
            headers={"code": code, "reason": _one_line(reason)},
        )


def caller_of(source: str) -> str:
    """Return the caller that a source is: no key of HTTP can be one, and none is too long."""
    caller = f"bus:{source}"
    if len(caller) > _CALLER:
        return f"bus:{hashlib.sha256(source.encode()).hexdigest()}"[:_CALLER]
    return caller


def _answers(data: object) -> dict[str, str]:
    """Return the answers of a message.

    Raises:
        RefusedError: it has none.

    """
    answers = data.get("answers") if isinstance(data, dict) else None
    if isinstance(answers, dict) and all(isinstance(text, str) for text in answers.values()):
        return answers
    message = "answers is an object: the id of each question, and its answer as text"
    raise RefusedError([Fault(code="answers", pointer="/answers", message=message)])


def _one_line(text: str) -> str:
    """Return a text as the value of a header: ASCII, and one line."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()[:_REASON]

"""How do rows of the tables become records, and records rows?"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from isal import isal_zlib
from pydantic_core import PydanticSerializationError, to_json

from agent.service.records import (
    Key,
    Message,
    Origin,
    Scope,
    State,
    StoredAnswer,
    StoredEvent,
    StoredTask,
    Wire,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue
    from sqlalchemy import Row

    from agent.service.records import Ending, Outgoing


THAT_OF_THE_ANSWER = b""
"""As data of a message: it is what came of its task, which stands with the results."""
_LEVEL = 1
"""Of compression; what comes of it is as small as zlib's, in a fifth of the time."""


def now() -> datetime:
    """Return the time of this moment."""
    return datetime.now(UTC)


def task(row: Row[Any]) -> StoredTask:
    """Return a task, with its request and answers where they were read."""
    long = row._mapping  # noqa: SLF001 - no private name: so columns do not get in its way
    return StoredTask(
        id=row.id,
        caller=row.caller,
        state=State(row.state),
        document=long.get("document"),
        created=row.created,
        changed=row.changed,
        origin=origin(row.origin),
        answers=tuple((question, text) for question, text in long.get("answers", ())),
        turn=row.turn,
        attempt=row.attempt,
        setbacks=row.setbacks,
        worker=row.worker,
        cancel=row.cancel,
        about=row.about,
    )


def task_row(task: StoredTask, key: str | None, digest: str) -> dict[str, Any]:
    """Return a new task as a row; ``digest`` is of what was submitted under that key."""
    return {
        "id": task.id,
        "caller": task.caller,
        "idempotency_key": key,
        "digest": digest,
        "state": task.state,
        "document": task.document,
        "origin": origin_data(task.origin),
        "answers": list(task.answers),
        "turn": task.turn,
        "attempt": task.attempt,
        "setbacks": task.setbacks,
        "cancel": task.cancel,
        "about": task.about,
        "created": task.created,
        "changed": task.changed,
    }


def origin(data: Mapping[str, str]) -> Origin:
    """Return where a task came from."""
    rest = {key: value for key, value in data.items() if key != "wire"}
    return Origin(Wire(data["wire"]), **rest)


def origin_data(given: Origin) -> dict[str, str]:
    """Return it as JSON data."""
    return {key: str(value) for key, value in asdict(given).items()}


def answer(row: Row[Any]) -> StoredAnswer:
    """Return what came of a task."""
    text, files = zlib.decompress(row.answer).decode(), unpacked(row.files)
    return StoredAnswer(text, _shown(json.loads(text)) if files is None else files)


def _shown(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the files that an answer shows: nearly always the whole project."""
    files = answer.get("solution", {}).get("files", ())
    return {each["path"]: each["content"] for each in files}


def event(row: Row[Any]) -> StoredEvent:
    """Return an event."""
    return StoredEvent(row.number, row.task, row.name, row.data, row.at)


def message(row: Row[Any]) -> Message:
    """Return a message of the outbox."""
    return Message(
        number=row.number,
        id=row.id,
        task=row.task,
        caller=row.caller,
        kind=row.kind,
        to=row.to,
        data=unpacked(row.data),
        origin=origin(row.origin),
        at=row.at,
        acknowledged=row.acknowledged is not None,
    )


def outgoing(of: StoredTask, message: Outgoing, data: bytes | None = None) -> dict[str, Any]:
    """Return a message that is to leave as a row of the outbox; ``data`` where it is packed."""
    return {
        "id": message.id,
        "task": of.id,
        "caller": of.caller,
        "kind": message.kind,
        "to": message.to,
        "data": packed(message.data) if data is None else data,
        "origin": origin_data(of.origin),
        "at": now(),
    }


def ended(
    of: StoredTask, ending: Ending, messages: Sequence[Outgoing]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return rows that hold whole projects; packing them takes a while."""
    answer = packed(ending.answer)
    told = THAT_OF_THE_ANSWER if ending.state.is_end else answer
    files = None if ending.files == _shown(ending.answer) else ending.files
    leaving = [
        # the message that tells of the answer has all of it: where that stays, it stands once
        outgoing(of, each, told if each.data is ending.answer else None)
        for each in messages
    ]
    return {"task": of.id, "answer": answer, "files": packed(files)}, leaving


def key(row: Row[Any]) -> Key:
    """Return a key."""
    scopes = frozenset(map(Scope, row.scopes))
    return Key(row.id, row.name, scopes, row.created, row.revoked)


def packed(value: JsonValue | Mapping[str, str]) -> bytes:
    """Return JSON data as few bytes, the same for the same data."""
    try:
        text = to_json(value)
    except PydanticSerializationError:  # half a character, which JSON can say and UTF-8 cannot
        text = json.dumps(value).encode()
    return isal_zlib.compress(text, _LEVEL)


def unpacked(content: bytes) -> Any:  # noqa: ANN401 - whatever was packed
    """Return JSON data that was packed."""
    return json.loads(zlib.decompress(content))

"""How does an answer look to a program? One JSON document, or the last line of events."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from agent.contract import to_wire
from agent.documents import Fault, Refusal

if TYPE_CHECKING:
    from agent.documents import Answer


def print_answer(answer: Answer, *, as_event: bool) -> None:
    """Print the answer as it goes over the wire, as a document or as an event."""
    if as_event:
        print_json({"event": "answer", "answer": to_wire(answer)})
    else:
        print_json(to_wire(answer), indent=2)


def print_usage_error(message: str, *, as_event: bool) -> None:
    """Answer a command line that cannot be understood like a request that cannot."""
    print_answer(Refusal(errors=(Fault(code="usage", message=message),)), as_event=as_event)


def print_json(document: dict[str, Any], indent: int | None = None) -> None:
    """Print JSON data on standard output."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    # UTF-8 whatever the terminal's encoding is: JSON between programs has no other
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.flush()

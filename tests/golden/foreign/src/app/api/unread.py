"""Which parameters of the contract change nothing? The document has them, and they are unread."""

from typing import Any


def unread(*parameters: tuple[str, str, str, bool]) -> dict[str, Any]:
    """Return what the document says of each: its name, its place, its type, and if it is needed."""
    return {
        "parameters": [
            {
                "name": name,
                "in": place,
                "required": needed,
                "schema": {"type": kind, "x-unread": True},
            }
            for name, place, kind, needed in parameters
        ]
    }

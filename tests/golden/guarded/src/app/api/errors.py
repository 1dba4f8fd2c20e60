"""Which errors does an operation document?"""

from typing import Any

from app.core.exceptions import ErrorResponse

MEANINGS = {
    400: "The body is not valid JSON",
    401: "Nobody is signed in",
    403: "The user may not do this",
    404: "There is no such row",
    409: "The change contradicts other rows, or the row's state",
    413: "The body is too large",
    422: "A value breaks the schema; each field is named",
    501: "Not built yet",
    503: "The database does not answer",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of an operation's error statuses."""
    return {
        status: {"model": ErrorResponse, "description": MEANINGS[status]} for status in statuses
    }

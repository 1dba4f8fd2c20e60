"""How is a number read that has more digits than a float carries? With the text that was sent."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class Written(float):
    """A number of JSON, and how it was written: but for zeros at its end, which say nothing."""

    written: str

    def __new__(cls, text: str) -> "Written":
        """Read a number, and keep its text."""
        number = super().__new__(cls, text)
        is_plain = "e" not in text.lower()
        number.written = text.rstrip("0").rstrip(".") if is_plain else text
        return number


class ExactRequest(Request):
    """A request whose body loses no digits."""

    async def json(self) -> Any:
        """Read the body."""
        return json.loads(await self.body(), parse_float=Written)


class ExactRoute(APIRoute):
    """A route that reads bodies without losing digits."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Hand such a request on."""
        handle = super().get_route_handler()

        async def exactly(request: Request) -> Response:
            return await handle(ExactRequest(request.scope, request.receive))

        return exactly

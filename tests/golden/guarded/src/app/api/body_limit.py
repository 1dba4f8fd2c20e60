"""How large may a request's body be? What is larger gets 413, in the envelope of every error."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.exceptions import TooLargeError, too_large


class BodyLimit:
    """Refuses a body by the length that it declares, or as soon as more than that has come."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Stand in front of an application; ``most`` is in bytes."""
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count what is read of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and float(declared) > self.most:
            await too_large()(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise TooLargeError
            return message

        await self.app(scope, counted, send)

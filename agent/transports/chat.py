"""How does somebody chat? From the command line to a conversation, message by message, and back.

A person sees the prompt at once: what plans and proves is loaded while they type.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.conversation.told import Waiting
from agent.errors import RefusedError
from agent.sessions.place import state_folder
from agent.transports.chat_plain import Lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import FrameType
    from typing import Protocol

    from agent.conversation.commands import Edited
    from agent.conversation.conversation import Conversation
    from agent.runner import Runner
    from agent.transports.chat_session import Chatting

    class Reader(Protocol):
        """Reads what a person says."""

        async def next(self, chat: Conversation | None) -> str | Edited | None:
            """Return the next message, or an edited plan (None: there is none any more)."""

        def stop(self) -> None:
            """Stop waiting for a message."""

        def busy(self) -> AbstractContextManager[None]:
            """Hear nothing for as long as the context lasts: something runs."""


REFUSED = 2
SIGNALED = 128
"""What is added to the number of a signal that ended the chat."""


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """What the command line asks for. ``resume`` is the beginning of a session's id."""

    folder: Path | None = None
    level: str = "standard"
    yes: bool = False
    go_on: bool = False
    resume: str | None = None


def run_chat(build_runner: Callable[[], Runner], options: ChatOptions) -> int:
    """Chat until somebody leaves; return the exit code.

    On a terminal it is 0. Of standard input it is that of the last message that did not only look:
    1 where the proof failed, 2 where it was refused, 3 where a question was left open, 4 where
    something was not written.
    """
    try:
        return asyncio.run(_Talk(build_runner, options).run())
    except RefusedError as error:
        for fault in error.faults:
            hint = f" (expected: {fault.expected})" if fault.expected else ""
            sys.stderr.write(f"{fault.message}{hint}\n")
        return REFUSED


class _Talk:
    """A reader, and a conversation as soon as it is there."""

    def __init__(self, build_runner: Callable[[], Runner], options: ChatOptions) -> None:
        self.build_runner = build_runner
        self.options = options
        self.chatting: Chatting | None = None
        self.stopped = 0

    async def run(self) -> int:
        """Read, hear and show, until it is over."""
        if sys.stdin is None:
            from agent.documents import Fault  # noqa: PLC0415 - heavy

            message = "standard input is closed: a chat reads it"
            raise RefusedError([Fault(code="closed", message=message)])
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        reader = _terminal() if is_terminal else Lines()
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            loop.add_signal_handler(signal.SIGTERM, self.stop, reader)
        loading = asyncio.ensure_future(asyncio.to_thread(self.load))
        goes_on = self.options.go_on or self.options.resume is not None
        if is_terminal:
            sys.stdout.write("Say what is to be built. /help helps, Ctrl-D leaves.\n")
        try:
            begins = not goes_on and self.options.folder is None
            first = await reader.next(None) if begins else None
            chatting = self.chatting = await loading
            if not begins:
                with _Interrupts(chatting.chat):
                    await chatting.welcome()
                first = await reader.next(chatting.chat)
            await self.talk(chatting, reader, first)
        finally:
            if self.chatting is None and not loading.cancelled():
                with suppress(RefusedError):
                    self.chatting = await loading
            if self.chatting is not None:
                self.chatting.chat.close()
        if self.stopped:
            return SIGNALED + self.stopped
        return 0 if is_terminal else chatting.code

    def load(self) -> Chatting:
        """Load what plans and proves, and hold the session that is meant.

        Raises:
            RefusedError: there is no such session, or it is in use.

        """
        from agent.transports.chat_session import begin  # noqa: PLC0415 - heavy

        return begin(self.build_runner, self.options)

    async def talk(self, chatting: Chatting, reader: Reader, text: str | Edited | None) -> None:
        """Go on until somebody leaves; ``text`` is what was said already."""
        chat = chatting.chat
        while text is not None and not self.stopped:
            with _Interrupts(chat), reader.busy():
                await chatting.hear(text)
            sys.stdout.flush()
            if chat.waiting is Waiting.NOTHING:
                return
            text = await reader.next(chat)

    def stop(self, reader: Reader) -> None:
        """End at the wish of the system; what runs is called off and cleaned up."""
        self.stopped = signal.SIGTERM
        if self.chatting is not None:
            self.chatting.chat.cancel()
        reader.stop()


class _Interrupts:
    """While something runs, Ctrl-C calls it off, and does not end the program."""

    def __init__(self, chat: Conversation) -> None:
        self.chat = chat
        self.before: Callable[[int, FrameType | None], object] | int | None = None

    def __enter__(self) -> None:
        self.before = signal.getsignal(signal.SIGINT)
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            loop.add_signal_handler(signal.SIGINT, self.chat.cancel)

    def __exit__(self, *_: object) -> None:
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, self.before)


def _terminal() -> Reader:
    from agent.transports.chat_terminal import Terminal  # noqa: PLC0415 - only there

    return Terminal(state_folder())

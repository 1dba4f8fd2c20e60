"""How does somebody chat? From the command line to a conversation, line by line, and back."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.conversation import told
from agent.conversation.conversation import Conversation, Settings
from agent.conversation.plans import standing_in
from agent.conversation.told import Waiting
from agent.documents import Failure, Questions, Refusal, Verdict, VerificationLevel
from agent.errors import OutputError, RefusedError
from agent.events import EntityPlanned, StageFinished, StageStarted, TaskFinished, TaskStarted
from agent.sessions import Sessions
from agent.settings import read_settings
from agent.transports.chat_plain import Lines
from agent.transports.chat_show import show
from agent.transports.cli_progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Protocol

    from agent.conversation.told import Told
    from agent.events import Event
    from agent.llm.configured import Configured
    from agent.runner import Runner
    from agent.sessions import Held

    class Reader(Protocol):
        """Reads what a person says."""

        async def next(self, chat: Conversation) -> str | None:
            """Return the next message (None: there is none any more)."""

        def stop(self) -> None:
            """Stop waiting for a message."""


FINE, FAILED, REFUSED, ASKED = 0, 1, 2, 3
LEFT = 128


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

    On a terminal it is 0. Of standard input it is that of the last message: 1 where the proof
    failed, 2 where it was refused, 3 where a question was left open.
    """
    settings = read_settings()
    sessions = Sessions(settings.state)
    try:
        held = _session(sessions, options)
    except RefusedError as error:
        _print_refused(error)
        return REFUSED
    chat_settings = Settings(
        level=VerificationLevel(options.level),
        yes=options.yes,
        models=_models(settings.models),
        here=Path.cwd(),
    )
    session = _Chat(build_runner(), sessions, held, chat_settings)
    try:
        return asyncio.run(session.run(settings.state))
    finally:
        session.chat.close()


class _Chat:
    """A conversation between a reader and what is shown."""

    def __init__(self, runner: Runner, sessions: Sessions, held: Held, settings: Settings) -> None:
        self.chat = Conversation(runner, sessions, held, self.tell, settings, self.event)
        self.code = FINE
        self.stack = ExitStack()
        self.listen: Callable[[Event], None] | None = None
        self.stopped = 0

    async def run(self, state: Path) -> int:
        """Read, hear and show, until it is over."""
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        reader = _terminal(state) if is_terminal else Lines()
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            loop.add_signal_handler(signal.SIGTERM, self.stop, reader)
        if is_terminal:
            name = f"session {self.chat.held.session.id}"
            show(told.Note(f"Say what is to be built. /help helps, Ctrl-D leaves ({name})."))
        await self.chat.welcome()
        while self.chat.waiting is not Waiting.NOTHING and not self.stopped:
            text = await reader.next(self.chat)
            if text is None:
                break
            self.code = FINE
            with _Interrupts(self.chat):
                await self.chat.hear(text)
            sys.stdout.flush()
        if self.stopped:
            return LEFT + self.stopped
        return FINE if is_terminal else self.code

    def stop(self, reader: Reader) -> None:
        """End at the wish of the system; what runs is called off and cleaned up."""
        self.stopped = signal.SIGTERM
        self.chat.cancel()
        reader.stop()

    def tell(self, what: Told) -> None:
        """Show what is told, and remember how the message ended."""
        if isinstance(what, told.ProofTold):
            self.code = FAILED if what.result.proof.verdict is Verdict.FAILED else FINE
        elif isinstance(what, told.NotPlanned):
            codes = {Refusal: REFUSED, Questions: ASKED, Failure: FAILED}
            self.code = codes.get(type(what.answer), FAILED)
        elif isinstance(what, told.Asked):
            self.code = ASKED
        elif isinstance(what, told.Note) and what.trouble:
            self.code = self.code or FAILED
        show(what)

    def event(self, event: Event) -> None:
        """Show the progress of a task for as long as it runs."""
        if isinstance(event, TaskStarted):
            self.listen = self.stack.enter_context(progress())
        if self.listen is None or isinstance(event, TaskFinished):
            self.listen = None
            self.stack.close()
            return
        if isinstance(event, StageStarted | StageFinished):
            return  # a plan and a project are shown when they are there
        if isinstance(event, EntityPlanned):
            self.stack.close()
            show(told.Note(f"  {event.entity}: {', '.join(event.lines)}"))
            self.listen = self.stack.enter_context(progress())
            return
        self.listen(event)


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


def _session(sessions: Sessions, options: ChatOptions) -> Held:
    """Hold the session that is meant, or a new one.

    Raises:
        RefusedError: there is none such, or it is in use.

    """
    here = Path.cwd()
    if options.resume is not None:
        return sessions.resume(options.resume)
    latest = sessions.latest(options.folder or here) if options.go_on else None
    if latest is not None:
        return sessions.resume(latest.id)
    held = sessions.begin(here)
    if options.folder is not None:
        target = options.folder.resolve()
        spec = standing_in(target)
        update = {"target": str(target), "spec": spec}
        held.session = held.session.model_copy(update=update)
    return held


def _models(configured: Configured) -> tuple[str, ...]:
    return tuple(
        f"{purpose.value}: {profile.model} at {profile.base_url}"
        for purpose, profiles in configured.profiles.items()
        for profile in profiles
    )


def _terminal(state: Path) -> Reader:
    from agent.transports.chat_terminal import Terminal  # noqa: PLC0415 - only there

    return Terminal(state)


def _print_refused(error: RefusedError | OutputError) -> None:
    for fault in getattr(error, "faults", ()):
        hint = f" (expected: {fault.expected})" if fault.expected else ""
        sys.stderr.write(f"{fault.message}{hint}\n")

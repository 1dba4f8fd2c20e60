"""What is between a conversation and those who read it? What it tells is shown, and judged."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from agent.conversation import told
from agent.conversation.commands import LOOKING, Edited, parse
from agent.conversation.conversation import Conversation, Settings
from agent.conversation.plans import standing_in
from agent.conversation.told import Trouble
from agent.documents import Cancellation, Failure, Questions, Refusal, Verdict, VerificationLevel
from agent.events import EntityPlanned, StageFinished, StageStarted, TaskFinished, TaskStarted
from agent.sessions.place import state_folder
from agent.sessions.store import Sessions
from agent.settings import read_settings
from agent.transports.chat_show import show
from agent.transports.cli_progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.conversation.told import Told
    from agent.events import Event, OnEvent
    from agent.llm.configured import Configured
    from agent.runner import Runner
    from agent.sessions.store import Held
    from agent.transports.chat import ChatOptions

FINE, FAILED, REFUSED, ASKED, NO_MODEL, CANCELED = 0, 1, 2, 3, 69, 130
"""Exit codes, as those of ``run``; so are those of troubles."""
_OF_TROUBLE = {Trouble.REFUSED: REFUSED, Trouble.NOT_DONE: 4, Trouble.FAULT: 70}
_OF_ANSWER = {Refusal: REFUSED, Questions: ASKED, Failure: NO_MODEL, Cancellation: CANCELED}


def begin(build_runner: Callable[[], Runner], options: ChatOptions) -> Chatting:
    """Hold the session that is meant, and make its conversation.

    Raises:
        RefusedError: there is no such session, or it is in use, or a setting is of no use.

    """
    models = read_settings().models
    runner = build_runner()
    sessions = Sessions(state_folder())
    settings = Settings(
        level=VerificationLevel(options.level),
        yes=options.yes,
        models=_models(models),
        here=Path.cwd(),
    )
    chatting = Chatting(runner, sessions, _session(sessions, options), settings)
    chatting.goes_on = options.go_on
    return chatting


class Chatting:
    """A conversation that is shown. ``code`` is the exit code that its last message would have.

    Whoever only looks, or says nothing, leaves it as it is.

    ``goes_on``: somebody asked for a session that is there already.
    """

    def __init__(self, runner: Runner, sessions: Sessions, held: Held, settings: Settings) -> None:
        """Make the conversation; nothing is shown yet."""
        self.chat = Conversation(runner, sessions, held, self._tell, settings, self._event)
        self.code = FINE
        self.goes_on = False
        self._stack = ExitStack()
        self._listen: OnEvent | None = None

    async def welcome(self) -> None:
        """Show where the session stands."""
        session = self.chat.held.session
        if self.goes_on and not session.messages:
            here = self.chat.target.folder if session.target else session.folder
            show(told.Note(f"There is no session of {here} to go on with: a new one begins."))
        show(told.Note(f"Session {session.id}"))
        latest = self.chat.sessions.latest(self.chat.target.folder)
        if session.spec is not None and latest is not None and latest.id != session.id:
            show(told.Note(f"/resume {latest.id} goes on with the last chat about this folder."))
        try:
            await self.chat.welcome()
        finally:
            self._stack.close()

    async def hear(self, text: str | Edited) -> None:
        """Take in a message and show what comes of it."""
        if not _only_looks(text):
            self.code = FINE
        try:
            await self.chat.hear(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, it does not end the chat
            told_of = f"a fault of our own, please report it: {type(error).__name__}: {error}"
            self._tell(told.Note(told_of, Trouble.FAULT))
        finally:
            self._stack.close()

    def _tell(self, what: Told) -> None:
        if isinstance(what, told.ProofTold):
            self.code = FAILED if what.result.proof.verdict is Verdict.FAILED else FINE
        elif isinstance(what, told.NotPlanned):
            self.code = _OF_ANSWER[type(what.answer)]
        elif isinstance(what, told.Asked):
            self.code = ASKED
        elif isinstance(what, told.Note) and what.trouble:
            self.code = self.code or _OF_TROUBLE[what.trouble]
        show(what)

    def _event(self, event: Event) -> None:
        """Show the progress of a task for as long as it runs."""
        if isinstance(event, TaskStarted):
            self._listen = self._stack.enter_context(progress())
        if self._listen is None or isinstance(event, TaskFinished):
            self._listen = None
            self._stack.close()
            return
        if isinstance(event, StageStarted | StageFinished):
            return  # a plan and a project are shown when they are there
        if isinstance(event, EntityPlanned):
            self._stack.close()
            show(told.Note(f"  {event.entity}: {', '.join(event.lines)}"))
            self._listen = self._stack.enter_context(progress())
            return
        self._listen(event)


def _only_looks(text: str | Edited) -> bool:
    """Tell whether a message is empty, or a command that changes nothing."""
    if isinstance(text, Edited):
        return False
    command = parse(text.strip())
    return not text.strip() if command is None else command[0] in LOOKING


def _session(sessions: Sessions, options: ChatOptions) -> Held:
    here = Path.cwd()
    if options.resume is not None:
        return sessions.resume(options.resume)
    latest = sessions.latest(options.folder or here) if options.go_on else None
    if latest is not None:
        return sessions.resume(latest.id)
    held = sessions.begin(here)
    if options.folder is not None:
        target = options.folder.resolve()
        spec = standing_in(target, sessions.applied(target))
        update = {"target": str(target), "spec": spec}
        held.session = held.session.model_copy(update=update)
    return held


def _models(configured: Configured) -> tuple[str, ...]:
    return tuple(
        f"{purpose.value}: {profile.model} at {profile.base_url}"
        for purpose, profiles in configured.profiles.items()
        for profile in profiles
    )

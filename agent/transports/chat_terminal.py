"""How is a conversation read on a terminal? A prompt with history, completion and several lines."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import termios
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings

from agent.conversation.commands import COMMANDS, Edited, counted
from agent.conversation.told import Trouble, Waiting
from agent.errors import OutputError
from agent.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.key_binding import KeyPressEvent

    from agent.conversation.conversation import Conversation

LARGEST_HISTORY = 2**20
_FILE = re.compile(r'(?:^|\s)@"?([^\s"]*)$')
_PROMPTS = {Waiting.MESSAGE: "> ", Waiting.ANSWER: "answer> ", Waiting.CONSENT: "[y/n] > "}
_EDIT = re.compile(r"/spec\s+edit\s*")


class Terminal:
    """Messages from a person: Enter sends, Alt-Enter or a backslash at the end goes on."""

    def __init__(self, state: Path) -> None:
        """Make the prompt; ``state`` is the folder that its history is kept in."""
        self._prompt: PromptSession[str] = PromptSession(
            history=_history(state),
            completer=_Completer(),
            complete_while_typing=True,
            key_bindings=_keys(),
            multiline=True,
            prompt_continuation="  ",
            enable_open_in_editor=True,
            reserve_space_for_menu=4,
        )

    async def next(self, chat: Conversation | None) -> str | Edited | None:
        """Return what the person says next, or the plan that they edited; None when they leave."""
        waiting = Waiting.MESSAGE if chat is None else chat.waiting
        while True:
            if waiting is not Waiting.MESSAGE:
                # what was typed before a question was shown is no answer to it
                termios.tcflush(sys.stdin, termios.TCIFLUSH)
            try:
                text = await self._prompt.prompt_async(
                    _PROMPTS.get(waiting, "> "), bottom_toolbar=_toolbar(chat)
                )
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None
            if _EDIT.fullmatch(text) and chat is not None:
                if (edited := self._edit(chat)) is not None:
                    return edited
                continue
            return text

    def stop(self) -> None:
        """Stop waiting for a message."""
        if self._prompt.app.is_running:
            self._prompt.app.exit(exception=EOFError())

    def busy(self) -> AbstractContextManager[None]:
        """Show nothing of what is typed while something runs."""
        return unechoed(sys.stdin.fileno())

    @staticmethod
    def _edit(chat: Conversation) -> Edited | None:
        """Return the plan as the person edited it; None, which is told, where nothing changed."""
        before = chat.text or chat.plans.draft or ""
        try:
            after = _edited(before)
        except OutputError as error:
            chat.note(f"Nothing changed: {error}.", Trouble.NOT_DONE)
            return None
        if after == before and chat.text:
            chat.note("Nothing changed.")
            return None
        return Edited(after)


@contextmanager
def unechoed(descriptor: int) -> Iterator[None]:
    """Let a terminal show nothing of what is typed: it would stand in the middle of what we show.

    Args:
        descriptor: The terminal.

    """
    before = termios.tcgetattr(descriptor)
    flags = 3
    quiet = [*before]
    quiet[flags] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)


class _Completer(Completer):
    """Completes commands at the beginning, and paths behind an ``@``."""

    def __init__(self) -> None:
        self._paths = PathCompleter(expanduser=True)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        text = document.text_before_cursor
        if found := _FILE.search(text):
            yield from self._paths.get_completions(Document(found[1]), complete_event)
        elif text.startswith("/") and not re.search(r"[\s/]", text[1:]):
            for command in COMMANDS:
                if command.name.startswith(text[1:]):
                    yield Completion(
                        command.name, start_position=1 - len(text), display_meta=command.about
                    )


class _History(FileHistory):
    """The history of what was typed, without the secrets in it."""

    def store_string(self, string: str) -> None:
        super().store_string(without_secrets(string))


def _history(state: Path) -> FileHistory | None:
    """Return the history, in a file that only its user can read; None where none can be kept."""
    path = state / "history"
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        if path.stat().st_size > LARGEST_HISTORY:
            path.write_bytes(path.read_bytes()[-LARGEST_HISTORY // 2 :].partition(b"\n\n")[2])
    except OSError:
        return None
    return _History(path)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    keys.add("enter")(_send)
    keys.add("escape", "enter")(_go_on)
    return keys


def _send(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    if buffer.document.text_before_cursor.endswith("\\"):
        buffer.delete_before_cursor()
        buffer.insert_text("\n")
    else:
        buffer.validate_and_handle()


def _go_on(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text("\n")


def _toolbar(chat: Conversation | None) -> str:
    session = chat.held.session if chat else None
    if session is None or session.spec is None:
        return " no plan yet "
    applied = session.applied is not None and session.applied.spec == session.spec
    written = "written" if applied else "not written"
    count = counted(len(session.spec.entities), "entity", "entities")
    database = session.spec.database.value
    return f" {session.spec.name}: {count}, {database}, {session.proof}, {written} "


def _edited(text: str) -> str:
    """Let the person edit a text in their editor.

    Raises:
        OutputError: that did not end well.

    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    # Ctrl-C is for the editor then
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "plan.spec"
            path.write_text(text, encoding="utf-8")
            ended = subprocess.run([*editor.split(), str(path)], check=False)  # noqa: S603 - theirs
            if ended.returncode != 0:
                raise OutputError(f"the editor ({editor}) did not end well")
            return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise OutputError("what the editor saved is not UTF-8") from error
    except OSError as error:
        raise OutputError(f"the editor ({editor}) or its file: {error.strerror}") from error
    finally:
        signal.signal(signal.SIGINT, before)

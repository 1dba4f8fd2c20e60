"""What does each slash command do?"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from agent.conversation import told
from agent.conversation.commands import COMMANDS, NAMES, counted
from agent.conversation.plans import difference
from agent.conversation.told import Trouble, Waiting
from agent.documents import Result, VerificationLevel
from agent.errors import OutputError
from agent.planner.changes.sentences import EXAMPLES

if TYPE_CHECKING:
    from agent.conversation.conversation import Conversation

_WITHOUT_ARGUMENT = frozenset(each.name for each in COMMANDS if not each.argument)
_NO_PLAN = "There is no plan yet: say what the backend is to keep."


class Orders:
    """The commands, carried out on a conversation."""

    def __init__(self, chat: Conversation) -> None:
        """Take the conversation."""
        self._chat = chat

    async def carry_out(self, name: str, argument: str) -> None:
        """Do what a command says; what is no command is told.

        Raises:
            RefusedError: a session cannot be used.
            OutputError: something cannot be written.

        """
        if name == "quit":
            name = "exit"
        if name not in NAMES:
            close = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"did you mean /{close[0]}?" if close else "/help lists them."
            self._chat.note(f"There is no command /{name}: {hint}", Trouble.REFUSED)
            return
        if argument and name in _WITHOUT_ARGUMENT:
            self._chat.note(f"/{name} takes nothing behind it.", Trouble.REFUSED)
            return
        await {
            "help": self._help,
            "new": self._new,
            "resume": self._resume,
            "sessions": self._sessions,
            "spec": self._spec,
            "diff": self._diff,
            "apply": self._apply,
            "undo": self._undo,
            "check": self._check,
            "status": self._status,
            "cost": self._cost,
            "model": self._model,
            "export": self._export,
            "exit": self._exit,
        }[name](argument)

    async def _help(self, _argument: str) -> None:
        chat = self._chat
        words = "in words" if chat.runner.consult else "in words of fixed shapes (docs/prose.md)"
        chat.tell(
            told.Table(
                "Say what the backend is to keep, or what is to change",
                (
                    (f"{words}, in the spec language, as SQL or JSON; @FILE attaches a file",),
                    *((f"  {each}",) for each in EXAMPLES),
                    ("  entity Book          (in the spec language: what is there, once more)",),
                    ("    isbn: string(13) unique",),
                ),
            )
        )
        rows = tuple((f"/{c.name} {c.argument}".rstrip(), c.about) for c in COMMANDS)
        chat.tell(told.Table("Commands", rows))

    async def _new(self, _argument: str) -> None:
        chat = self._chat
        chat.take_up(chat.sessions.begin(chat.settings.here))
        chat.note(f"A new session: {chat.held.session.id}. What is to be built?")

    async def _resume(self, argument: str) -> None:
        chat = self._chat
        if not argument:
            await self._sessions("")
            return
        chat.take_up(chat.sessions.resume(argument))
        chat.note(f"Going on with the session {chat.held.session.id}.")
        await chat.welcome()

    async def _sessions(self, _argument: str) -> None:
        found = tuple(each for each in self._chat.sessions.all() if each.messages or each.spec)
        self._chat.tell(told.SessionsTold(found, self._chat.held.session.id))

    async def _spec(self, argument: str) -> None:
        if argument == "edit":
            self._chat.note("There is no terminal to edit it in: say what is to change.")
        elif text := self._chat.text:
            self._chat.tell(told.Text(text))
        elif self._chat.plans.draft:
            self._chat.tell(told.Text(self._chat.plans.draft))
        else:
            self._chat.note(_NO_PLAN, Trouble.REFUSED)

    async def _diff(self, argument: str) -> None:
        chat, session = self._chat, self._chat.held.session
        if session.spec is None:
            chat.note(_NO_PLAN, Trouble.REFUSED)
        elif argument == "plan":
            before = session.earlier[-1] if session.earlier else None
            lines = difference(before, session.spec) if before else ()
            chat.tell(told.Text("\n".join(lines)))
        elif await self._is_made():
            chat.tell(told.ChangesTold(chat.target.compare(), whole=True))

    async def _apply(self, argument: str) -> None:
        chat = self._chat
        if argument not in {"", "mark", "ours"}:
            chat.note("/apply, /apply mark or /apply ours", Trouble.REFUSED)
        elif chat.spec is None:
            chat.note(_NO_PLAN, Trouble.REFUSED)
        elif await self._is_made():
            chat.waiting = Waiting.MESSAGE
            chat.target.apply(chat.conflicts(argument))

    async def _undo(self, argument: str) -> None:
        chat, session = self._chat, self._chat.held.session
        if argument != "plan":
            chat.target.undo()
            return
        if not session.earlier or session.spec is None:
            chat.note("There is no plan before this one.", Trouble.REFUSED)
            return
        *earlier, last = session.earlier
        lines = difference(session.spec, last)
        chat.keep(spec=last, earlier=tuple(earlier), questions=(), proven=None, digest=None)
        chat.target.forget()
        chat.waiting = Waiting.MESSAGE
        chat.tell(told.Text("\n".join(lines)))
        chat.note("The plan is again as it was before. /check proves it, /apply writes it.")

    async def _check(self, argument: str) -> None:
        chat = self._chat
        if argument:
            levels = [level.value for level in VerificationLevel]
            if argument not in levels:
                chat.note(f"/check {', '.join(levels[:-1])} or {levels[-1]}", Trouble.REFUSED)
                return
            chat.level = VerificationLevel(argument)
        if chat.spec is None:
            chat.note(_NO_PLAN, Trouble.REFUSED)
            return
        chat.waiting = Waiting.MESSAGE
        await chat.prove()

    async def _status(self, _argument: str) -> None:
        chat, session = self._chat, self._chat.held.session
        rows = [("session", session.id), ("folder", str(chat.target.folder))]
        if session.spec is not None:
            spec = session.spec
            count = counted(len(spec.entities), "entity", "entities")
            rows.append(("plan", f"{spec.name}, {count}, {spec.database}"))
            rows.append(("proof", f"{session.proof}; the next one at level {chat.level.value}"))
        if session.applied is not None:
            same = session.applied.spec == session.spec
            state = "this plan" if same else "an earlier plan"
            rows.append(("applied", f"{state}, {session.applied.at:%Y-%m-%d %H:%M}"))
        if left := chat.plans.open_questions:
            rows.append(("open", counted(len(left), "question", "questions")))
            rows += [("", each.text) for each in left]
        chat.tell(told.Table("Status", tuple(rows)))

    async def _cost(self, _argument: str) -> None:
        spent = self._chat.held.session.spent
        if not spent.calls:
            self._chat.note("No model was asked in this session.")
            return
        cost = "not known" if spent.cost is None else f"{spent.cost:g}"
        self._chat.tell(
            told.Table(
                "Models in this session",
                (
                    ("calls", str(spent.calls)),
                    ("tokens", f"{spent.input_tokens} in, {spent.output_tokens} out"),
                    ("cost", cost),
                ),
            )
        )

    async def _model(self, _argument: str) -> None:
        models = self._chat.settings.models
        if not models:
            self._chat.note("No model: words are read in fixed shapes (docs/models.md names one).")
            return
        self._chat.tell(told.Table("Models", tuple((line,) for line in models)))

    async def _export(self, argument: str) -> None:
        chat = self._chat
        if chat.spec is None:
            chat.note(_NO_PLAN, Trouble.REFUSED)
            return
        path = _written(
            chat.settings.here, argument or f"{chat.target.folder.name}.spec", chat.text
        )
        chat.note(f"The plan is in {path}.")

    async def _exit(self, _argument: str) -> None:
        self._chat.close()

    async def _is_made(self) -> bool:
        """Make the project of the plan, where it is not made yet; tell whether there is one."""
        chat = self._chat
        if chat.target.resolved is not None:
            return True
        answer = await chat.made(VerificationLevel.NONE)
        if isinstance(answer, Result):
            return True
        chat.tell(told.NotPlanned(answer, "the plan"))
        return False


def _written(here: Path, name: str, text: str) -> Path:
    """Write a file that is not there yet.

    Raises:
        OutputError: it is there, or the disk refuses.

    """
    path = here / name
    try:
        path = here / Path(name).expanduser()
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise OutputError(f"{path} is there already: name another file") from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    except (RuntimeError, ValueError) as error:  # no such home, or no path at all
        raise OutputError(f"{name!r} cannot be written: {error}") from error
    return path

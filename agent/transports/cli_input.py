"""What did a person hand over? A file, standard input or words, and options, as one document."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from agent.contract.forms import JSON, form_of, json_kind, plan_of_answer
from agent.contract.text import MAX_SIZE, parse_json, text_of
from agent.documents import Fault, Question, SourceFormat, Warn
from agent.errors import ContractError
from agent.planner.overlay import CONTEXT
from agent.settings import SETTING

if TYPE_CHECKING:
    from collections.abc import Mapping


Note = TypeVar("Note", Fault, Warn)
STDIN = "-"
OPTIONS_ALONE = "options"
"""The name of what is given where there is neither a file nor words."""
_FEWEST_WORDS = 2
IN_CONTEXT = "/context"
IN_SPEC = "/context/spec"
IN_WORDS = "/request/description"
IN_SOURCE = "/context/sources/0/content"
OPTIONS = {
    "/constraints/verification": "--verification",
    "/constraints/failFast": "--fail-fast",
    "/context/database/type": "--database",
    "/context/projectName": "--name",
    "/request/type": "--type",
    "/request/description": "--description",
    "/request/requirements": "--requirement",
}
_AUTH = "/context/authentication/method"


@dataclass(frozen=True, slots=True)
class Given:
    """An input document as JSON data, and what stood in the file: a part of it, or all.

    ``prefix`` is the JSON Pointer in the document of what the file holds; ``options`` are the
    names of the options that gave a value, by its JSON Pointer.
    """

    data: object
    name: str
    prefix: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def place(self, fault: Fault) -> str:
        """Return where a fault stands, in the words of the file: ``shop.spec:3:7``."""
        if fault.code == SETTING:
            return "environment"
        if fault.pointer in self.options:
            return self.options[fault.pointer]
        if fault.line is not None:
            return f"{self.name}:{fault.line}:{fault.column or 1}"
        return f"{self.name} {fault.pointer}" if fault.pointer else self.name

    def told(self, note: Question) -> Question:
        """Name the option where a note speaks of the place in the context that it fills."""
        option = self.options.get(note.about)
        if option is None:
            return note
        return note.model_copy(update={"text": note.text.replace(CONTEXT, option)})

    def local(self, note: Note) -> Note:
        """Make a fault or a warning point into the file, where it is not the whole document."""
        if not self.prefix or not f"{note.pointer}/".startswith(f"{self.prefix}/"):
            return note
        return note.model_copy(update={"pointer": note.pointer.removeprefix(self.prefix)})


def read(
    file: str | None,
    form: str | None,
    options: Mapping[str, str | bool | list[str]],
    auth: Literal["jwt", "none"] | None = None,
) -> Given:
    """Read a file (``-``: standard input; None: nothing) and lay the options over it.

    Args:
        file: A path, or what is to be built in words.
        form: What is in it (None: judged by its ending, else by its text).
        options: A JSON Pointer of the document -> the value that stands above the file's; a list
            is added to the file's.
        auth: How clients sign in, where it stands above what the file says.

    Raises:
        ContractError: the file cannot be read, or is no JSON where it has to be.

    """
    if file is not None and not file.strip():
        expected = "a file, - for standard input, or what is to be built, in words"
        raise ContractError([Fault(code="empty", message="the text is empty", expected=expected)])
    if file is None:
        given = Given(_wrapped({}), OPTIONS_ALONE)
    elif _is_words(file, form):
        given = Given(_described(file), "words", IN_WORDS)
    else:
        given = _file(file, form)
    if isinstance(given.data, dict):
        for pointer, value in options.items():
            _set(given.data, pointer, value)
        _set_auth(given.data, auth)
    named = {pointer: OPTIONS[pointer] for pointer in options}
    if auth is not None:
        named[_AUTH] = "--auth"
    return replace(given, options=named)


def _is_words(text: str, form: str | None) -> bool:
    """Tell what is to be built, in words, from the path of a file."""
    if form not in {None, SourceFormat.TEXT} or len(text.split()) < _FEWEST_WORDS:
        return False
    try:
        return not Path(text).exists()
    except (OSError, ValueError):  # too long for a path, or with a NUL
        return True


def _file(file: str, form: str | None) -> Given:
    name = "stdin" if file == STDIN else file
    content = _content(file)
    form = form or form_of(name, content)
    if form == JSON:
        data = parse_json(content)
        if (plan := plan_of_answer(data)) is not None:  # what else is told follows from it again
            return Given(_wrapped({"spec": plan}), name, IN_CONTEXT)
        kind = json_kind(data)
        if kind == "plan":
            return Given(_wrapped({"spec": data}), name, IN_SPEC)
        if kind == "document":
            return Given(data, name)
        form = kind
    if form == SourceFormat.TEXT:
        return Given(_described(content), name, IN_WORDS)
    source = {"format": form, "content": content, "name": Path(name).name}
    return Given(_wrapped({"sources": [source]}), name, IN_SOURCE)


def _content(file: str) -> str:
    try:
        if file == STDIN:
            content = sys.stdin.buffer.read(MAX_SIZE + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fault = Fault(code="unreadable", message=f"the input cannot be read: {reason}")
        raise ContractError([fault]) from error
    return text_of(content)


def _described(words: str) -> dict[str, Any]:
    document = _wrapped({})
    document["request"]["description"] = words
    return document


def _wrapped(context: dict[str, Any]) -> dict[str, Any]:
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    return {"request": request, "context": context}


def _set_auth(data: dict[str, Any], auth: Literal["jwt", "none"] | None) -> None:
    """Say how clients sign in. For none the contract has no word but the spec's own."""
    if auth == "jwt":
        _set(data, _AUTH, auth)
    elif auth == "none":
        _set(data, "/context/spec/auth/method", auth)
        context = data.get("context")
        if isinstance(context, dict):
            context.pop("authentication", None)


def _set(data: dict[str, Any], pointer: str, value: object) -> None:
    """Set a value; where something else than an object is in the way, the contract will tell."""
    _, *parents, last = pointer.split("/")
    here = data
    for key in parents:
        inner = here.get(key)
        if inner is None:
            inner = here[key] = {}
        if not isinstance(inner, dict):
            return
        here = inner
    before = here.get(last)
    here[last] = (
        [*before, *value] if isinstance(value, list) and isinstance(before, list) else value
    )

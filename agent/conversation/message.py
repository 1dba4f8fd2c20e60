"""What did somebody say? A message and the files it attaches, as a request."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.contract import read_input
from agent.contract.forms import JSON, form_of, guess, json_kind, plan_of_answer
from agent.contract.text import MAX_SIZE, parse_json, text_of
from agent.documents import (
    Constraints,
    Context,
    Fault,
    Framework,
    InputDocument,
    Request,
    SourceFormat,
)
from agent.documents import RequestType as Type
from agent.errors import ContractError
from agent.secrets import without_secrets
from agent.sessions.session import worded

if TYPE_CHECKING:
    from agent.contract.forms import Form
    from agent.documents import Question, VerificationLevel, Warn
    from agent.types import BackendSpec

ATTACHED = re.compile(r'(?<!\S)@(?:"([^"\n]+)"|([^\s"@]+))')
"""A file in a message: ``@schema.sql`` or ``@"my schema.sql"``."""
_WORD = re.compile(r"[^./\\~]*")
_PUNCTUATION = ".,;:!?)'"
_DESCRIPTION = "/request/description"
WHOLE = frozenset({"context.spec", "request.description"})
"""What a question is about that asks for everything, in the words of a request."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a request; ``name`` is what faults with a line are in."""

    document: InputDocument
    warnings: tuple[Warn, ...]
    name: str
    is_words: bool


def understand(text: str, folder: Path) -> Said:
    """Read a message and the files that it attaches.

    Args:
        text: The message.
        folder: Where the paths of files begin.

    Raises:
        ContractError: a file cannot be read, or is no valid document.

    """
    attached = [each for each in ATTACHED.finditer(text) if _is_file(each, folder)]
    paths = [each[1] or each[2] for each in attached]
    words = text
    for each in reversed(attached):
        words = words[: each.start()] + words[each.end() :]
    words = words.strip() if paths else text
    parts = [(Path(path).name, *_file(folder, path)) for path in paths]
    if words.strip():
        # a single word is an answer, and no plan
        is_word = len(words.split()) == 1 and ":" not in words
        form: Form = SourceFormat.TEXT if paths or is_word else guess(words)
        parts.append(("message", form, words))
    data: dict[str, Any] = {
        "request": {"type": "architecture", "framework": "fastapi", "description": ""},
        "context": {},
    }
    whole: list[object] = []
    for name, form, content in parts:
        kind = _add_json(content, data, whole) if form == JSON else form
        if kind == SourceFormat.TEXT and name == "message":
            data["request"]["description"] = words
        elif kind is not None:
            data["context"].setdefault("sources", []).append(
                {"format": kind, "content": content, "name": name}
            )
    if whole and len(parts) > 1:
        message = "a whole request as JSON stands alone: there is something beside it"
        raise ContractError([Fault(code="not-alone", message=message)])
    document, warnings = read_input(whole[0] if whole else data)
    name = parts[0][0] if len(parts) == 1 else "message"
    return Said(
        document, warnings, name, is_words=all(form == SourceFormat.TEXT for _, form, _ in parts)
    )


def of_plan(spec: BackendSpec, level: VerificationLevel) -> InputDocument:
    """Return the request that makes and proves the project of a plan."""
    request = Request(type=Type.ARCHITECTURE, framework=Framework.FASTAPI, description="")
    return InputDocument(
        request=request, context=Context(spec=spec), constraints=Constraints(verification=level)
    )


def answered(
    document: InputDocument, answers: tuple[str, ...], questions: tuple[Question, ...] = ()
) -> InputDocument:
    """Return a request with answers to the questions that it left.

    Where a question asks for the whole, nothing was understood of the words before it, and the
    answer stands in their place: a greeting names and describes no project.
    """
    answers = tuple(each for each in answers if each.strip())
    if answers and any(each.about in WHOLE for each in questions):
        first, *answers_left = answers
        update = {"description": first, "requirements": tuple(answers_left)}
        return document.model_copy(update={"request": document.request.model_copy(update=update)})
    return document.answered(answers)


def _add_json(content: str, data: dict[str, Any], whole: list[object]) -> SourceFormat | None:
    """Add a plan or a whole request; return the format of what is a source instead."""
    read = parse_json(content.encode())
    plan = plan_of_answer(read)
    found, kind = (read, json_kind(read)) if plan is None else (plan, "plan")
    if kind == "document":
        whole.append(found)
        return None
    if kind != "plan":
        return kind
    if "spec" in data["context"]:
        message = "two plans as JSON in one message"
        raise ContractError([Fault(code="twice", message=message, expected="one of them")])
    data["context"]["spec"] = found
    return None


def _is_file(attached: re.Match[str], folder: Path) -> bool:
    """Tell a file from a word such as ``@alice``, which only is one where a file is called so."""
    if attached[1]:
        return True
    name = attached[2].rstrip(_PUNCTUATION)
    with suppress(OSError, ValueError):  # too long for a name, or none
        return not _WORD.fullmatch(name) or (folder / attached[2]).exists()
    return False


def _file(folder: Path, name: str) -> tuple[Form, str]:
    path = folder / name
    try:
        path = folder / Path(name).expanduser()
        with path.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: there is no such home
        reason = getattr(error, "strerror", None) or str(error)
        fault = Fault(
            code="unreadable",
            message=f"{path.name} cannot be read: {reason}",
            expected=f'the path of a file behind @; as a word it stands in quotes: "@{name}"',
        )
        raise ContractError([fault]) from error
    text = text_of(content, path.name)
    return form_of(path.name, text), text


def as_text(document: InputDocument) -> str:
    """Return a request as JSON text, to be kept: without the secrets in its words."""
    request, context = document.request, document.context
    update: dict[str, Any] = {}
    update["request"] = request.model_copy(
        update={
            "description": without_secrets(request.description),
            "requirements": tuple(map(without_secrets, request.requirements)),
        }
    )
    kept: dict[str, Any] = {}
    if context.sources:
        kept["sources"] = tuple(
            each.model_copy(update={"content": without_secrets(each.content)})
            for each in context.sources
        )
    if context.spec is not None:
        kept["spec"] = worded(context.spec)
    if kept:
        update["context"] = context.model_copy(update=kept)
    document = document.model_copy(update=update)
    return json.dumps(document.model_dump(mode="json", by_alias=True, exclude_unset=True))

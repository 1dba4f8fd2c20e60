"""What does a request say above its spec? Its context and its words, laid over what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.documents import Question, SourceFormat, Warn
from agent.planner import names
from agent.planner.formats import READERS
from agent.planner.notes import NOBODY
from agent.types import AuthMethod, BackendSpec

if TYPE_CHECKING:
    from agent.documents import InputDocument

CONTEXT = "the context"
"""What notes call the context, where it stands above the spec; ``about`` is the place in it."""
_IN_CONTEXT = {
    "name": "/context/projectName",
    "database": "/context/database/type",
    "python": "/context/pythonVersion",
}
_SILENT = frozenset(READERS) - {SourceFormat.SPEC, SourceFormat.OPENAPI}
"""The formats in which nobody says who signs in; JDL may, and then it is said."""
MAX_DESCRIPTION = 4000
"""Characters that a spec's description holds."""


def with_context(spec: BackendSpec, document: InputDocument, notes: list[Question]) -> BackendSpec:
    """Lay the context over the spec; say so where the two contradict each other."""
    context = document.context
    wanted: dict[str, Any] = {}
    if context.project_name is not None:
        wanted["name"] = context.project_name
    if context.database is not None and context.database.type is not None:
        wanted["database"] = context.database.type
    if context.python_version is not None:
        wanted["python"] = context.python_version
    for key, value in wanted.items():
        if key in spec.model_fields_set and getattr(spec, key) != value:
            notes.append(_overruled(key, getattr(spec, key), value, _IN_CONTEXT[key]))
    if context.authentication is not None and context.authentication.method is not None:
        auth = spec.auth
        if "method" in auth.model_fields_set and auth.method is not AuthMethod.JWT:
            said = auth.method.value
            where = "/context/authentication/method"
            notes.append(_overruled("auth.method", said, AuthMethod.JWT.value, where))
        wanted["auth"] = auth.model_copy(update={"method": AuthMethod.JWT})
    if "database" in wanted:
        wanted["database"] = type(spec.database)(wanted["database"])
    return spec.model_copy(update=wanted)


def nobody_signs_in(spec: BackendSpec, document: InputDocument) -> list[Question]:
    """Tell that nobody signs in, where tables or models are given and nobody chose so."""
    context = document.context
    is_chosen = "auth" in spec.model_fields_set or bool(context.spec and context.spec.entities)
    if is_chosen or not {source.format for source in context.sources} <= _SILENT:
        return []
    return [Question(id="", text=NOBODY, about="auth")] if context.sources else []


def _overruled(key: str, said: object, value: object, where: str) -> Question:
    text = f"The spec says {key} {said}, {CONTEXT} {value}: {CONTEXT} is followed."
    return Question(id="", text=text, about=where)


def with_description(
    spec: BackendSpec, document: InputDocument
) -> tuple[BackendSpec, tuple[Warn, ...]]:
    """Keep the request's description as the project's, where the spec has none."""
    if spec.description is not None:
        return spec, ()
    words = names.one_line(document.request.description)
    if not words:
        return spec, ()
    cut: tuple[Warn, ...] = ()
    if len(words) > MAX_DESCRIPTION:
        message = f"the project's description keeps the first {MAX_DESCRIPTION} characters of this"
        cut = (Warn(code="description-cut", pointer="/request/description", message=message),)
        words = words[:MAX_DESCRIPTION]
    return spec.model_copy(update={"description": words}), cut

"""What is sent to sign in, and what comes back? The parts of both bodies, by what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_saying import said
from agent.planner.readers.openapi_schemas import Part
from agent.planner.signing_in import FORM
from agent.types import Meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.openapi_calls import Call, Media
    from agent.planner.readers.openapi_schemas import Shape, Shapes

M = Meaning
_SECRETS = frozenset({"passwd", "password", "pwd", "userpassword"})
_ACCESS = frozenset({"accesstoken", "authtoken", "jwt", "jwttoken", "token"})
_REFRESH = frozenset({"refreshtoken"})
_KINDS = frozenset({"tokentype", "type"})
_SECONDS = "expiresin"
_GRANT = "granttype"


class NotPlainError(Exception):
    """Nothing says plainly how people sign in; the argument is why."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody sends to sign in; ``member`` is what rows call the name."""

    member: str
    means: dict[str, Meaning]
    is_form: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """What somebody gets: what each part means or says; ``untold`` is left out."""

    means: dict[str, Meaning]
    says: dict[str, bool | str] = field(default_factory=dict)
    untold: tuple[str, ...] = ()
    taken: dict[str, Meaning] = field(default_factory=dict)


def secret_of(shapes: Shapes, shape: Shape) -> str | None:
    """Return the part of a body that is a password, where there is just one."""
    texts = {
        wire: shapes.of(part)
        for wire, part in shape.properties.items()
        if is_name(wire) and shapes.of(part).kind == "string"
    }
    named = [wire for wire in texts if folded(wire) in _SECRETS]
    found = named or [wire for wire, inner in texts.items() if inner.format == "password"]
    return found[0] if len(found) == 1 else None


def credentials_of(
    shapes: Shapes, body: Shape, call: Call, members: Sequence[str], secret: str
) -> Credentials:
    """Return what is sent to sign in; ``members`` are the parts of the rows of who does.

    Raises:
        NotPlainError: it is not said.

    """
    media = call.body
    if media is None or not (media.is_json or media.type == FORM):
        raise NotPlainError(f"it takes {media.type if media else 'nothing'}")
    needed = body.required - {secret}
    needed -= {wire for wire in needed if folded(wire) == _GRANT}
    given = needed or [wire for wire in body.properties if wire != secret]
    named = {
        wire: member
        for wire in given
        if wire in body.properties
        and is_name(wire)
        and shapes.of(body.properties[wire]).kind == "string"
        and (member := _member(wire, members, secret)) is not None
    }
    if len(named) != 1:
        raise NotPlainError("what it takes for a name is not said")
    if more := sorted(needed - named.keys()):
        raise NotPlainError(f"what it does with {', '.join(more)} is not known")
    if any(p.required for p in call.parameters):
        raise NotPlainError("what its parameters are to do is not known")
    wire, member = next(iter(named.items()))
    return Credentials(member, {wire: M.LOGIN, secret: M.PASSWORD}, is_form=not media.is_json)


def tokens_of(shapes: Shapes, call: Call) -> Tokens:
    """Return what is given to who signed in.

    Raises:
        NotPlainError: its token is not found, or something beside it that no token says.

    """
    shape = _object(shapes, call.answer)
    if shape is None:
        raise NotPlainError("its answer is no object with a token")
    means: dict[str, Meaning] = {}
    says: dict[str, bool | str] = {}
    others = []
    for wire, part in shape.properties.items():
        inner, word = shapes.of(part), folded(wire)
        if not is_name(wire):
            others.append(wire)
        elif inner.kind == "string" and word in _ACCESS:
            means[wire] = M.ACCESS_TOKEN
        elif inner.kind == "string" and word in _REFRESH:
            means[wire] = M.REFRESH_TOKEN
        elif inner.kind in {"integer", "number"} and word == _SECONDS:
            means[wire] = M.SECONDS
        elif (text := _kind(word, inner) or said(wire, inner)) is not None:
            says[wire] = text
        else:
            others.append(wire)
    if sorted(means.values()).count(M.ACCESS_TOKEN) != 1 or len({*means.values()}) < len(means):
        raise NotPlainError("which part of its answer is the token is not said")
    if more := [wire for wire in others if wire in shape.required]:
        raise NotPlainError(f"its answer has to tell {', '.join(more)} beside the token")
    return Tokens(means, says, tuple(others))


def refreshed_by(shapes: Shapes, call: Call, given: Tokens) -> Tokens | None:
    """Return what an operation takes and gives that renews tokens; ``given``: who signs in gets."""
    body = _object(shapes, call.body)
    if body is None or M.REFRESH_TOKEN not in given.means.values():
        return None
    try:
        answer = tokens_of(shapes, call)
    except NotPlainError:
        return None
    taken = [w for w in body.properties if folded(w) in _REFRESH | {"token"} and is_name(w)]
    if len(taken) != 1 or body.required - {*taken}:
        return None
    return Tokens(answer.means, answer.says, answer.untold, {taken[0]: M.REFRESH_TOKEN})


def _object(shapes: Shapes, media: Media | None) -> Shape | None:
    if media is None or media.schema is None or not media.is_json:
        return None
    shape = shapes.of(Part(media.schema, media.pointer))
    return shape if shape.is_object else None


def _member(wire: str, members: Sequence[str], secret: str) -> str | None:
    """Return what rows call a name: the same, or the address where forms only know user names."""
    plain = {folded(member): member for member in members if folded(member) != folded(secret)}
    if folded(wire) in plain:
        return plain[folded(wire)]
    return plain.get("email") if folded(wire) in {"username", "login"} else None


def _kind(word: str, inner: Shape) -> str | None:
    """Return what an answer says of the kind of its token."""
    if word not in _KINDS or inner.kind != "string":
        return None
    known = [str(each) for each in (inner.default, *inner.enum) if each is not None]
    if not known:
        return "bearer"
    return next((each for each in known if each.lower() == "bearer"), None)

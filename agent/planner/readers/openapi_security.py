"""Who may call what, as a document has it? With a key, wherever its schemes say that it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agent.types import Auth, AuthMethod, KeyPlace

if TYPE_CHECKING:
    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_document import Document

_HTTP = {"bearer": "bearer", "basic": "basic"}


class Security:
    """The schemes that a document uses, and which operations need one of them."""

    def __init__(self, document: Document, calls: list[Call]) -> None:
        """Find the schemes that any operation names."""
        self.document = document
        root = document.data if document.is_2 else document.data.get("components") or {}
        key = "securityDefinitions" if document.is_2 else "securitySchemes"
        pointer = "" if document.is_2 else "/components"
        schemes = {
            name: document.follow(scheme, place)
            for name, scheme, place in document.items(root, key, pointer)
        }
        named = dict.fromkeys(
            name for call in calls for each in _needs(call) for name in each if name in schemes
        )
        places: dict[tuple[str, str], KeyPlace] = {}
        for name in named:
            place = self._place(name, *schemes[name])
            if place is not None:
                places.setdefault((place.place, place.name), place)
        self.places = tuple(places.values())

    @property
    def auth(self) -> Auth:
        """Return how a request says who it is from."""
        if not self.places:
            return Auth()
        self.document.assume(
            "auth",
            "Whoever has a key of which the setting API_KEY_DIGESTS knows the SHA-256 may call what"
            " the document protects, by any of its schemes; scopes are not told apart, and nobody"
            " is given a token here.",
        )
        return Auth(method=AuthMethod.KEYS, keys=self.places)

    def permission(self, call: Call) -> tuple[str, ...] | None:
        """Return who may call an operation."""
        if not self.places:
            return None
        needs = _needs(call)
        is_open = not needs or any(not each for each in needs)
        return ("public",) if is_open else ("authenticated",)

    def _place(self, name: str, scheme: dict[str, Any], pointer: str) -> KeyPlace | None:
        kind = str(scheme.get("type"))
        try:
            if kind == "apiKey":
                return KeyPlace(place=scheme.get("in", ""), name=scheme.get("name", ""))
            if kind == "http":
                return KeyPlace(place=_HTTP.get(str(scheme.get("scheme")).lower(), ""))
            if kind in {"oauth2", "openIdConnect"}:
                return KeyPlace(place="bearer")
            if kind == "basic":
                return KeyPlace(place="basic")
        except ValidationError:
            pass
        self.document.ask(
            name,
            f"The security scheme '{name}' ({pointer}) is none that is known: what it protects"
            " takes a key in the header Authorization. Is that enough?",
        )
        return KeyPlace(place="bearer")


def _needs(call: Call) -> list[dict[str, Any]]:
    given = call.security if isinstance(call.security, list) else []
    return [each for each in given if isinstance(each, dict)]

"""Who may call what, as a document has it? With a key, wherever its schemes say that it stands.

What cannot be read of ``security`` protects: only what is said to be open is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agent.planner.readers.openapi_document import is_component, is_name
from agent.types import Auth, AuthMethod, KeyPlace

if TYPE_CHECKING:
    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_given import Given

_HTTP = {"bearer": "bearer", "basic": "basic"}
_PLACES = {"oauth2": "bearer", "openIdConnect": "bearer", "basic": "basic"}
_UNREAD = ""
"""The scheme of what asks for one and cannot be read."""


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
            name for call in calls for each in self._needs(call) for name in each if name != _UNREAD
        )
        places: dict[tuple[str, str], KeyPlace] = {}
        for name in named:
            scheme, at = schemes.get(name, ({}, f"{pointer}/{key}"))
            place = self._place(name, scheme, at)
            if places.setdefault((place.place, place.name), place) is not place:
                what = "is served as the scheme before it that has the key in the same place"
                document.warn("scheme-joined", at, what)
        if not places and any(_UNREAD in each for call in calls for each in self._needs(call)):
            document.ask(
                "auth",
                "What is needed to call this cannot be read ('security'): it takes a key in the"
                " header Authorization. Is that enough?",
            )
            places["bearer", ""] = KeyPlace(place="bearer")
        self.places = tuple(places.values())

    @property
    def bears_tokens(self) -> bool:
        """Tell whether a request says who it is from as a bearer, and in no other way."""
        return [key.place for key in self.places] == ["bearer"]

    def is_open(self, call: Call) -> bool:
        """Tell whether an operation can be called by anybody."""
        needs = self._needs(call)
        return not needs or any(not each for each in needs)

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

    def take_keys(self, calls: list[Call]) -> None:
        """Take out of operations the parameters in which a request has its key.

        Documents say it twice for tools that know no schemes; nothing is looked for by a secret.
        """
        for call in calls:
            kept = []
            for given in call.parameters:
                if self._is_key(given):
                    what = f"The {given.place} parameter '{given.name}' is the key of a request."
                    self.document.assume("auth", f"{what} It is asked for by its scheme alone.")
                else:
                    kept.append(given)
            call.parameters = kept

    def _is_key(self, given: Given) -> bool:
        for key in self.places:
            if key.place == given.place == "header" and key.name.lower() == given.name.lower():
                return True
            if key.place == given.place and key.name == given.name:
                return True
        return False

    def permission(self, call: Call) -> tuple[str, ...] | None:
        """Return who may call an operation."""
        if not self.places:
            return None
        return ("public",) if self.is_open(call) else ("authenticated",)

    def _place(self, name: str, scheme: dict[str, Any], pointer: str) -> KeyPlace:
        kind = str(scheme.get("type"))
        given = {"place": _PLACES.get(kind, "")}
        if kind == "apiKey":
            given = {"place": scheme.get("in", ""), "name": scheme.get("name", "")}
        elif kind == "http":
            given = {"place": _HTTP.get(str(scheme.get("scheme")).lower(), "")}
        try:
            return KeyPlace(**given, scheme=name if is_component(name) else None)
        except ValidationError:
            pass
        self.document.ask(
            name,
            f"The security scheme '{name}' ({pointer}) is none that is known: what it protects"
            " takes a key in the header Authorization. Is that enough?",
        )
        return KeyPlace(place="bearer")

    def _needs(self, call: Call) -> list[tuple[str, ...]]:
        """Return the schemes of each alternative: an empty one asks for nothing, as no one does."""
        given, pointer = call.security, call.security_pointer
        if isinstance(given, list):
            return [
                self._alternative(each, f"{pointer}/{index}") for index, each in enumerate(given)
            ]
        return [self._unread(pointer)]

    def _alternative(self, given: object, pointer: str) -> tuple[str, ...]:
        if not isinstance(given, dict):
            return self._unread(pointer)
        found = tuple(map(str, given))
        return found if all(map(is_name, found)) else self._unread(pointer)

    def _unread(self, pointer: str) -> tuple[str, ...]:
        what = "this names no scheme as OpenAPI does (a list of objects): a key is needed here"
        self.document.warn("security", pointer, what)
        return (_UNREAD,)

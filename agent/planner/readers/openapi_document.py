"""What does an OpenAPI document hold, and what of it is wrong? References followed, notes taken.

Every version is read by the same words: those of 3, with a look at where 2.0 keeps the same thing.
What is wrong is left out and told, with its line and its pointer: it costs what leans on it, and
not the document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.contract.faults import escaped, unescaped
from agent.documents import Question, Warn
from agent.errors import SourceError
from agent.planner.components import OWN_COMPONENTS
from agent.some import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import Fault
    from agent.planner.readers.data_text import DataText
    from agent.planner.readers.written import Noted

Node = dict[str, Any]
MOST_FAULTS = 50
MOST_PLACES = 3
"""Places of which each has a warning of its own; of more, one names the first twenty."""
VERSIONS = "2.0, 3.0.x, 3.1.x or 3.2.x"
_VERSION = re.compile(r"^(?:2\.0|3\.[012]\.[0-9]+(?:-.*)?)$")
_LONGEST_CHAIN = 50
_COMPONENT = re.compile(r"^[a-zA-Z0-9._-]{1,120}$")
_NAME = re.compile(r"^[^\x00-\x1f\x7f\ud800-\udfff\"`\\]{1,120}$")


class Document:
    """A document, and what is told of it; ``lost`` is what of it is wrong, and left out."""

    def __init__(self, text: DataText) -> None:
        """Look at the version.

        Raises:
            SourceError: it is none that is read, or the text is no object.

        """
        self.text = text
        data = text.data
        if not isinstance(data, dict):
            what = "the document is no object"
            raise self.refusal("", what, "an object with 'openapi' or 'swagger'")
        self.data: Node = data
        self.lost: list[Fault] = []
        self._warned: dict[tuple[str, str], list[str]] = {}
        self.assumptions: list[Question] = []
        self.questions: list[Question] = []
        self._told: set[str] = set()
        if "openapi" not in data and "swagger" not in data:
            what = "no member 'openapi' or 'swagger' says the version"
            raise self.refusal("", what, VERSIONS)
        said = data.get("openapi", data.get("swagger"))
        version = str(said)
        key = "/openapi" if "openapi" in data else "/swagger"
        if version in {
            "2",
            "3.0",
            "3.1",
            "3.2",
            "3.0.x",
            "3.1.x",
            "3.2.x",
        }:  # a number in YAML, or half a version
            version = {"2": "2.0"}.get(version, f"{version[:3]}.0")
        if not _VERSION.match(version):
            raise self.refusal(key, f"the version {said!r} is not read", VERSIONS)
        self.is_2 = version.startswith("2")
        self.is_31 = version.startswith(("3.1", "3.2"))
        if version.startswith("3.2"):
            self.warn("version", key, "3.2 is read as 3.1: what is new in it is not known")

    # --- notes ---

    def fault(self, pointer: str, message: str, expected: str | None = None) -> Fault:
        """Return what is wrong at a place."""
        text = f"{shown(pointer)}: {message}" if pointer else message
        return self.text.text.fault("openapi", text, self.text.offset(pointer), expected)

    def refusal(self, pointer: str, message: str, expected: str | None = None) -> SourceError:
        """Return the error for a document of which nothing can be served."""
        return SourceError([self.fault(pointer, message, expected)])

    def lose(self, pointer: str, message: str, expected: str | None = None) -> None:
        """Take down what is wrong, and left out."""
        self.warn("wrong-and-left-out", pointer, message)
        if len(self.lost) < MOST_FAULTS:
            self.lost.append(self.fault(pointer, message, expected))

    def warn(self, code: str, pointer: str, message: str) -> None:
        """Take down what is read as something plainer."""
        places = self._warned.setdefault((code, message), [])
        if (text := f"{shown(pointer)}: {message}") not in self._told:
            self._told.add(text)
            places.append(pointer)

    @property
    def noted(self) -> list[Noted]:
        """Return what was warned of; what is so at many places is told once."""
        found: list[Noted] = []
        for (code, message), places in self._warned.items():
            alone = places if len(places) <= MOST_PLACES else places[:1]
            for pointer in alone:
                line = self.text.text.line(self.text.offset(pointer))
                text = f"line {line}: {shown(pointer)}: {message}"
                others = [shown(each) for each in places[len(alone) :]]
                if others:
                    text += f"; the same at {some(others)}"
                found.append((line, Warn(code=code, message=text)))
        return found

    def assume(self, about: str, text: str) -> None:
        """Take down a choice."""
        if text not in self._told:
            self._told.add(text)
            self.assumptions.append(Question(id="", text=text, about=about))

    def ask(self, about: str, text: str) -> None:
        """Take down what is left open."""
        if text not in self._told:
            self._told.add(text)
            self.questions.append(Question(id="", text=text, about=about))

    # --- references ---

    def follow(self, node: object, pointer: str) -> tuple[Node, str]:
        """Return an object behind its references, and where it stands; empty where it is wrong."""
        seen: set[str] = set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            here = f"{pointer}/$ref"
            target = local(reference)
            if target is None:
                self.lose(
                    here,
                    f"{reference!r} leads out of the document, and nothing is fetched",
                    "one document with everything in it (a bundle)",
                )
                return {}, pointer
            if target in seen or len(seen) > _LONGEST_CHAIN:
                self.lose(here, f"{reference!r} only leads back to itself")
                return {}, pointer
            seen.add(target)
            try:
                node = self.text.at(target)
            except KeyError:
                self.lose(here, f"{reference!r} leads nowhere")
                return {}, pointer
            pointer = target
        if isinstance(node, dict):
            return node, pointer
        if isinstance(node, bool):  # a schema of 3.1 that is always true, or never
            return {}, pointer
        self.lose(pointer, f"an object is expected here, not {_kind(node)}")
        return {}, pointer

    def items(self, node: object, key: str, pointer: str) -> Iterator[tuple[str, Any, str]]:
        """Return the members of an object inside of an object, with their places."""
        inner = node.get(key) if isinstance(node, dict) else None
        if inner is None:
            return
        if not isinstance(inner, dict):
            self.lose(f"{pointer}/{key}", f"an object is expected here, not {_kind(inner)}")
            return
        for name, value in inner.items():
            yield str(name), value, f"{pointer}/{key}/{escaped(str(name))}"

    def listed(self, node: Node, key: str, pointer: str) -> Iterator[tuple[Any, str]]:
        """Return the members of a list inside of an object, with their places."""
        inner = node.get(key)
        if inner is None:
            return
        if not isinstance(inner, list):
            self.lose(f"{pointer}/{key}", f"a list is expected here, not {_kind(inner)}")
            return
        for i, value in enumerate(inner):
            yield value, f"{pointer}/{key}/{i}"


def is_name(text: str) -> bool:
    """Tell whether a plan can call something so."""
    return bool(_NAME.match(text))


def is_component(text: str | None) -> bool:
    """Tell whether the application's own document can call a schema or a scheme so."""
    return bool(text and _COMPONENT.match(text)) and text not in OWN_COMPONENTS


def local(reference: str) -> str | None:
    """Return the JSON Pointer of a reference into the same document; None where it is no such."""
    if reference == "#":
        return ""
    if not reference.startswith("#/"):
        return None
    from urllib.parse import unquote  # noqa: PLC0415 - few documents have references with escapes

    return unquote(reference[1:]) if "%" in reference else reference[1:]


def shown(pointer: str) -> str:
    """Return a place as people write it."""
    return f"#{pointer}"


def name_at(pointer: str) -> str | None:
    """Return the name of the component at a place, where one stands there."""
    parts = pointer.split("/")[1:]
    if parts[:2] == ["components", "schemas"] and len(parts) == 3:  # noqa: PLR2004 - a name
        return unescaped(parts[2])
    if parts[:1] == ["definitions"] and len(parts) == 2:  # noqa: PLR2004 - a name
        return unescaped(parts[1])
    return None


def _kind(value: object) -> str:
    kinds = {str: "a text", bool: "a boolean", list: "a list", type(None): "null"}
    return kinds.get(type(value), "a number")

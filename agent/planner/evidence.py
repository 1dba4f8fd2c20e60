"""Is what a model planned said in the words? What is not becomes an assumption that we state.

A cheap check, by the stems of names: it asks whether the words speak of a thing, not whether they
say what is planned of it. Where it errs, it states an assumption too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import inflection

from agent.documents import Question
from agent.types import AuthMethod

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.planner.said import Said
    from agent.types import Attribute, BackendSpec, Entity

SHORTEST_STEM = 4
ANYBODY = frozenset({"anonymous", "anybody", "anyone", "everybody", "everyone", "guest", "public"})
"""Words that open something to people who are not signed in."""
SIGNING_IN = frozenset(
    {"account", "authentication", "authorization", "jwt", "login", "password", "register", "role"}
    | {"admin", "member", "permission", "sign", "signed", "log", "logged", "user"}
)
_BUILT_IN = frozenset({"public", "authenticated", "owner"})
_SAYS_NOTHING = frozenset({"at", "by", "date", "id", "is", "has", "of", "on", "time", "the", "to"})
_PLAIN_NUMBERS = (0, 1)
"""Bounds that say no more than "not negative" and "at least one"."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def unsaid(said: Said, base: BackendSpec, words: str) -> list[Question]:
    """Return an assumption for what neither the words nor the model's own assumptions speak of.

    Args:
        said: The model's answer.
        base: What structured sources say already.
        words: Everything that was said in words.

    """
    looking = _Looking(_Speech(words), _Speech("\n".join(said.assumptions)), base)
    return list(looking.found(said.reading.spec))


class _Speech:
    """Words to look names up in."""

    def __init__(self, text: str) -> None:
        self.text = text.lower()
        self.stems = {_stem(word) for word in set(_words(text))}
        self.numbers = {float(number) for number in _NUMBER.findall(text)}

    def names(self, name: str) -> bool:
        """Tell whether each telling word of a name occurs."""
        return all(map(self._has, _telling(name)))

    def any_of(self, words: Iterable[str]) -> bool:
        """Tell whether one of these words occurs."""
        return any(_stem(word) in self.stems for word in words)

    def _has(self, stem: str) -> bool:
        # a script without spaces between words, or a compound of two
        if stem in self.stems or (stem in self.text and not stem.isascii()):
            return True
        if len(stem) < SHORTEST_STEM:
            return False
        return any(_akin(stem, other) for other in self.stems)


@dataclass(frozen=True, slots=True)
class _Looking:
    words: _Speech
    assumed: _Speech
    base: BackendSpec

    def found(self, spec: BackendSpec) -> Iterator[Question]:
        if spec.auth.method is AuthMethod.JWT and self.base.auth.method is AuthMethod.NONE:
            yield from self.signing_in(spec)
        before = {entity.name: entity for entity in self.base.entities}
        for entity in spec.entities:
            yield from self.entity(entity, before.get(entity.name), spec)
        for operation in spec.operations:
            if not self.said(operation.name, any_word=True):
                text = f"The operation {operation.name}: the words do not ask for it by name."
                yield _assumption(text, operation.name)
        yield from self.roles(spec)

    def said(self, name: str, *, any_word: bool = False) -> bool:
        if any_word:
            return any(self.said(word) for word in _words(name))
        return self.words.names(name) or self.assumed.names(name)

    def signing_in(self, spec: BackendSpec) -> Iterator[Question]:
        hints = {*SIGNING_IN, *spec.auth.roles, *_words(spec.auth.user)}
        if not self.words.any_of(hints) and not self.assumed.any_of(hints):
            yield _assumption("People sign in: the words do not say so.", "auth")

    def entity(
        self, entity: Entity, before: Entity | None, spec: BackendSpec
    ) -> Iterator[Question]:
        if before is None and not self.said(entity.name):
            text = f"{entity.name}, and what it holds: the words do not name it."
            yield _assumption(text, entity.name)
        else:
            enums = {enum.name: enum.values for enum in spec.enums}
            by_value = {
                attribute.name
                for attribute in entity.attributes
                if any(map(self.said, enums.get(attribute.enum or "", ())))
            }
            unnamed = [n for n in self.unnamed(entity, before, spec) if n not in by_value]
            if unnamed:
                text = f"{entity.name} has {', '.join(unnamed)}: the words do not say so."
                yield _assumption(text, entity.name)
            for attribute in entity.attributes:
                if attribute.name not in unnamed:
                    values = enums.get(attribute.enum or "", ())
                    yield from self.rules(attribute, values, f"{entity.name}.{attribute.name}")
        opened = [action for action, rule in entity.access if "public" in (rule or ())]
        if opened and not (self.words.any_of(ANYBODY) or self.assumed.any_of(ANYBODY)):
            text = f"Everybody may {', '.join(opened)} {entity.name}: the words do not say so."
            yield _assumption(text, entity.name)

    def unnamed(self, entity: Entity, before: Entity | None, spec: BackendSpec) -> list[str]:
        """Return the attributes and relations that nothing speaks of."""
        known = set(before.member_names) if before else set()
        if entity.name == spec.auth.user:
            known |= {spec.auth.login, spec.auth.password}
        targets = {relation.name: relation.target for relation in entity.relations}
        return [
            name
            for name in entity.member_names
            if name not in known and not self.said(name) and not self.said(targets.get(name, name))
        ]

    def rules(self, attribute: Attribute, values: Iterable[str], about: str) -> Iterator[Question]:
        unsaid_values = [value for value in values if not self.said(value)]
        if unsaid_values:
            text = f"{about} can be {', '.join(unsaid_values)}: the words do not say so."
            yield _assumption(text, about)
        bounds = [f"{number:g}" for number in self.bounds(attribute)]
        if bounds:
            text = f"{about} is bounded by {', '.join(bounds)}: the words give no such number."
            yield _assumption(text, about)

    def bounds(self, attribute: Attribute) -> Iterator[float]:
        for bound in (
            attribute.minimum,
            attribute.maximum,
            attribute.exclusive_minimum,
            attribute.exclusive_maximum,
        ):
            if bound is not None and bound not in _PLAIN_NUMBERS:
                known = self.words.numbers | self.assumed.numbers
                if float(bound) not in known:
                    yield float(bound)

    def roles(self, spec: BackendSpec) -> Iterator[Question]:
        known = {*_BUILT_IN, *self.base.auth.roles, spec.auth.admin_role, spec.auth.roles[0]}
        missing = [r for r in spec.auth.roles if r not in known and not self.said(r)]
        if missing:
            text = f"There are the roles {', '.join(missing)}: the words do not name them."
            yield _assumption(text, "auth.roles")


def _assumption(text: str, about: str) -> Question:
    return Question(id="", text=text, about=about)


def _words(text: str) -> list[str]:
    """Split text or a name into words: ``dueDate``, ``due_date`` and ``due date`` are the same."""
    return [word.lower() for word in _WORD.findall(inflection.underscore(text).replace("_", " "))]


@lru_cache(maxsize=4096)
def _telling(name: str) -> tuple[str, ...]:
    """Return the stems of those words of a name that tell something, or else of all."""
    stems = tuple(_stem(word) for word in _words(name))
    return tuple(stem for stem in stems if stem not in _SAYS_NOTHING) or stems


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    return inflection.singularize(word) if word.isascii() else word


def _akin(one: str, other: str) -> bool:
    """Tell whether two words begin alike, for most of both: publish, published, publisher."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST_STEM:
        return False
    alike = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    return alike >= SHORTEST_STEM and alike * 5 >= len(long) * 3 and alike >= len(short) - 2

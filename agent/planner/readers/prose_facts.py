"""What can a sentence say? Facts, each with the place it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from agent.planner.readers.prose_text import Span
    from agent.types import AttributeType

Count = Literal["one", "many"]


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase: ``key`` in snake case and singular, and how many of it are spoken of."""

    key: str
    span: Span
    plural: bool = False
    count: Count | None = None
    determined: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that something has: a value of its own, or (``noun``) something known by itself.

    ``name`` is what it is called, in snake case. ``steps`` are pairs of states. ``target`` says of
    which kind it is ("a manager who is an employee"), ``inner`` what it has itself.
    """

    noun: Noun
    name: str
    type: AttributeType | None = None
    optional: bool = False
    required: bool = False
    unique: bool = False
    values: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    target: str | None = None
    inner: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """There is such a thing."""

    entity: Noun


@dataclass(frozen=True, slots=True)
class Reference:
    """A word such as "they" is taken to mean an entity."""

    entity: Noun
    span: Span


@dataclass(frozen=True, slots=True)
class Has:
    """An entity has something."""

    entity: Noun
    item: Item


@dataclass(frozen=True, slots=True)
class Link:
    """Two entities belong together: how many of the right one has the left, and the other way.

    None where the words do not say, ``sure`` where they say it by a number. ``role`` tells apart
    what links the same two in different ways; empty for plain belonging. ``verb`` is what the left
    does with the right.
    """

    left: Noun
    right: Noun
    span: Span
    rights: Count | None = None
    lefts: Count | None = None
    sure: bool = False
    optional: bool = False
    role: str = ""
    verb: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """Somebody may, or (``forbidden``) may not, do something with the rows of an entity, or all.

    ``the`` is said of one of them: whose it is, where an entity of that name is linked to it.
    """

    who: str
    actions: tuple[str, ...]
    entity: Noun | None
    span: Span
    only: bool = False
    own: bool = False
    forbidden: bool = False
    the: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """A sentence about a field that was named before: "the email is unique"."""

    item: Item
    entity: Noun | None
    near: Noun | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody may bring an entity into a state: "only agents can close tickets"."""

    who: str
    past: str
    entity: Noun
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    """A choice for the whole project: database, auth, name or python."""

    key: str
    value: str
    span: Span


Fact = Mention | Reference | Has | Link | Right | Quality | Step | Setting


@dataclass(slots=True)
class Read:
    """What was read of one clause: its facts, and the stretches that were not understood."""

    facts: list[Fact] = field(default_factory=list)
    unread: list[Span] = field(default_factory=list)

"""Which names may reach a template? Safe identifiers out of names in any script.

Every name that a spec gives passes through here before it can become Python: ASCII only, no
keyword, nothing that pydantic, SQLAlchemy or our own templates already use. The database keeps the
original name.
"""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

from agent.planner import reserved

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

RESERVED_CLASSES = reserved.CLASSES
RESERVED_MODULES = reserved.MODULES
RESERVED_VARIABLES = reserved.VARIABLES
# Room for what is put before and after a name: every name of a spec ends at 120 characters.
_LONGEST_ATTRIBUTE = 60
_LONGEST_CLASS = 50
_LONGEST_COMPOSED = 100
PROJECT_NAME = (
    "1 to 120 characters, a letter or digit among them, no slash, control character, quote or"
    " backslash"
)
_NEXT_WORD = re.compile(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])")
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")
BUILTINS = frozenset(dir(builtins))
# A list's query class is called after its operation.
_QUERY_CLASS = re.compile(r"List\w*Query")


def ascii_words(name: str) -> list[str]:
    """Split a name in any script into lower-case ASCII words (``"OrderItem"`` -> order, item)."""
    if not name.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - only names in other scripts need its tables

        name = anyascii(name)
    spaced = _NEXT_WORD.sub(r"\1\3 \2\4", name)
    return [word.lower() for word in _NO_WORD.split(spaced) if word]


@lru_cache(maxsize=8192)
def is_project_name(name: str) -> bool:
    """Tell whether a project can be called so: something to read, and no path."""
    return "/" not in name and any(character.isalnum() for character in name)


@lru_cache(maxsize=8192)
def snake(name: str, fallback: str = "field") -> str:
    """Return a snake_case identifier, which may still be reserved."""
    joined = "_".join(ascii_words(name)) or fallback
    return f"{fallback}_{joined}" if joined[0].isdigit() else joined


def pascal(name: str, fallback: str = "Entity") -> str:
    """Return a PascalCase identifier, which may still be reserved; ``ABCThing`` keeps capitals."""
    if name.isascii() and name.isidentifier() and name[0].isupper() and "_" not in name:
        return name
    joined = "".join(word.capitalize() for word in ascii_words(name)) or fallback
    return f"{fallback}{joined}" if joined[0].isdigit() else joined


def camel(name: str) -> str:
    """Return a camelCase form of a snake_case name."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def attribute_name(name: str, taken: Collection[str]) -> str:
    """Return a safe attribute name that is not in ``taken``; a clash gets ``_`` or a number."""
    usual = _attribute_name(name)
    if usual not in taken:
        return usual
    return _safe(_numbered(snake(name), _LONGEST_ATTRIBUTE), taken, is_reserved_attribute)


@lru_cache(maxsize=8192)
def _attribute_name(name: str) -> str:
    return _safe(_numbered(snake(name), _LONGEST_ATTRIBUTE), (), is_reserved_attribute)


def query_name(name: str) -> str:
    """Return the Python name of a list's parameter: none that its query has by itself."""
    usual = attribute_name(name, ())
    return f"{usual}_" if usual in reserved.QUERY_MEMBERS else usual


def is_reserved_attribute(name: str) -> bool:
    """Tell whether a class body cannot hold an attribute of this name."""
    return (
        keyword.iskeyword(name)
        or name in reserved.ATTRIBUTES
        or name.startswith(reserved.ATTRIBUTE_PREFIXES)
    )


def operation_name(name: str, taken: Collection[str]) -> str:
    """Return a safe name of the functions that are one operation."""
    return _safe(_numbered(snake(name), _LONGEST_COMPOSED), taken, _is_reserved_function)


def _is_reserved_function(name: str) -> bool:
    return keyword.iskeyword(name) or name in _RESERVED_FUNCTIONS


# These four have modules of their own.
_RESERVED_FUNCTIONS = RESERVED_VARIABLES - {"login", "me", "refresh", "register"}


def _safe(
    candidates: Iterator[str], taken: Collection[str], is_reserved: Callable[[str], bool]
) -> str:
    """Return the first candidate that is free; a reserved one ends in ``_``.

    Making a name safe that was made so before changes nothing: ``snake`` takes the ``_`` away.
    """
    safe = (f"{name}_" if is_reserved(name) else name for name in candidates)
    return next(name for name in safe if name not in taken)


def _numbered(
    candidate: str, limit: int, cut: Callable[[str, int], str] | None = None
) -> Iterator[str]:
    """Yield a name, then it with numbers from 2, none of them longer than ``limit``."""
    cut = cut or shorten
    first = cut(candidate, limit)
    yield first
    stem = first if not first[-1].isdigit() else f"{first}_"
    for number in count(2):
        yield cut(f"{stem}{number}", limit)


def class_name(name: str, taken: Collection[str]) -> str:
    """Return a safe name of an entity or enum; a clash gets ``Record`` or a number.

    No two share a module either, whatever the case of their letters.
    """
    candidate = _short_class(pascal(name), _LONGEST_CLASS)
    module = snake(candidate)
    if (
        candidate in RESERVED_CLASSES
        or module in RESERVED_MODULES
        or keyword.iskeyword(module)
        or _QUERY_CLASS.fullmatch(candidate)
    ):
        candidate += "Record"
    modules = {snake(other) for other in taken}
    candidates = _numbered(candidate, _LONGEST_CLASS, _short_class)
    return next(name for name in candidates if snake(name) not in modules)


def schema_name(name: str, classes: Collection[str], taken: Collection[str]) -> str:
    """Return a safe name of a schema; ``classes`` are those of entities and enums."""
    candidate = _short_class(pascal(name), _LONGEST_COMPOSED)
    is_reserved = candidate in RESERVED_CLASSES or _QUERY_CLASS.fullmatch(candidate)
    if is_reserved or candidate in classes:
        candidate += "Body"
    candidates = _numbered(candidate, _LONGEST_COMPOSED, _short_class)
    return next(name for name in candidates if name not in classes and name not in taken)


def _short_class(name: str, limit: int) -> str:
    return name if len(name) <= limit else shorten(name, limit).replace("_", "")


def plural_name(entity: str, given: str | None, taken: Collection[str]) -> str:
    """Return the snake_case plural that names an entity's collection, and modules after it."""
    one = snake(entity)
    many = snake(given) if given else plural(one)
    if keyword.iskeyword(many) or many in RESERVED_MODULES or many in BUILTINS:
        many = f"{many}_rows" if given else f"{one}_rows"
    return next(name for name in _numbered(many, _LONGEST_CLASS) if name not in taken)


@lru_cache(maxsize=8192)
def variable_name(entity: str) -> str:
    """Return the local variable that holds a row of an entity."""
    name = snake(entity)
    return f"{name}_row" if name in RESERVED_VARIABLES or keyword.iskeyword(name) else name


def unique(candidate: str, taken: Collection[str]) -> str:
    """Return the candidate, numbered from 2 when it is taken."""
    if candidate not in taken:
        return candidate
    return next(
        name for name in _numbered(candidate, len(candidate.encode()) + 9) if name not in taken
    )


@lru_cache(maxsize=4096)
def plural(name: str) -> str:
    """Return the English plural of a snake_case name's last word."""
    import inflection  # noqa: PLC0415 - its rules are compiled on import

    head, _, last = name.rpartition("_")
    word = inflection.pluralize(last)
    if word == last and inflection.singularize(last) == last:
        return f"{head}_{last}" if head else last
    return f"{head}_{word}" if head else word


_WITH_F = ("calf", "dwarf", "elf", "half", "hoof", "leaf", "loaf", "scarf", "self", "sheaf",
           "shelf", "thief", "wharf", "wolf")  # fmt: skip
_WITH_FE = ("knife", "wife")
_LIVES = frozenset({"life", "afterlife"})
"""How singulars of -ves end where they do not keep their v."""


@lru_cache(maxsize=4096)
def singular(name: str) -> str:
    """Return the English singular of a snake_case name's last word."""
    import inflection  # noqa: PLC0415 - its rules are compiled on import

    head, _, last = name.rpartition("_")
    word = inflection.singularize(last)
    if last.endswith("ves"):
        word = _of_ves(last.removesuffix("ves"))
    return f"{head}_{word}" if head else word


def _of_ves(stem: str) -> str:
    """Return the singular of a word in -ves: a shelf, a knife, and a cave."""
    if f"{stem}f".endswith(_WITH_F):
        return f"{stem}f"
    with_fe = f"{stem}fe"
    return with_fe if with_fe.endswith(_WITH_FE) or with_fe in _LIVES else f"{stem}ve"


def article(words: str) -> str:
    """Return 'a' or 'an' for what follows, by its sound."""
    word = words.lower()
    is_vowel = word[:1] in {"a", "e", "i", "o", "u"} and not re.match(r"u[ns][ei]|eu|one", word)
    return "an" if is_vowel else "a"


def one_line(text: str) -> str:
    """Return a text on one line, with a space for all that nobody sees."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())


def shorten(name: str, limit: int = 60) -> str:
    """Return a name within ``limit`` bytes, told apart by a digest of the whole."""
    if len(name.encode()) <= limit:
        return name
    import hashlib  # noqa: PLC0415 - rarely needed

    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    start = name.encode()[: limit - 10].decode(errors="ignore").rstrip("_")
    return f"{start}_x{digest}"

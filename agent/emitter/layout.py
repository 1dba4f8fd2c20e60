"""How is a piece of Python laid out, so that a formatter would change nothing?

Everything here gives text that ``ruff format`` (line length 100) and its import sorting leave as
it is: the emitter runs no formatter.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 100
FIRST_PARTY = frozenset({"app", "tests"})
_JOINERS = "\u200c\u200d"
"""Not seen either, but without them words of some scripts are spelled wrongly."""
_THIS = re.compile(r"this\b", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_PARTS = re.compile(r"[0-9]+|[^0-9]")


@lru_cache(maxsize=8192)
def quote(text: str) -> str:
    """Return a string literal, in double quotes unless single ones need fewer escapes."""
    # with both quotes in it, Python escapes the single ones, each time in the same way
    both = repr(f"{text}'\"")[1:-4]
    body = _ESCAPED.sub(lambda found: "'" if found[1] == "'" else found[0], both)
    if '"' not in body:
        return f'"{body}"'
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'


def literal(value: object) -> str:
    """Return a literal for JSON-like data."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    return repr(value).replace("e+", "e")  # as the formatter writes large numbers


def docstring(text: str, indent: int = 0) -> str:
    """Return a one-line or wrapped docstring; quotes and backslashes in the text are harmless."""
    clean = _plain_line(text).replace("\\", "\\\\").replace('"""', "'''")
    if clean.startswith('"'):  # which would be one quote too many
        clean = f"'{clean[1:]}"
    if _THIS.match(clean):  # a docstring does not begin so
        clean = f"Note: {clean}"
    if not clean.endswith((".", "?", "!")):
        clean += "."
    one = f'"""{clean}"""'
    if indent + len(one) <= WIDTH:
        return one
    import textwrap  # noqa: PLC0415 - only long descriptions wrap

    pad = " " * indent
    summary, _, _ = clean.partition(". ")
    rest = clean[len(summary) + 2 :]
    if not rest or indent + len(summary) + 4 > WIDTH:
        summary = textwrap.shorten(clean, WIDTH - indent - 6, placeholder=" ..").rstrip(".") + ".."
        rest = clean
    lines = textwrap.wrap(rest, WIDTH - indent, break_long_words=False)
    return "\n".join([f'"""{summary}.', "", *(f"{pad}{line}" for line in lines), f'{pad}"""'])


def _plain_line(text: str) -> str:
    """Return a text as one line, without signs that nobody sees, and that turn others round."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(sign for sign in line if sign.isprintable() or sign in _JOINERS)


def comment(text: str, indent: int = 0) -> str:
    """Return text as comment lines without the first line's indentation."""
    import textwrap  # noqa: PLC0415 - few projects have comments

    lines = textwrap.wrap(_plain_line(text), WIDTH - indent - 2) or [""]
    return ("\n" + " " * indent).join(f"# {line}" for line in lines)


def one_line(text: str, width: int) -> str:
    """Return the beginning of a text on one line: a second one may look like code."""
    import textwrap  # noqa: PLC0415 - few projects have such texts

    return textwrap.shorten(text, width, placeholder=" ...")


def call(
    head: str, items: Sequence[str], tail: str = ")", indent: int = 0, *, nested: bool = False
) -> str:
    """Return ``head`` + items + ``tail``, on one line if it fits, else one item a line.

    ``head`` ends with its opening bracket. ``indent`` is the column where the head stands (its own
    indentation is not part of the result); items that take several lines are laid out for the
    column ``indent + 4``. ``nested`` calls are items themselves: a comma will follow.
    """
    one = head + ", ".join(items) + tail
    if "\n" not in one and indent + len(one) + nested <= WIDTH:
        return one
    return block(head, items, tail, indent)


def block(head: str, items: Sequence[str], tail: str, indent: int = 0) -> str:
    """Return items one a line, always (a magic trailing comma keeps them so)."""
    if not items:
        return head + tail
    pad = " " * (indent + 4)
    body = "".join(f"{pad}{fit(item, indent + 4, comma=True)},\n" for item in items)
    return f"{head}\n{body}{' ' * indent}{tail}"


def fit(line: str, indent: int = 0, *, comma: bool = False) -> str:
    """Return a statement that is one call, broken at its last bracket where it is too long."""
    if "\n" in line or indent + len(line) + comma <= WIDTH:
        return line
    sums = [p for p, c, d in _scan(line) if c == "+" and d == 0] if comma else []
    if sums:  # an item inside of brackets needs none of its own
        left, right = line[: sums[-1]].rstrip(), line[sums[-1] :]
        return f"{left}\n{' ' * indent}{right}"
    opening = _last_opening(line)
    if opening is None or _is_sum(line):
        return line  # too long still: the formatter breaks it
    head, inner, tail = line[: opening + 1], line[opening + 1 : -1], line[-1]
    pad = " " * (indent + 4)
    if len(pad) + len(inner) <= WIDTH:
        return f"{head}\n{pad}{inner}\n{' ' * indent}{tail}"
    return block(head, _split(inner), tail, indent)


def fit_step(step: str, indent: int) -> str:
    """Return a statement, or one under an ``if``, broken where it is too long."""
    first, newline, rest = step.partition("\n")
    if not newline:
        return fit(step, indent)
    if not first.endswith(":") or "\n" in rest:
        return step
    inner = indent + 4
    return f"{first}\n{' ' * inner}{fit(rest.strip(), inner)}"


def _scan(text: str) -> list[tuple[int, str, int]]:
    """Return (position, character, depth) of what stands outside strings."""
    found = []
    depth, position = 0, 0
    inside = ""
    while position < len(text):
        character = text[position]
        if inside:
            if character == "\\":
                position += 1
            elif character == inside:
                inside = ""
        elif character in "\"'":
            inside = character
        else:
            depth -= character in ")]}"
            found.append((position, character, depth))
            depth += character in "([{"
        position += 1
    return found


def _last_opening(line: str) -> int | None:
    """Return where the bracket opens that closes at the line's end."""
    if line[-1:] not in {")", "]", "}"}:
        return None
    scanned = _scan(line)
    depth = scanned[-1][2]
    return next(p for p, c, d in reversed(scanned) if c in "([{" and d == depth)


def _is_sum(line: str) -> bool:
    """Tell whether a line adds something to something, which is broken before the sign."""
    return " + " in line and any(c == "+" and d == 0 for _, c, d in _scan(line))


def _split(text: str) -> list[str]:
    """Split a list of arguments at its own commas; the last may stand behind all."""
    commas = [p for p, c, d in _scan(text) if c == "," and d == 0]
    starts = [0, *(p + 1 for p in commas)]
    ends = [*commas, len(text)]
    parts = [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    return parts if parts[-1] else parts[:-1]


def tuple_of(items: Sequence[str], head: str = "", indent: int = 0) -> str:
    """Return a tuple display, with the comma that a single item needs."""
    if len(items) == 1:
        one = f"{head}({items[0]},)"
        fits = indent + len(one) <= WIDTH and "\n" not in one
        return one if fits else block(f"{head}(", items, ")", indent)
    return call(f"{head}(", items, indent=indent)


class Imports:
    """The import block of one module, sorted as isort would."""

    def __init__(self) -> None:
        """Start empty."""
        self._names: dict[str, set[str]] = defaultdict(set)
        self._modules: set[str] = set()

    def add(self, module: str, *names: str) -> None:
        """Note ``from module import names``."""
        if names:
            self._names[module].update(names)

    def module(self, statement: str) -> None:
        """Note a plain import, for example ``datetime as dt``."""
        self._modules.add(statement)

    def update(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Note several imports; a module without a name is a plain import."""
        for module, name in pairs:
            if name:
                self._names[module].add(name)
            else:
                self._modules.add(module)

    def discard(self, module: str) -> None:
        """Forget a module: nothing imports itself."""
        self._names.pop(module, None)

    def __bool__(self) -> bool:
        """Tell whether there is anything to import."""
        return bool(self._names or self._modules)

    def render(self, indent: int = 0) -> str:
        """Return the block without a trailing newline."""
        pad = " " * indent
        sections: list[list[str]] = [[], [], []]
        for statement in sorted(self._modules, key=str.lower):
            sections[_section(statement)].append(f"{pad}import {statement}")
        for module in sorted(self._names, key=_module_key):
            members = sorted(self._names[module], key=member_key)
            line = f"from {module} import {', '.join(members)}"
            if indent + len(line) > WIDTH:
                line = block(f"from {module} import (", members, ")", indent)
            sections[_section(module)].append(pad + line)
        return "\n\n".join("\n".join(lines) for lines in sections if lines)


@lru_cache(maxsize=8192)
def _module_key(module: str) -> tuple[object, ...]:
    return natural(module.lower()), natural(module)


@lru_cache(maxsize=8192)
def _section(module: str) -> int:
    root = module.split(maxsplit=1)[0].split(".", maxsplit=1)[0]
    if root in FIRST_PARTY:
        return 2
    return 0 if root in sys.stdlib_module_names else 1


@lru_cache(maxsize=8192)
def member_key(name: str) -> tuple[object, ...]:
    """Sort constants first, then classes, then everything else; each as people count."""
    is_constant = name.isupper() and len(name) > 1
    kind = 0 if is_constant else 2 - name[0].isupper()
    return kind, natural(name.lower()), natural(name)


def export_key(name: str) -> tuple[object, ...]:
    """Sort the names of ``__all__``: as imports, but capitals come first."""
    return member_key(name)[0], natural(name)


@lru_cache(maxsize=8192)
def natural(text: str) -> tuple[tuple[int, bool, int, str], ...]:
    """Return a key that sorts ``item2`` before ``item10``: ruff's own order."""
    return tuple(
        (ord("0"), part[0] != "0", 0 if part[0] == "0" else len(part), part)
        if part[0].isdecimal()
        else (ord(part), False, 0, "")
        for part in _PARTS.findall(text)
    )

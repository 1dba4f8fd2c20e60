"""What do readers make of broken texts? Mutations of cases, by seed, and a judge of the answer.

Every format of ``agent.planner.formats`` is there as soon as it stands in its table, and JSON.
"""

from __future__ import annotations

import json
import time
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from agent.contract import read_input
from agent.contract.forms import ENDINGS, JSON, form_of, json_kind
from agent.contract.text import parse_json
from agent.documents import SourceFormat
from agent.errors import QuestionError, RefusedError
from agent.planner import formats
from agent.planner.plan import plan
from evals.cases import SETS, cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.documents import Fault
    from tests.made import Json

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "schemas" / "examples"
FORMATS: tuple[str, ...] = (*(each.value for each in formats.SOURCES), JSON)
SOURCE = "/context/sources/0/content"
OF_THE_WHOLE = frozenset({"encoding", "missing", "sql-dialect", "sql-empty", "too-long"})
"""Codes of faults that are about a whole text, or say themselves at which character."""
_NOWHERE = object()
BAD = frozenset({"broken", "no place"})
"""What is no answer."""
MOST_SECONDS = 30
LONGEST = 6000
"""Characters of a case that are mutated; the rest is left out, for speed."""
SQL = """
-- a shop
CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
CREATE TABLE "users" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email varchar(255) NOT NULL UNIQUE, -- where to write to
  m mood DEFAULT 'sad',
  born date CHECK (born > DATE '1900-01-01')
);
CREATE TABLE shop.orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  total numeric(10, 2) DEFAULT 0.00 CHECK (total >= 0),
  tags text[], note text, created timestamptz DEFAULT now(),
  CONSTRAINT one_a_day UNIQUE (user_id, created)
);
CREATE INDEX ON shop.orders (total DESC);
ALTER TABLE shop.orders ADD COLUMN paid boolean DEFAULT false;
COMMENT ON TABLE users IS $$people$$;
INSERT INTO users (email) VALUES ('a;b');
"""
TOKENS = (
    *(
        "\0",
        "\ud800",
        "\udfff",
        "\ufeff",
        "\u2028",
        "\x85",
        "\x1a",
        "\x1b[31m",
        "\u202e",
        "😀",
        "ß",
    ),
    *("'", '"', "`", '"""', "'''", "$$", "\\", "\\u0000", "\\ud800", "--", "/*", "*/", "#", "//"),
    *("(", ")", "[", "]", "{", "}", "<", ">", ",", ";", ":", "|", "=", "->", "<->", "..", "?", "@"),
    *(
        "null",
        "true",
        "none",
        "class",
        "__class__",
        "self",
        "id",
        "select",
        "drop table x;",
        "import",
    ),
    *("../x", "/etc/passwd", "{{ 7*7 }}", "{% for x in y %}", "%s", "${x}", "<script>", "&a [*a]"),
    *("0", "-1", "1e999", "9" * 400, "0.1e-400", "NaN", "٣", "²", "1_000", "0x1", "65536", "-0"),
    *(
        "entity",
        "table",
        "enum",
        "key",
        "unique",
        "references",
        "default",
        "check",
        "owner",
        "model",
    ),
    *(
        "$ref",
        "#/a/b",
        "&x",
        "*x",
        "<<: *x",
        "!!python/object:os",
        "---",
        "%YAML 1.1",
        "\t",
        "\v\f",
    ),
)
VALUES: tuple[Json, ...] = (
    *(None, True, 0, -1, 1e300, 10**30, "", [], {}, [[]], [{}], {"": {}}, [None], "a" * 200),
    *({"$ref": "#"}, {"$ref": "#/definitions/x"}, {"type": "object"}, {"name": "x"}, *TOKENS),
)
NEWLINES = ("\r", "\r\n", "\n\n\n", "\x0b", "\x0c", "\u2029", "\n\r")
BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ('"', '"'), ("'", "'"), ("`", "`"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a text: accepted, asked, refused, no place (of a fault), or broken."""

    outcome: str
    why: str = ""
    seconds: float = 0.0


@cache
def texts(form: str) -> tuple[str, ...]:
    """Return the texts of all cases in a form, from files, examples and evals; never none."""
    found = [
        path.read_text(encoding="utf-8")
        for folder in (HERE / "cases", EXAMPLES)
        for path in sorted(folder.rglob("*"))
        if path.suffix and form in _forms(path)
    ]
    for path in sorted(EXAMPLES.glob("input-*.json")):
        context = json.loads(path.read_text(encoding="utf-8")).get("context", {})
        found += [s["content"] for s in context.get("sources", ()) if s.get("format") == form]
    if form == SourceFormat.TEXT:
        found += [case.text for name in SETS for case in cases(name)]
    if form == SourceFormat.SQL:
        found.append(SQL)
    return tuple(found) or texts(SourceFormat.SPEC)


def _forms(path: Path) -> set[str]:
    """Return the form of a file, and of JSON what it holds."""
    if path.suffix not in {*ENDINGS, ".yaml"}:
        return set()
    content = path.read_text("utf-8", "replace")
    form = form_of(path.name, content)
    return {form, *([json_kind(json.loads(content))] if form == JSON else [])}


def mutated(form: str, seed: int) -> str:
    """Return a case text of a form with some things done to it, the same for each seed."""
    chance = Random(f"{form} {seed}")  # noqa: S311 - texts, not secrets
    source = form if chance.random() < 0.9 else chance.choice(FORMATS)
    text = chance.choice(texts(source))
    if text.lstrip().startswith("{") and chance.random() < 0.7:
        return _changed_inside(text, chance)
    if len(text) > LONGEST:
        start = chance.randrange(len(text) - LONGEST) if chance.random() < 0.5 else 0
        text = text[start : start + LONGEST]
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        text = chance.choice(_MUTATIONS)(text, chance)
    return text


def _changed_inside(text: str, chance: Random) -> str:
    """Return JSON in which some values are others, are gone, or stand in another place."""
    data = json.loads(text)
    for _ in range(chance.choice((1, 1, 2, 4))):
        places = list(_places(data))
        if not places:
            break
        container, key = chance.choice(places)
        other, place = chance.choice(places)
        value = chance.choice((*VALUES, other[place], {"x": other[place]}, [other[place]] * 3))
        if chance.random() < 0.2:
            del container[key]
        elif isinstance(container, dict) and chance.random() < 0.3:
            container[chance.choice((*TOKENS, *map(str, container)))] = container.pop(key)
        else:
            container[key] = json.loads(json.dumps(value))
    return json.dumps(data, ensure_ascii=chance.random() < 0.5)


def _places(data: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each container in JSON data with each of its keys."""
    for key in data if isinstance(data, dict) else range(len(data)):
        yield data, key
        if isinstance(data[key], dict | list):
            yield from _places(data[key])


def _span(text: str, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(text))
    return start, min(len(text), start + chance.choice((1, 1, 3, 10, 50, 300)))


def _delete(text: str, chance: Random) -> str:
    start, end = _span(text, chance)
    return text[:start] + text[end:]


def _duplicate(text: str, chance: Random) -> str:
    start, end = _span(text, chance)
    return text[:end] + text[start:end] * chance.choice((1, 1, 2, 40)) + text[end:]


def _swap_lines(text: str, chance: Random) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _swap_words(text: str, chance: Random) -> str:
    words = text.split(" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _drop_line(text: str, chance: Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _truncate(text: str, chance: Random) -> str:
    return text[: chance.randint(0, len(text))]


def _insert(text: str, chance: Random) -> str:
    at = chance.randint(0, len(text))
    token = chance.choice(TOKENS)
    return text[:at] + chance.choice((token, f" {token} ", f"\n{token}\n")) + text[at:]


def _replace_word(text: str, chance: Random) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = chance.choice(TOKENS)
    return " ".join(words)


def _nest(text: str, chance: Random) -> str:
    start, end = _span(text, chance)
    opening, closing = chance.choice(BRACKETS)
    depth = chance.choice((2, 20, 300, 3000))
    close = closing * (depth if chance.random() < 0.7 else 0)
    return text[:start] + opening * depth + text[start:end] + close + text[end:]


def _repeat(text: str, chance: Random) -> str:
    at = chance.randint(0, len(text))
    token = chance.choice((*TOKENS, "a", "a ", "a,", "a -> ", "not ", "- ", "\n", " ", "x.y."))
    return text[:at] + token * chance.choice((30, 500, 4000)) + text[at:]


def _newlines(text: str, chance: Random) -> str:
    return text.replace("\n", chance.choice(NEWLINES), chance.choice((-1, 1, 5)))


def _case(text: str, chance: Random) -> str:
    start, end = _span(text, chance)
    return text[:start] + text[start:end].swapcase() + text[end:]


_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    *(_delete, _duplicate, _swap_lines, _swap_words, _drop_line, _truncate, _insert, _insert),
    *(_replace_word, _replace_word, _nest, _repeat, _newlines, _case),
)


def large(form: str, size: int) -> Iterator[tuple[str, str]]:
    """Yield texts of so many characters, each with the name of its shape."""
    case = max(texts(form), key=len)
    yield "the longest case again and again", (case * (size // len(case) + 1))[:size]
    yield "the same on one line", (case.replace("\n", " ") * (size // len(case) + 1))[:size]
    for part in ["a", "a ", "(", "[", "{", '"', "\n", "a\n", "\\", "-- ", "/*", "a: b\n", "é"]:
        yield f"only {part!r}", (part * (size // len(part) + 1))[:size]


def answer(form: str, text: str) -> Answer:
    """Plan from a text of a form, and judge what comes back."""
    started = time.perf_counter()
    try:
        outcome, why = _read(form, text)
    except Exception:  # noqa: BLE001 - which is what is looked for
        outcome, why = "broken", traceback.format_exc()
    return Answer(outcome, why, time.perf_counter() - started)


def _read(form: str, text: str) -> tuple[str, str]:
    data: Json = None
    try:
        data = parse_json(text) if form == JSON else None
        if form == JSON and json_kind(data) == "plan":
            data = _asking({"spec": data})
        if form != JSON:
            data = _asking({"sources": [{"format": form, "content": text}]})
        plan(read_input(data)[0])
    except RefusedError as error:
        lost = [why for fault in error.faults if (why := _without_place(fault, text, data))]
        if not error.faults or lost:
            return "no place", lost[0] if lost else "there are no faults"
        return "refused", ""
    except QuestionError as error:
        return "asked", "" if error.questions else "there are no questions"
    return "accepted", ""


def _asking(context: dict[str, object]) -> dict[str, object]:
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    return {"request": request, "context": context}


def _without_place(fault: Fault, text: str, data: Json) -> str:
    """Say what is wrong with the place of a fault: no line in the text, or no pointer into data."""
    told = f"{fault.code}: {fault.message} (at {fault.pointer!r}, {fault.line}:{fault.column})"
    if not fault.message.strip():
        return f"no message: {told}"
    if fault.line is not None:
        inner = _at(fault.pointer, data)
        found = inner if isinstance(inner, str) else text
        ways = (found, found.replace("\r\n", "\n").replace("\r", "\n"))
        return "" if any(_is_in(way, fault) for way in ways) else f"outside: {told}"
    if (
        isinstance(_at(SOURCE, data), str)
        and fault.pointer == SOURCE
        and fault.code not in OF_THE_WHOLE
    ):
        return f"no line: {told}"
    return "" if leads(fault.pointer, data) else f"leads nowhere: {told}"


def _is_in(text: str, fault: Fault) -> bool:
    lines = text.split("\n")
    line, column = fault.line or 0, fault.column or 1
    return 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


def _at(pointer: str, data: Json) -> Json:
    """Return what a pointer leads to, which may be nowhere."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(data, list) and key.isdecimal() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict) and key in data:
            data = data[key]
        else:
            return _NOWHERE
    return data


def leads(pointer: str, data: Json) -> bool:
    """Tell whether a pointer leads to a value, or to one that its object lacks."""
    around = _at(pointer.rpartition("/")[0], data)
    return not pointer or isinstance(around, dict) or _at(pointer, data) is not _NOWHERE

"""Which backend does this Mermaid erDiagram draw? Its boxes and lines as a spec.

A diagram says less than a schema: what it leaves open is assumed, and told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.contract.languages import language
from agent.errors import SourceError
from agent.planner.readers.grammars import offset_of, parse, part, parts, text_of, tokens
from agent.planner.readers.mermaid_relations import Line, relate
from agent.planner.readers.mermaid_types import typed
from agent.planner.readers.model_specs import reading_of
from agent.planner.readers.models import Models, comment
from agent.planner.readers.sql_names import entity_name, pascal
from agent.planner.readers.table_specs import project_name
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from agent.documents import Source
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Model
    from agent.planner.readers.written import Written
    from agent.planner.reading import Reading

_FENCE = re.compile(
    r"^[ \t>]*(?:(?:`{3,}|~{3,})[ \t]*\{?mermaid\b[^\n]*|:::[ \t]*mermaid[ \t]*)\n"
    r"(?P<inside>.*?)"
    r"(?:^[ \t>]*(?:`{3,}|~{3,}|:::)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_HEADER = re.compile(r"^[ \t>]*erDiagram\b", re.MULTILINE)
_FRONT = re.compile(r"\A\s*---[ \t]*\n.*?^[ \t]*---[ \t]*$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^\s*title\s*:\s*(.+?)\s*$", re.MULTILINE)
_COMMENT = re.compile(r"\"[^\"\n]*\"|%%\{[^}]{0,2000}\}%%|%%[^\n]*", re.DOTALL)
_VALUES = re.compile(r"\s*(?:\w+\s*:)?\s*([\w-]+(?:\s*[|/,]\s*[\w-]+)+)\s*")
_OPTIONAL = re.compile(r"\b(?:nullable|optional|can be null|may be null)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:an?|the)\s", re.IGNORECASE)
_MOST_WORDS = 4  # of a name
_SHOWN = {
    "NAME": "an entity",
    "STRING": 'a text in "quotes"',
    "HEADER": "`erDiagram`",
    "TYPE": "a type",
    "WORD": "the name of an attribute",
    "KEY": "PK, FK or UK",
    "LEFT": "a cardinality such as ||",
    "RIGHT": "a cardinality such as o{",
    "LINE": "-- or ..",
    "LABEL": "a label",
    "ALIAS": "[a name]",
    "_NL": "the end of the line",
}


def read(source: Source) -> Reading:
    """Read a diagram, or those in the fences of a Markdown text.

    Raises:
        SourceError: it is no erDiagram, or not in its language.

    """
    text = text_of(source, "mermaid")
    code, title = _diagrams(text)
    tree = parse(text, "mermaid", _SHOWN, code=code)
    models = Models(text, "mermaid")
    lines: list[Line] = []
    drawn = [each for diagram in parts(tree, "diagram") for each in parts(diagram)]
    for diagram in parts(tree, "diagram"):
        for other in tokens(diagram, "OTHER"):
            models.unused(f"{re.split(r'[^A-Za-z]', other)[0]} is", offset_of(other))
    aliases = _aliases(drawn)
    for each in drawn:
        if each.data == "entity":
            model = _model(next(parts(each, "name")), models, aliases)
            if inner := part(each, "attributes"):
                for attribute in parts(inner, "attribute"):
                    _attribute(attribute, model, models)
        else:
            first, second = (_model(name, models, aliases) for name in parts(each, "name"))
            lines.append(_line(each, first, second))
    for model in models.by_key.values():
        _key(model, models)
    _whole(models)
    relate(models, lines)
    settings: dict[str, Any] = {"name": project_name(source.name)}
    if title:
        settings["description"] = comment(title)
    if any(model.attributes for model in models.by_key.values()):
        text_of_it = "A diagram does not say what may be empty: only what is called nullable or"
        models.assume(f"{text_of_it} optional, and what a line lets be zero.", "attributes")
    return reading_of(models, **settings)


def _diagrams(text: Written) -> tuple[str, str | None]:
    """Blank everything that is no diagram; return the title of the first, where it has one."""
    code = text.text
    fences = [match for match in _FENCE.finditer(code) if _HEADER.search(match["inside"])]
    spans = [match.span("inside") for match in fences] or [(0, len(code))]
    kept, title, end = [], None, 0
    for start, stop in spans:
        inside = re.sub(
            r"^[ \t]*>", lambda m: " " * len(m[0]), code[start:stop], flags=re.MULTILINE
        )
        header = _HEADER.search(inside)
        if header is None:
            found = language(code)
            message = "this is no erDiagram" + (f", but looks like {found}" if found else "")
            fault = text.fault("mermaid-other", message, start, "a text that begins with erDiagram")
            raise SourceError([fault])
        front = inside[: header.start()]
        if title is None and _FRONT.match(front) and (match := _TITLE.search(front)):
            title = match[1].strip("\"'")
        kept += [_blank(code[end:start]), _blank(front)]
        kept.append(_COMMENT.sub(_without_comment, inside[header.start() :]))
        end = stop
    return "".join([*kept, _blank(code[end:])]), title


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _without_comment(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else _blank(match[0])


def _named(branch: Branch) -> str:
    return str(tokens(branch, "NAME", "STRING")[0]).strip('"')


def _aliases(drawn: list[Branch]) -> dict[str, str]:
    """Return what entities are called beside their short names, wherever it is said."""
    return {
        _named(name): str(alias)[1:-1].strip().strip('"')
        for each in drawn
        for name in parts(each, "name")
        for alias in tokens(name, "ALIAS")
    }


def _model(branch: Branch, models: Models, aliases: dict[str, str]) -> Model:
    """Return the entity of a name, which is new where it is named first.

    An alias is what it is called (``p[Person]``), or words for people (``BOOKING["A booking"]``).
    """
    written = _named(branch)
    if found := models.by_key.get(written):
        return found
    alias = aliases.get(written, "")
    describes = bool(_ARTICLE.match(alias)) or len(alias.split()) > _MOST_WORDS
    shown = written if describes or not alias else alias
    made = models.model(written, offset_of(branch), entity_name(shown), pascal(shown))
    assert made is not None  # noqa: S101 - only a name that is taken gives none
    if describes:
        made.facts["comment"] = comment(alias)
    return made


def _attribute(branch: Branch, model: Model, models: Models) -> None:
    kind, name = str(tokens(branch, "TYPE")[0]), str(tokens(branch, "WORD")[0])
    offset = offset_of(branch)
    keys = {str(key).upper() for key in tokens(branch, "KEY")}
    words = comment(" ".join(tokens(branch, "STRING")).strip('"'))
    optional = bool(words and _OPTIONAL.search(words)) or kind.endswith("?") or name.endswith("?")
    optional |= "NULL" in keys
    if name.startswith("*"):
        keys.add("PK")
    name = name.strip("*?") or name
    told = len(models.warnings)
    fields, name = typed(kind.strip("?"), name, f"{model.written}.{name}", offset, models)
    if kind.lower() == "enum" and words and (listed := _VALUES.fullmatch(words)):
        values = [piece.strip() for piece in re.split(r"[|/,]", listed[1])]
        del models.warnings[told:]
        fields = {"type": T.ENUM, "enum": models.enum(f"{model.name} {name}", values, offset)}
    if name in model.attributes:
        if model.attributes[name].fields["type"] is not fields["type"]:
            message = f"{model.written}.{name} is drawn before with another type, which counts"
            models.warn("drawn-twice", message, offset)
        return
    made = model.attribute(name, offset, comment=words, **fields)
    made.fields["nullable"] = optional and "PK" not in keys
    if keys & {"UK", "UNIQUE"} and "PK" not in keys:
        made.fields["unique"] = True
    if "PK" in keys:
        model.key = (*model.key, name)
    if "FK" in keys:
        model.foreign.add(name)


def _key(model: Model, models: Models) -> None:
    """Take an attribute that is called id for the key, where none is marked."""
    own = next((name for name in model.attributes if name.lower() in {"id", "_id"}), None)
    if not model.key and own is not None:
        model.key = (own,)
        model.attributes[own].fields["nullable"] = False
        models.assume(f"{model.name}.{own} is taken for the key.", f"{model.name}.{own}")


def _whole(models: Models) -> None:
    """Take a key that is drawn as a number, and one that refers to it, for a whole number."""
    found = []
    for model in models.by_key.values():
        for name in dict.fromkeys((*model.key, *model.foreign)):
            fields = model.attributes[name].fields
            if fields["type"] is T.DECIMAL and not {"precision", "scale"} & fields.keys():
                fields["type"] = T.BIGINT
                found.append(f"{model.name}.{name}")
    if found:
        models.assume(f"Keys that are drawn as numbers are whole: {', '.join(found[:20])}.", "keys")


def _line(branch: Branch, first: Model, second: Model) -> Line:
    left, right = tokens(branch, "LEFT")[0], tokens(branch, "RIGHT")[0]
    label = part(branch, "label")
    words = str(tokens(label)[0]).strip().strip('"') if label is not None else ""
    return Line(first, str(left), str(right), second, words, offset_of(branch))

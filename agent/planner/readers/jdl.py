"""Which backend does this JDL describe? JHipster's entities, enums and relationships as a spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.planner.readers.comments import BLOCK, Comments, comments
from agent.planner.readers.grammars import offset_of, parse, part, parts, text_of, tokens
from agent.planner.readers.jdl_application import settings_of
from agent.planner.readers.jdl_relations import built_in, read_relationships
from agent.planner.readers.model_specs import reading_of
from agent.planner.readers.models import Models, comment, usable_name
from agent.planner.readers.numbers import exact
from agent.planner.readers.sql_words import near_miss
from agent.planner.readers.table_specs import project_name
from agent.types import AttributeType as T
from agent.types import CrudAction, Generator

if TYPE_CHECKING:
    from agent.documents import Source
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Model, Part
    from agent.planner.reading import Reading

_SHOWN = {
    "NAME": "a name",
    "KEY": "the name of a setting",
    "VALUE": "a value",
    "NUMBER": "a number",
    "ANNOTATION": "an annotation",
    "REQUIRED": "`required`",
    "UNIQUE": "`unique`",
    "BOUND": "`min(...)` and the like",
    "PATTERN": "`pattern(/.../)`",
    "SHOWN": "a text",
}
_TYPES: dict[str, dict[str, Any]] = {
    "String": {"type": T.STRING, "length": 255},
    "Integer": {"type": T.INTEGER},
    "Long": {"type": T.BIGINT},
    "BigDecimal": {"type": T.DECIMAL, "precision": 21, "scale": 2},
    "Float": {"type": T.FLOAT},
    "Double": {"type": T.FLOAT},
    "Boolean": {"type": T.BOOLEAN},
    "LocalDate": {"type": T.DATE},
    "LocalTime": {"type": T.TIME},
    "Instant": {"type": T.DATETIME},
    "ZonedDateTime": {"type": T.DATETIME},
    "Duration": {"type": T.DURATION},
    "UUID": {"type": T.UUID},
    "TextBlob": {"type": T.TEXT},
    "Blob": {"type": T.BINARY},
    "AnyBlob": {"type": T.BINARY},
    "ImageBlob": {"type": T.BINARY},
}
_NUMERIC = frozenset({T.INTEGER, T.BIGINT, T.DECIMAL, T.FLOAT})
_BOUNDS = {
    "min": "minimum",
    "max": "maximum",
    "minlength": "min_length",
    "maxlength": "length",
    "minbytes": "min_length",
    "maxbytes": "length",
}
_FOREIGN = {
    ":": "a type, as in `name String`; the spec language, which has `name: string`, goes without"
    " braces",
    "{": "before it entity, enum, relationship, application or deployment, in small letters",
}
_LONGEST_LENGTH = 2**31 - 1
_OPAQUE = r"pattern\s{0,9}\(\s{0,9}/(?:\\.|[^\n\\]){0,999}?/\s{0,9}\)|\"[^\"\n]*\"|'[^'\n]*'"


def read(source: Source) -> Reading:
    """Read a text in JDL.

    Raises:
        SourceError: it is not in the language, or something of it would be lost.

    """
    text = text_of(source, "jdl")
    told = comments(text, _OPAQUE, rf"//[^\n]*|{BLOCK}", "/**")
    tree = parse(text, "jdl", _SHOWN, code=told.code, foreign=_FOREIGN)
    models = Models(text, "jdl")
    constants = {
        str(tokens(each, "NAME")[0]): tokens(each, "NUMBER")[0] for each in parts(tree, "constant")
    }
    for each in parts(tree, "enum"):
        _enum(each, models)
    found = [(each, _model(each, models, told)) for each in parts(tree, "entity")]
    for branch, model in found:
        if model is not None:
            for each in parts(branch, "field"):
                _field(each, model, models, told, constants)
    settings = settings_of(tree, models)
    built_in(tree, models, accounts="auth" in settings)
    read_relationships(tree, models, told)
    _read_only(tree, models)
    return reading_of(models, **{"name": project_name(source.name), **settings})


def _enum(branch: Branch, models: Models) -> None:
    name = tokens(branch, "NAME")[0]
    values = [str(tokens(each, "NAME")[0]) for each in parts(branch, "value")]
    for each in parts(branch, "value"):
        if tokens(each, "SHOWN"):
            models.unused("what the values of an enum are shown as is", offset_of(each))
    if name in models.enums:
        models.fault("jdl-twice", f"{name} is declared twice", offset_of(name), "one of a name")
    elif models.enum(str(name), values, offset_of(name)) is None:
        models.fault("jdl-enum", f"the enum {name} has no value", offset_of(name), "a value")


def _model(branch: Branch, models: Models, told: Comments) -> Model | None:
    name = tokens(branch, "NAME")[0]
    model = models.model(str(name), offset_of(name))
    if model is None:
        return None
    model.facts["comment"] = comment(told.before(offset_of(branch)))
    if table := part(branch, "table"):
        model.facts["table"] = usable_name(str(tokens(table)[0]))
    _annotations(branch, model, models)
    return model


def _annotations(branch: Branch, model: Model, models: Models) -> None:
    for annotation in tokens(branch, "ANNOTATION"):
        word = re.sub(r"\W.*", "", annotation[1:], flags=re.DOTALL)
        if word.casefold() == "readonly":
            model.facts["crud"] = (CrudAction.LIST, CrudAction.READ)
        elif word.casefold() != "id":
            models.unused(f"@{word} is", offset_of(annotation))


def _field(
    branch: Branch, model: Model, models: Models, told: Comments, constants: dict[str, Any]
) -> None:
    name, kind = tokens(branch, "NAME")
    offset = offset_of(name)
    if name in model.attributes:
        line = models.text.line(model.attributes[name].offset)
        message = f"{model.written} has {name} on line {line} already"
        models.fault("jdl-twice", message, offset, "a new name")
        return
    words = told.before(offset_of(branch)) or told.behind(branch.meta.end_pos)
    made = model.attribute(str(name), offset, comment=comment(words), nullable=True)
    made.fields |= _type(str(kind), offset_of(kind), f"{model.written}.{name}", models)
    is_id = any(re.match(r"@id\b", each, re.IGNORECASE) for each in tokens(branch, "ANNOTATION"))
    if is_id or name == "id":
        model.key = (*model.key, str(name))
        made.fields["nullable"] = False
        if made.fields["type"] in {T.INTEGER, T.BIGINT}:
            made.fields["generated"] = Generator.IDENTITY
        elif made.fields["type"] is T.UUID:
            made.fields["generated"] = Generator.UUID
    for annotation in tokens(branch, "ANNOTATION"):
        if not re.match(r"@id\b", annotation, re.IGNORECASE):
            models.unused(f"@{re.split(r'[^A-Za-z0-9_-]', annotation[1:])[0]} is", offset)
    for each in parts(branch, "validation"):
        _validation(each, made, f"{model.written}.{name}", models, constants)


def _type(kind: str, offset: int, where: str, models: Models) -> dict[str, Any]:
    if kind in models.enums:
        return {"type": T.ENUM, "enum": models.enums[kind][0]}
    if kind in {"AnyBlob", "ImageBlob"}:
        models.tell(f"{where}: the content type of {kind} is not kept beside it", offset)
    if kind in _TYPES:
        return dict(_TYPES[kind])
    meant = near_miss(kind, frozenset({*_TYPES, *models.enums}))
    if meant:
        message = f"{where} has type {kind}, which is not known"
        models.fault("jdl-type", message, offset, f"did you mean {meant}?")
    else:
        message = f"{where} has type {kind}, which is neither JDL's nor an enum here: kept as text"
        models.warn("type-as-text", message, offset)
    return {"type": T.TEXT}


def _validation(
    branch: Branch, made: Part, where: str, models: Models, constants: dict[str, Any]
) -> None:
    first, *rest = tokens(branch)
    fields, offset = made.fields, offset_of(first)
    if first.type == "REQUIRED":
        fields["nullable"] = False
    elif first.type == "UNIQUE":
        fields["unique"] = True
    elif first.type == "PATTERN":
        inner = first[first.index("(") + 1 : -1].strip()[1:-1]
        fields["pattern"] = inner.replace(r"\/", "/")
    else:
        _bound(str(first), str(rest[0]), fields, (where, offset), models, constants)


def _bound(
    word: str,
    given: str,
    fields: dict[str, Any],
    at: tuple[str, int],
    models: Models,
    constants: dict[str, Any],
) -> None:
    where, offset = at
    if not re.match(r"[+\-.\d]", given):
        if given not in constants:
            meant = near_miss(given, frozenset(constants)) or f"{given} = 1"
            message = f"{where}: {word} names {given}, which is no constant here"
            models.fault("jdl-constant", message, offset, meant)
            return
        given = str(constants[given])
    whole = exact(given.rstrip("lLfFdD"))
    name = _BOUNDS[word]
    of_number = name in {"minimum", "maximum"}
    if of_number != (fields["type"] in _NUMERIC) or (fields["type"] is T.ENUM):
        models.tell(f"{where}: {word}({given}) says nothing of its type", offset)
    elif whole is None:
        models.tell(f"{where}: {word}({given}) has too many digits for a bound", offset)
    elif of_number or (isinstance(whole, int) and 0 <= whole <= _LONGEST_LENGTH):
        fields[name] = whole
    else:
        models.tell(f"{where}: {word}({given}) is no length", offset)


def _read_only(tree: Branch, models: Models) -> None:
    """``readOnly A, B``: only lists and single rows are served."""
    for option in [
        *parts(tree, "option"),
        *(o for a in parts(tree, "application") for o in parts(a, "option")),
    ]:
        word = tokens(option, "NAME")[0]
        names = part(option, "names")
        if word != "readOnly" or names is None:
            continue
        excluded = part(option, "except")
        but = {str(n) for n in tokens(part(excluded, "names") or excluded)} if excluded else set()
        given = {str(each) for each in tokens(names)}
        for written, model in models.by_key.items():
            if (given & {"*", "all"} or written in given) and written not in but:
                model.facts["crud"] = (CrudAction.LIST, CrudAction.READ)

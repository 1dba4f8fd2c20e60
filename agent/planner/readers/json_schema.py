"""Which backend serves documents of this JSON Schema? Objects as entities, references as relations.

Read are draft 4 to 2020-12, as JSON or YAML. What a schema says and a spec cannot is told with its
JSON Pointer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import inflection

from agent.contract.faults import escaped, unescaped
from agent.errors import SourceError
from agent.planner.readers.data_text import DataText
from agent.planner.readers.json_schema_bases import CONTAINERS, bases
from agent.planner.readers.json_schema_document import Document, Meant
from agent.planner.readers.json_schema_keys import KEYS, key_among, make_key
from agent.planner.readers.json_schema_values import default_of, says_something, value_fields
from agent.planner.readers.model_specs import reading_of
from agent.planner.readers.models import Models, comment
from agent.planner.readers.sql_names import entity_name, free, snake
from agent.planner.readers.table_specs import project_name
from agent.planner.readers.written import Written
from agent.types import Access, Api, AttributeType, Generator, RelationKind

if TYPE_CHECKING:
    from agent.documents import Source
    from agent.planner.readers.models import Model
    from agent.planner.reading import Reading

MAX_MEMBERS = 5000
"""Properties of all entities together; a backend with more is no use to anybody."""
# what a schema may say of an object that no entity can
_UNSAID = (
    "patternProperties",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "not",
    "oneOf",
    "anyOf",
    "minProperties",
    "maxProperties",
    "propertyNames",
)


@dataclass(slots=True)
class _Reader:
    """Entities by the pointers of their schemas, and the lists of references that they have."""

    document: Document
    models: Models
    entities: dict[str, Model] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    lists: list[tuple[Model, str, str, str]] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    objects: dict[str, bool] = field(default_factory=dict)
    members: int = 0


def read(source: Source) -> Reading:
    """Read a JSON Schema.

    Raises:
        SourceError: it is no JSON or YAML, or describes no object.

    """
    text = Written(source.content.removeprefix("\ufeff"))
    parts = DataText(text, "json-schema-syntax")
    data = parts.data
    if not isinstance(data, dict):
        message = "this is no JSON Schema"
        raise SourceError([text.fault("json-schema-other", message, 0, "an object")])
    models = Models(text, "json-schema")
    reader = _Reader(Document(parts, models), models)
    name = project_name(source.name)
    _start(reader, name.removesuffix("schema").strip("-_. ") or name)
    while reader.waiting:
        _members(reader.waiting.pop(0), reader)
    _relate_lists(reader)
    if not models.by_key:
        message = "the schema describes no object with properties"
        expected = "`properties` at the top, in `$defs` or in `definitions`"
        at = reader.document.offset("")
        raise SourceError([text.fault("json-schema-empty", message, at, expected)])
    settings: dict[str, Any] = {"name": name}
    if words := comment(
        data.get("description") if isinstance(data.get("description"), str) else ""
    ):
        settings["description"] = words
    if _is_camel(reader):
        models.assume("Clients send and see names in camelCase, as the schema has them.", "api")
        settings["api"] = Api(field_case="camel")
    return reading_of(models, **settings)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _start(reader: _Reader, name: str) -> None:
    """Find the objects that the document declares: at the top, and among its definitions."""
    document = reader.document
    title = document.data.get("title")
    address = document.base.rstrip("#/").rpartition("/")[2]
    shown = re.sub(r"\.(?:schema|json|ya?ml)\b.*", "", address) or name
    if isinstance(title, str) and re.fullmatch(r"[\w .-]{1,60}", title.strip()):
        shown = title.strip()
    for pointer in ("", "/items"):
        if isinstance(document.at(pointer), dict) and _is_object(pointer, reader):
            meant = document.meant(pointer, through=False)
            if meant.target is None or "properties" in meant.keywords:
                _entity(pointer, reader, entity_name(shown))
                break
    parts = bases(document)
    for container in CONTAINERS:
        found = document.data.get(container)
        for key in found if isinstance(found, dict) else ():
            pointer = f"/{container}/{escaped(key)}"
            if pointer in parts and _is_object(pointer, reader):
                text = f"{key} has no rows of its own: it is only a part of others, by allOf."
                reader.models.assume(text, key)
            elif _is_object(pointer, reader):
                _entity(pointer, reader)


def _is_object(pointer: str, reader: _Reader) -> bool:
    """Tell whether an entity is to be made of what stands at a pointer."""
    if pointer not in reader.objects:
        keywords = reader.document.meant(pointer).keywords
        kind = keywords.get("type", "object")
        has_object = kind == "object" or (isinstance(kind, list) and "object" in kind)
        reader.objects[pointer] = has_object and bool(keywords.get("properties"))
    return reader.objects[pointer]


def _entity(pointer: str, reader: _Reader, name: str = "") -> Model | None:
    """Return the entity of the object at a pointer, which is new where it is asked for first."""
    if pointer in reader.entities:
        return reader.entities[pointer]
    key = unescaped(pointer.rpartition("/")[2])
    last = re.split(r"[./:#]", key)[-1] or key
    words = reader.document.at(pointer)
    offset = reader.document.offset(pointer)
    model = reader.models.model(pointer or "#", offset, name or last, key or name)
    if model is None:
        return None
    if isinstance(words, dict):
        said = _text(words.get("description")) or _text(words.get("title"))
        model.facts["comment"] = comment(said)
    reader.entities[pointer] = model
    reader.waiting.append(pointer)
    return model


def _members(pointer: str, reader: _Reader) -> None:
    document, model = reader.document, reader.entities[pointer]
    meant = document.meant(pointer)
    properties = meant.keywords.get("properties")
    required = meant.keywords.get("required")
    needed = set(required) if isinstance(required, list) else set()
    names = list(properties) if isinstance(properties, dict) else []
    reader.members += len(names)
    if reader.members > MAX_MEMBERS:
        message = f"there are more than {MAX_MEMBERS} properties up to here"
        expected = "the definitions that rows are to be kept of, in a schema of their own"
        fault = reader.models.text.fault(
            "json-schema-long", message, document.offset(pointer), expected
        )
        raise SourceError([fault])
    places = {name: meant.places[f"properties/{name}"] for name in names}
    key = key_among({name: document.meant(at).keywords for name, at in places.items()}, model)
    if key is not None and key not in KEYS:
        text = f"{model.name}.{key} is taken for the key: it is read-only, and called after it."
        reader.models.assume(text, f"{model.name}.{key}")
    for name, place in places.items():
        _member(name, place, model, reader, needed=name in needed, is_key=name == key)
    for word in _UNSAID:
        if word in meant.keywords:
            place = meant.places.get(word, pointer)
            document.left_out(f"{model.name}: {word}", place)
    others = meant.keywords.get("additionalProperties")
    if isinstance(others, dict):
        document.tell(f"{model.name}: properties of other names are left out", pointer)
    missing = needed - set(names)
    for name in sorted(map(str, missing)):
        document.tell(f"{model.name}: {name} is required, and no property", pointer)


def _member(
    name: str, place: str, model: Model, reader: _Reader, *, needed: bool, is_key: bool
) -> None:
    document = reader.document
    meant = document.meant(place, through=False)
    if meant.target is not None and _is_object(meant.target, reader):
        _link(name, place, model, meant, reader, needed=needed)
        return
    meant = document.meant(place)
    where = f"{model.name}.{name}"
    if document.at(place) is False:
        document.tell(f"{where} is left out: nothing is allowed there", place)
        return
    items = meant.places.get("items")
    if items is not None and isinstance(document.at(items), dict):
        inner = document.meant(items, through=False)
        if inner.target is not None and _is_object(inner.target, reader):
            reader.lists.append((model, name, inner.target, place))
            for word in ("minItems", "maxItems", "contains"):  # rows are linked once
                if says_something(word, meant.keywords):
                    document.left_out(f"{where}: {word}", meant.places.get(word, place))
            _entity(inner.target, reader)
            return
    _attribute(name, place, model, meant, document, needed=needed, is_key=is_key)


def _attribute(
    name: str,
    place: str,
    model: Model,
    meant: Meant,
    document: Document,
    *,
    needed: bool,
    is_key: bool,
) -> None:
    where, keywords = f"{model.name}.{name}", meant.keywords
    fields = value_fields(meant, place, where, document)
    nullable = fields.pop("nullable", False) or not needed
    said = comment(_text(keywords.get("description")) or _text(keywords.get("title")))
    offset = document.offset(place)
    made = model.attribute(name, offset, comment=said, **fields, nullable=nullable)
    if (default := default_of(meant, place, where, document)) is not None:
        made.fields["default"] = default
    if is_key and not made.fields.get("array"):
        if what := make_key(name, made, model):
            document.tell(f"{where}: {what}", place)
    elif keywords.get("writeOnly") is True:
        made.fields["access"] = Access.WRITE_ONLY
    elif keywords.get("readOnly") is True:
        if made.fields["type"] is AttributeType.UUID and "default" not in made.fields:
            made.fields |= {"generated": Generator.UUID, "access": Access.READ_ONLY}
        elif nullable or "default" in made.fields:
            made.fields["access"] = Access.READ_ONLY
        else:
            document.tell(f"{where}: readOnly is left out, as nothing else gives a value", place)


def _link(
    name: str, place: str, model: Model, meant: Meant, reader: _Reader, *, needed: bool
) -> None:
    target = _entity(str(meant.target), reader)
    if target is None:
        return
    reader.linked.add(str(meant.target))
    own = reader.document.at(place)
    said = _text(own.get("description")) if isinstance(own, dict) else None
    model.relation(
        name,
        reader.document.offset(place),
        target=target.name,
        kind=RelationKind.MANY_TO_ONE,
        nullable=not needed or meant.null,
        comment=comment(said),
    )


def _relate_lists(reader: _Reader) -> None:
    """Make relations of lists of references: parts of one row, or rows that many share."""
    times: dict[str, int] = {}
    for _, _, pointer, _ in reader.lists:
        times[pointer] = times.get(pointer, 0) + 1
    for model, name, pointer, place in reader.lists:
        target, offset = reader.entities[pointer], reader.document.offset(place)
        back = [r for r in target.relations if r.fields["target"] == model.name]
        facts: dict[str, Any] = {"target": target.name}
        if len(back) == 1 and "inverse" not in back[0].fields and target is not model:
            back[0].fields["inverse"] = free(snake(name), model.taken)
            continue
        shared = times[pointer] > 1 or pointer in reader.linked or target is model
        if shared:
            facts["kind"] = RelationKind.MANY_TO_MANY
            text = f"Rows of {target.name} may be shared: {model.name}.{name} is many-to-many."
        else:
            facts["kind"] = RelationKind.ONE_TO_MANY
            text = f"Each {target.name} belongs to one {model.name}, in whose {name} it stands."
        reader.models.assume(text, f"{model.name}.{name}")
        model.relation(inflection.pluralize(snake(name)), offset, name, **facts)


def _is_camel(reader: _Reader) -> bool:
    names = [name for model in reader.models.by_key.values() for name in model.attributes]
    camel = sum(bool(re.fullmatch(r"[a-z]+[a-z0-9]*(?:[A-Z][a-z0-9]*)+", name)) for name in names)
    return camel > sum("_" in name.strip("_") for name in names)

"""Which backend does this Prisma schema describe? Models, enums and their relations as a spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.readers.comments import BLOCK, Comments, comments
from agent.planner.readers.grammars import offset_of, parse, part, parts, text_of, tokens
from agent.planner.readers.model_specs import reading_of
from agent.planner.readers.models import Models, comment, not_a_target, usable_name
from agent.planner.readers.prisma_fields import Prisma, read_field
from agent.planner.readers.prisma_relations import relate
from agent.planner.readers.prisma_rules import read_rule
from agent.planner.readers.prisma_values import arguments, plain
from agent.planner.readers.sql_names import entity_name, pascal
from agent.planner.readers.table_specs import project_name
from agent.types import Database

if TYPE_CHECKING:
    from agent.documents import Source
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.sql_split import Dialect
    from agent.planner.readers.written import Written
    from agent.planner.reading import Reading

_PROVIDERS: dict[str, tuple[Dialect, Database]] = {
    "postgresql": ("postgres", Database.POSTGRESQL),
    "postgres": ("postgres", Database.POSTGRESQL),
    "cockroachdb": ("postgres", Database.POSTGRESQL),
    "mysql": ("mysql", Database.MYSQL),
    "sqlite": ("sqlite", Database.SQLITE),
    "sqlserver": ("tsql", Database.POSTGRESQL),
    "mongodb": ("postgres", Database.POSTGRESQL),
}
_OTHER = frozenset({"sqlserver", "mongodb"})
_STRING = r"\"(?:\\.|[^\"\\\n])*\""
_BRACKETS = re.compile(rf"{_STRING}|[()\[\]{{}}\n]")
_SHOWN = {
    "NAME": "a name",
    "STRING": 'a text in "quotes"',
    "NUMBER": "a number",
    "CONFIG": "`datasource` or `generator`",
    "MODEL": "`model`",
    "UNSUPPORTED": "`Unsupported(...)`",
    "SUFFIX": "`[]` or `?`",
    "AT": "an attribute such as `@id`",
    "ATAT": "a rule such as `@@index([...])`",
    "_NL": "the end of the line",
}


def read(source: Source) -> Reading:
    """Read a Prisma schema.

    Raises:
        SourceError: it is not in the language, or a model or a relation would be lost.

    """
    text = text_of(source, "prisma")
    told = comments(text, _STRING, rf"//[^\n]*|{BLOCK}", "///")
    tree = parse(text, "prisma", _SHOWN, code=_joined(told.code))
    models = Models(text, "prisma")
    database = _database(tree, text, models)
    prisma = Prisma(models)
    for each in parts(tree, "enum"):
        _enum(each, prisma)
    found = []
    for each in parts(tree, "model"):
        name, offset = str(tokens(each, "NAME")[0]), offset_of(tokens(each, "NAME")[0])
        word = tokens(each, "MODEL")[0]
        if word == "model":
            names = (entity_name(name), pascal(name))
            model = models.model(name, offset, *names, facts=_facts(each, name, told))
            if model is not None:
                found.append((each, model))
        elif word == "type":
            prisma.composites.add(name)
        else:
            prisma.views.add(name)
            models.tell(f"the view {name} is left out: only tables are built", offset)
    for branch, model in found:
        for each in parts(branch, "field"):
            read_field(each, model, prisma, told)
        for each in parts(branch, "rule"):
            read_rule(each, model, models)
    relate(prisma)
    return reading_of(models, name=project_name(source.name), database=database)


def _joined(code: str) -> str:
    """Put what stands in brackets on one line; offsets stay."""
    depth, places = 0, []
    for match in _BRACKETS.finditer(code):
        mark = match[0]
        if mark == "\n" and depth > 0:
            places.append(match.start())
        elif mark in "([":
            depth += 1
        elif mark in ")]":
            depth = max(0, depth - 1)
        elif mark in "{}":
            depth = 0
    characters = list(code)
    for place in places:
        characters[place] = " "
    return "".join(characters)


def _database(tree: Branch, text: Written, models: Models) -> Database:
    """Return the database, and let the text speak the dialect of its provider."""
    provider, offset = "postgresql", 0
    for config in parts(tree, "config"):
        if tokens(config, "CONFIG")[0] != "datasource":
            models.unused("a generator is", offset_of(config))
            continue
        for setting in parts(config, "setting"):
            word = tokens(setting, "NAME")[0]
            if word == "provider":
                provider, offset = plain(setting.children[-1]), offset_of(setting)
            else:
                models.unused(f"the {word} of a datasource is", offset_of(setting))
    dialect, database = _PROVIDERS.get(provider, _PROVIDERS["postgresql"])
    text.dialect = dialect
    if provider in _OTHER or provider not in _PROVIDERS:
        models.warn("database-changed", not_a_target(provider, database), offset)
    return database


def _facts(branch: Branch, name: str, told: Comments) -> dict[str, object]:
    facts: dict[str, object] = {
        "table": usable_name(name),
        "comment": comment(told.before(offset_of(branch))),
    }
    for rule in parts(branch, "rule"):
        word, given = str(tokens(rule, "ATAT")[0]), arguments(rule)
        if word == "@@map" and given.first:
            facts["table"] = usable_name(plain(given.first))
        elif word == "@@schema" and given.first:
            facts["db_schema"] = usable_name(plain(given.first))
    return facts


def _enum(branch: Branch, prisma: Prisma) -> None:
    name, offset = str(tokens(branch, "NAME")[0]), offset_of(tokens(branch, "NAME")[0])
    values: dict[str, str] = {}
    for each in parts(branch, "value_of"):
        word = str(tokens(each, "NAME")[0])
        values[word] = word
        for attribute in parts(each, "attribute"):
            given = arguments(attribute)
            if tokens(attribute, "AT")[0] == "@map" and given.first:
                values[word] = plain(given.first)
    prisma.values[name] = values
    if name in prisma.models.enums:
        message = f"{name} is declared twice"
        prisma.models.fault("prisma-twice", message, offset, "one of a name")
    else:
        prisma.models.enum(name, values.values(), offset)
    if part(branch, "rule"):
        prisma.models.unused("the database's name of an enum is", offset)

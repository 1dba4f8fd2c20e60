"""How do tests make rows? One method of the factory for each entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import Imports, call, quote
from agent.emitter.testing.room import has_few, shares
from agent.emitter.testing.rows import (
    foreign_keys,
    have_keys_in_common,
    is_made,
    is_unique,
    made_relations,
)
from agent.emitter.testing.samples import row_value
from agent.emitter.testing.shaped import shaped_value
from agent.emitter.testing.values import Values, import_used
from agent.planner import names

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.testing.examples import Examples
    from agent.types import Entity, Relation

MODULE = "tests.factories"
_INDENT = 12


@dataclass(frozen=True, slots=True)
class FactoryView:
    """The method that makes rows of one entity; ``parents`` are (relation, code, keys).

    ``together``: the statement that makes the parents which have keys in common.
    ``few``: there can be few such rows; they are counted by themselves, and others share them.
    ``unkept``: row rules for which no values were found.
    """

    name: str
    entity: str
    parents: list[tuple[str, str, list[str]]]
    together: str | None
    values: list[str]
    used: set[str]
    few: bool
    unkept: list[str]

    @property
    def uses_number(self) -> bool:
        """Tell whether values differ from row to row."""
        return "number" in self.used


def factories(facts: Facts, examples: Examples) -> list[FactoryView]:
    """Return one factory method for each entity."""
    made = [made_relations(facts, entity) for entity in facts.spec.entities]
    in_common = any(map(have_keys_in_common, made))
    return [
        _factory(entity, relations, facts, examples, in_common=in_common)
        for entity, relations in zip(facts.spec.entities, made, strict=True)
    ]


def factory_imports(made: list[FactoryView], facts: Facts) -> str:
    """Return the imports of the module of factories."""
    imports = Imports()
    imports.add("typing", "TypeVar", *(["Any"] if made else []))
    imports.add("itertools", "count")
    imports.add("sqlalchemy.ext.asyncio", "AsyncSession")
    imports.add("app.models.base", "Base")
    if facts.has_passwords:
        imports.add("pwdlib", "PasswordHash")
        imports.add("pwdlib.hashers.argon2", "Argon2Hasher")
    if facts.secured:
        imports.add("app.core.security", "issue_token")
    if any(view.few for view in made):
        imports.add("collections", "defaultdict")
    for view in made:
        imports.add(f"app.models.{names.snake(view.entity)}", view.entity)
        import_used(imports, view.used, facts, module=MODULE)
    return imports.render()


def _factory(
    entity: Entity,
    relations: list[Relation],
    facts: Facts,
    examples: Examples,
    *,
    in_common: bool,
) -> FactoryView:
    """``in_common``: a row may be given a part of the keys of its parents."""
    is_wide = in_common and any(len(relation.attributes) > 1 for relation in relations)
    together = [r for r in relations if is_wide and not _instead(entity, r, facts)]
    keys = foreign_keys(entity)
    chosen = examples.of(entity.name)
    values = Values(_INDENT)
    for attribute in entity.attributes:
        if attribute.name not in keys and not is_made(attribute):
            example = chosen.get(attribute.name)
            code = example.row if example else None
            code = code or shaped_value(entity, attribute.name, facts)
            if code is None:
                code = row_value(attribute, facts, unique=is_unique(entity, attribute))
            values.add(facts.model_attribute(entity, attribute), code)
    return FactoryView(
        name=names.variable_name(entity.name),
        entity=entity.name,
        parents=[
            (r.name, _parent(entity, r, facts), [*r.attributes, *_instead(entity, r, facts)])
            for r in relations
            if r not in together
        ],
        together=_together(together) if together else None,
        values=values.items,
        used=values.used,
        few=has_few(facts, entity.name),
        unkept=[rule for name, rule in examples.unkept if name == entity.name],
    )


def _instead(entity: Entity, relation: Relation, facts: Facts) -> list[str]:
    """Return the names of what a test may give a row instead of a parent."""
    return sorted(facts.parents.get(entity.name, {}).get(relation.name, ()))


def _together(relations: list[Relation]) -> str:
    """Return the statement that makes parents which fit each other."""
    items = []
    for relation in relations:
        pairs = zip(relation.attributes, relation.references, strict=True)
        texts = [f"{quote(key)}: {quote(reference)}" for key, reference in pairs]
        keys = call("{", texts, "}", _INDENT + 4, nested=True)
        method = f"self.{names.variable_name(relation.target)}"
        items.append(call("(", [quote(relation.name), method, keys], ")", _INDENT, nested=True))
    return call("await self._parents(", ["values", *items], indent=_INDENT - 4)


def _parent(entity: Entity, relation: Relation, facts: Facts) -> str:
    """Return the code that makes a row's parent, or takes one that is there."""
    method = names.variable_name(relation.target)
    made = f"await self.{method}()"
    return f"self.latest.get({quote(method)}) or {made}" * shares(facts, entity, relation) or made

"""How do tests make rows? One method of the factory for each entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import Imports, quote
from agent.emitter.testing.room import has_few, shares
from agent.emitter.testing.rows import foreign_keys, is_made, is_unique, made_relations
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

    ``few``: there can be few such rows; they are counted by themselves, and others share them.
    ``unkept``: row rules for which no values were found.
    """

    name: str
    entity: str
    parents: list[tuple[str, str, list[str]]]
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
    return [_factory(entity, facts, examples) for entity in facts.spec.entities]


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


def _factory(entity: Entity, facts: Facts, examples: Examples) -> FactoryView:
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
            values.add(facts.model_attribute(attribute), code)
    return FactoryView(
        name=names.variable_name(entity.name),
        entity=entity.name,
        parents=[
            (r.name, _parent(entity, r, facts), [*r.attributes, *_instead(entity, r, facts)])
            for r in made_relations(facts, entity)
        ],
        values=values.items,
        used=values.used,
        few=has_few(facts, entity.name),
        unkept=[rule for name, rule in examples.unkept if name == entity.name],
    )


def _instead(entity: Entity, relation: Relation, facts: Facts) -> list[str]:
    """Return the names of what a test may give a row instead of a parent."""
    return sorted(facts.parents.get(entity.name, {}).get(relation.name, ()))


def _parent(entity: Entity, relation: Relation, facts: Facts) -> str:
    """Return the code that makes a row's parent, or takes one that is there."""
    method = names.variable_name(relation.target)
    made = f"await self.{method}()"
    return f"self.latest.get({quote(method)}) or {made}" * shares(facts, entity, relation) or made

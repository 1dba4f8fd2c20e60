"""How do rows refer to each other? Primary keys, foreign keys, join tables and inverse names.

Works on safe names (after ``naming``). A relation that only names its target gets foreign key
attributes of the target's key's types; one that brings its attributes keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import (
    Access,
    Attribute,
    AttributeType,
    BackendSpec,
    Entity,
    Generator,
    JoinTable,
    KeyKind,
    Relation,
    RelationKind,
    Unique,
)

if TYPE_CHECKING:
    from agent.planner.notes import Notes

# What a foreign key attribute takes over from the attribute that it refers to.
_TYPE_FACTS = ("type", "enum", "length", "precision", "scale", "timezone", "array")


def link(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with every key, foreign key, join table and inverse explicit."""
    return _Linker(spec, notes).link()


class _Linker:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.spec = spec
        self.notes = notes
        self.entities = {e.name: e for e in spec.entities}
        self.position = {e.name: i for i, e in enumerate(spec.entities)}
        self.keyed: set[str] = set()
        self.in_progress: list[str] = []

    def link(self) -> BackendSpec:
        self._move_one_to_many()
        for name in self.entities:
            self._key(name)
        for name in self.entities:
            self._foreign_keys(name)
        for name in self.entities:
            self._join_tables(name)
        self._inverses()
        for name in self.entities:
            self._expand_rules(name)
        return self.spec.model_copy(update={"entities": tuple(self.entities.values())})

    def _move_one_to_many(self) -> None:
        """Declare every one-to-many on the side that holds the key."""
        for name, entity in list(self.entities.items()):
            kept = []
            for relation in entity.relations:
                if relation.kind is not RelationKind.ONE_TO_MANY:
                    kept.append(relation)
                    continue
                child = self.entities[relation.target]
                if any(r.target == name and r.inverse == relation.name for r in child.relations):
                    continue
                taken = set(child.member_names)
                back = relation.inverse or names.attribute_name(names.snake(name), taken)
                moved = relation.model_copy(
                    update={
                        "name": back,
                        "target": name,
                        "kind": RelationKind.MANY_TO_ONE,
                        "inverse": relation.name,
                    }
                )
                self.entities[child.name] = child.model_copy(
                    update={"relations": (*child.relations, moved)}
                )
            own = len(self.spec.entities[self.position[name]].relations)
            received = self.entities[name].relations[own:]
            self.entities[name] = self.entities[name].model_copy(
                update={"relations": (*kept, *received)}
            )

    # --- primary keys ---

    def _key(self, name: str) -> tuple[str, ...]:
        entity = self.entities[name]
        if name in self.keyed:
            return entity.primary_key
        if name in self.in_progress:
            pointer = f"/entities/{self.position[name]}/primaryKey"
            self.notes.fault(
                pointer, f"The primary keys of {' and '.join(self.in_progress)} need each other."
            )
            return ()
        self.in_progress.append(name)
        if entity.primary_key:
            key = self._expand(name, entity.primary_key)
            entity = self.entities[name]
            attributes = tuple(
                a.model_copy(update={"nullable": False, "unique": False}) if a.name in key else a
                for a in entity.attributes
            )
        else:
            key, attributes = self._surrogate(entity)
        self.entities[name] = entity.model_copy(
            update={"primary_key": key, "attributes": attributes}
        )
        self.keyed.add(name)
        self.in_progress.remove(name)
        return key

    def _surrogate(self, entity: Entity) -> tuple[tuple[str, ...], tuple[Attribute, ...]]:
        """Add ``id`` to an entity without a key, or take an attribute of that name."""
        existing = next((a for a in entity.attributes if a.name == "id"), None)
        if existing is not None:
            self.notes.assume(f"{entity.name}.id is the primary key.", entity.name)
            key = existing.model_copy(update={"nullable": False, "unique": False})
            rest = tuple(key if a is existing else a for a in entity.attributes)
            return ("id",), rest
        kind = self.spec.key
        self.notes.assume(f"{entity.name} gets a primary key 'id' ({kind.value}).", entity.name)
        is_uuid = kind is KeyKind.UUID
        made = Attribute(
            name="id",
            column="id",
            type=AttributeType.UUID if is_uuid else AttributeType.BIGINT,
            generated=Generator.UUID if is_uuid else Generator.IDENTITY,
            access=Access.READ_ONLY,
        )
        return ("id",), (made, *entity.attributes)

    # --- foreign keys ---

    def _foreign_keys(self, name: str) -> None:
        for relation in self.entities[name].relations:
            if relation.kind is not RelationKind.MANY_TO_MANY:
                self._foreign_key(name, relation.name)

    def _foreign_key(self, name: str, relation_name: str) -> tuple[str, ...]:
        """Make one relation's key explicit; return the names of its attributes."""
        entity = self.entities[name]
        relation = next(r for r in entity.relations if r.name == relation_name)
        target_key = self._key(relation.target)
        entity = self.entities[name]
        references = relation.references or target_key
        target = {a.name: a for a in self.entities[relation.target].attributes}
        attributes = relation.attributes or tuple(
            _foreign_key_name(relation.name, key) for key in references
        )
        own = {a.name: a for a in entity.attributes}
        for key, reference in zip(attributes, references, strict=True):
            referred = target[reference]
            facts = {fact: getattr(referred, fact) for fact in _TYPE_FACTS}
            if facts["type"] is AttributeType.PASSWORD:
                facts["type"] = AttributeType.STRING
            if key not in own:
                own[key] = Attribute(
                    name=key,
                    column=key,
                    nullable=relation.nullable,
                    index=relation.kind is RelationKind.MANY_TO_ONE,
                    unique=relation.kind is RelationKind.ONE_TO_ONE and len(attributes) == 1,
                    **facts,
                )
            elif any(getattr(own[key], fact) != value for fact, value in facts.items()):
                if own[key].type is not referred.type:
                    self.notes.assume(
                        f"{name}.{key} takes the type of {relation.target}.{reference}"
                        f" ({referred.type.value}), which it refers to.",
                        f"{name}.{key}",
                    )
                own[key] = own[key].model_copy(update=facts)
        self._must_be_unique(relation.target, references)
        nullable = any(own[key].nullable for key in attributes)
        update = {"attributes": attributes, "references": references, "nullable": nullable}
        linked = relation.model_copy(update=update)
        uniques = entity.uniques
        if relation.kind is RelationKind.ONE_TO_ONE and not self._is_unique(entity, attributes):
            if len(attributes) == 1:
                own[attributes[0]] = own[attributes[0]].model_copy(
                    update={"unique": True, "index": False}
                )
            else:
                uniques = (*uniques, Unique(attributes=attributes))
        self.entities[name] = entity.model_copy(
            update={
                "attributes": tuple(own.values()),
                "uniques": uniques,
                "relations": tuple(
                    linked if r.name == relation_name else r for r in entity.relations
                ),
            }
        )
        return attributes

    def _is_unique(self, entity: Entity, attributes: tuple[str, ...]) -> bool:
        wanted = set(attributes)
        if wanted == set(entity.primary_key):
            return True
        if any(set(u.attributes) == wanted for u in entity.uniques):
            return True
        return any(a.unique for a in entity.attributes if {a.name} == wanted)

    def _must_be_unique(self, target: str, references: tuple[str, ...]) -> None:
        """Make what a foreign key refers to unique, and say it."""
        entity = self.entities[target]
        if self._is_unique(entity, references):
            return
        self.notes.assume(
            f"{target} ({', '.join(references)}) is unique, because foreign keys refer to it.",
            target,
        )
        self.entities[target] = entity.model_copy(
            update={"uniques": (*entity.uniques, Unique(attributes=references))}
        )

    # --- many to many ---

    def _join_tables(self, name: str) -> None:
        entity = self.entities[name]
        relations = []
        for relation in entity.relations:
            if relation.kind is not RelationKind.MANY_TO_MANY:
                relations.append(relation)
            elif not self._is_declared_twice(name, relation):
                relations.append(self._with_join_table(entity, relation))
        self.entities[name] = entity.model_copy(update={"relations": tuple(relations)})

    def _is_declared_twice(self, name: str, relation: Relation) -> bool:
        """Both sides may declare a many-to-many; the first one in the spec keeps it."""
        if self.position[relation.target] >= self.position[name] or relation.through:
            return False
        return any(
            other.kind is RelationKind.MANY_TO_MANY
            and other.target == name
            and relation.name == other.inverse
            for other in self.entities[relation.target].relations
        )

    def _with_join_table(self, entity: Entity, relation: Relation) -> Relation:
        through = relation.through
        if through and through.local_columns and through.target_columns:
            return relation
        target = self.entities[relation.target]
        left = names.snake(entity.name)
        right = names.snake(target.name)
        if left == right:
            right = names.singular(relation.name)
        local = tuple(_foreign_key_name(left, key) for key in entity.primary_key)
        remote = tuple(_foreign_key_name(right, key) for key in target.primary_key)
        table = through.table if through else names.shorten(f"{left}_{relation.name}")
        join = (through or JoinTable(table=table)).model_copy(
            update={"table": table, "local_columns": local, "target_columns": remote}
        )
        return relation.model_copy(update={"through": join})

    # --- the other direction, and rules that name relations ---

    def _inverses(self) -> None:
        taken = {e.name: set(e.member_names) for e in self.entities.values()}
        for entity in self.entities.values():
            for relation in entity.relations:
                if relation.inverse:
                    taken[relation.target].add(relation.inverse)
        for name, entity in self.entities.items():
            relations = []
            for relation in entity.relations:
                if relation.inverse is None:
                    inverse = _inverse_name(entity, relation, taken[relation.target])
                    taken[relation.target].add(inverse)
                    relation = relation.model_copy(update={"inverse": inverse})  # noqa: PLW2901
                relations.append(relation)
            self.entities[name] = entity.model_copy(update={"relations": tuple(relations)})

    def _expand_rules(self, name: str) -> None:
        entity = self.entities[name]
        singles = {u.attributes[0] for u in entity.uniques if len(u.attributes) == 1 and not u.name}
        uniques = []
        for rule in entity.uniques:
            attributes = self._expand(name, rule.attributes)
            if len(attributes) > 1 or rule.name:
                uniques.append(rule.model_copy(update={"attributes": attributes}))
        indexes = [
            rule.model_copy(update={"attributes": self._expand(name, rule.attributes)})
            for rule in entity.indexes
        ]
        entity = self.entities[name]
        self.entities[name] = entity.model_copy(
            update={
                "uniques": tuple(dict.fromkeys(uniques)),
                "indexes": tuple(dict.fromkeys(indexes)),
                "attributes": tuple(
                    a.model_copy(update={"unique": True}) if a.name in singles else a
                    for a in entity.attributes
                ),
            }
        )

    def _expand(self, name: str, given: tuple[str, ...]) -> tuple[str, ...]:
        """Replace relation names by the attributes of their foreign keys."""
        expanded: list[str] = []
        for item in given:
            relations = {r.name: r for r in self.entities[name].relations}
            if item in relations:
                expanded += relations[item].attributes or self._foreign_key(name, item)
            else:
                expanded.append(item)
        return tuple(dict.fromkeys(expanded))


def _foreign_key_name(prefix: str, key: str) -> str:
    stem = prefix.rstrip("_")
    return key if key.startswith(f"{stem}_") else f"{stem}_{key}"


def _inverse_name(entity: Entity, relation: Relation, taken: set[str]) -> str:
    base = names.snake(entity.name)
    to_one = relation.kind is RelationKind.ONE_TO_ONE
    candidate = base if to_one else (entity.plural or names.plural(base))
    if relation.target == entity.name:
        candidate = "children" if relation.name == "parent" else f"{relation.name}_{candidate}"
    elif candidate in taken:
        candidate = f"{relation.name}_{candidate}"
    return names.attribute_name(candidate, taken)

"""How do rows refer to each other? Primary keys, foreign keys, and rules that name relations.

Works on safe names (after ``naming``). A relation that only names its target gets foreign key
attributes of the target's key's types; one that brings its attributes keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.foreign_keys import (
    foreign_key_name,
    indexed,
    is_unique,
    made_unique,
    settle_nullable,
    type_facts,
)
from agent.planner.inverses import join_tables, name_inverses
from agent.planner.literals import misfit
from agent.planner.pairs import declare_once
from agent.planner.timestamps import STAMPS
from agent.types import (
    Access,
    Attribute,
    AttributeType,
    BackendSpec,
    Entity,
    Generator,
    KeyKind,
    Relation,
    RelationKind,
    Unique,
)

if TYPE_CHECKING:
    from agent.planner.notes import Notes

_MANY = RelationKind.MANY_TO_MANY


def link(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with every key, foreign key, join table and inverse explicit."""
    return _Linker(spec, notes).link()


class _Linker:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.given = {e.name: e for e in spec.entities}
        self.position = {e.name: i for i, e in enumerate(spec.entities)}
        self.spec = declare_once(spec)
        self.notes = notes
        self.entities = {e.name: e for e in self.spec.entities}
        self.keyed: set[str] = set()
        self.in_progress: list[str] = []

    def link(self) -> BackendSpec:
        for name in self.entities:
            self._key(name)
        for name in self.entities:
            self._foreign_keys(name)
        if not self.notes.faults:
            join_tables(self.entities, self.position, self.notes)
            name_inverses(self.entities)
        for name in self.entities:
            self._expand_rules(name)
            self.entities[name] = settle_nullable(indexed(self.entities[name], self.notes))
        return self.spec.model_copy(update={"entities": tuple(self.entities.values())})

    def _at(self, name: str) -> str:
        return f"/entities/{self.position[name]}"

    def _change(self, name: str, **update: object) -> Entity:
        self.entities[name] = self.entities[name].model_copy(update=update)
        return self.entities[name]

    # --- primary keys ---

    def _key(self, name: str) -> tuple[str, ...]:
        if name in self.keyed:
            return self.entities[name].primary_key
        if name in self.in_progress:
            self.notes.fault(
                f"{self._at(name)}/primaryKey",
                f"The primary keys of {' and '.join(self.in_progress)} need each other.",
            )
            return ()
        self.in_progress.append(name)
        given = self.entities[name].primary_key
        if given:
            key = self._expand(name, given, f"{self._at(name)}/primaryKey")
            # one attribute alone is unique as the key that it is
            alone = len(key) == 1
            attributes = tuple(
                a.model_copy(update={"nullable": False, "unique": a.unique and not alone})
                if a.name in key
                else a
                for a in self.entities[name].attributes
            )
        else:
            key, attributes = self._surrogate(self.entities[name])
        self._change(name, primary_key=key, attributes=attributes)
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
        # first those that make attributes: others may name these as theirs
        for brings_its_own in (False, True):
            for relation in self.entities[name].relations:
                if relation.kind is not _MANY and bool(relation.attributes) is brings_its_own:
                    self._foreign_key(name, relation.name)

    def _foreign_key(self, name: str, relation_name: str) -> tuple[str, ...]:
        """Make one relation's key explicit; return the names of its attributes."""
        target_key = self._key(self._relation(name, relation_name).target)
        relation = self._relation(name, relation_name)
        references = relation.references or target_key
        if not self._fits(name, relation, references):
            return ()
        referred = {a.name: a for a in self.entities[relation.target].attributes}
        attributes = relation.attributes or self._attribute_names(name, relation, references)
        own = {a.name: a for a in self.entities[name].attributes}
        for key, reference in zip(attributes, references, strict=True):
            if key in own:
                own[key] = self._same_type(name, own[key], relation, referred[reference])
                continue
            own[key] = Attribute(
                name=key,
                column=key,
                nullable=relation.nullable,
                index=relation.kind is RelationKind.MANY_TO_ONE,
                unique=relation.kind is RelationKind.ONE_TO_ONE and len(attributes) == 1,
                **type_facts(referred[reference]),
            )
        self._must_be_unique(relation.target, references)
        linked = relation.model_copy(update={"attributes": attributes, "references": references})
        entity = self._change(
            name,
            attributes=tuple(own.values()),
            relations=tuple(
                linked if r.name == relation_name else r for r in self.entities[name].relations
            ),
        )
        if relation.kind is RelationKind.ONE_TO_ONE and not is_unique(entity, attributes):
            self._change(name, **made_unique(entity, attributes))
        return attributes

    def _relation(self, name: str, relation: str) -> Relation:
        return next(r for r in self.entities[name].relations if r.name == relation)

    def _fits(self, name: str, relation: Relation, references: tuple[str, ...]) -> bool:
        """Tell whether a relation's attributes and references exist, as many as each other."""
        given = self.given[name].relations
        index = next((i for i, r in enumerate(given) if r.name == relation.name), None)
        at = f"{self._at(name)}/relations" + ("" if index is None else f"/{index}")
        before = len(self.notes.faults)
        theirs = [a.name for a in self.entities[relation.target].attributes]
        for reference in references:
            if reference not in theirs:
                self._unknown(f"{at}/references", reference, relation.target, theirs)
        for attribute in relation.attributes:
            if not self._has(name, attribute):
                own = [a.name for a in self.entities[name].attributes]
                self._unknown(f"{at}/attributes", attribute, name, own)
        if relation.attributes and len(relation.attributes) != len(references):
            self.notes.fault(
                f"{at}/attributes",
                f"'{relation.name}' has {len(relation.attributes)} attributes for a key of"
                f" {len(references)}.",
                f"attributes for {', '.join(references)}",
            )
        return bool(references) and len(self.notes.faults) == before

    def _attribute_names(
        self, name: str, relation: Relation, references: tuple[str, ...]
    ) -> tuple[str, ...]:
        entity = self.entities[name]
        taken = {r.name for r in entity.relations}
        taken |= {
            r.inverse for e in self.entities.values() for r in e.relations
            if r.target == name and r.inverse
        }  # fmt: skip
        found: list[str] = []
        for key in references:
            wanted = names.attribute_name(foreign_key_name(relation.name, key), {*taken, *found})
            found.append(wanted)
        return tuple(found)

    def _same_type(
        self, name: str, own: Attribute, relation: Relation, referred: Attribute
    ) -> Attribute:
        facts = type_facts(referred)
        if own.type is not facts["type"]:
            values = next((e.values for e in self.spec.enums if e.name == facts["enum"]), ())
            made = own.model_copy(update=facts)
            is_lost = own.default is not None and misfit(made, values) is not None
            lost = "; its default is no such value, and left out" if is_lost else ""
            self.notes.assume(
                f"{name}.{own.name} takes the type of {relation.target}.{referred.name}"
                f" ({referred.type.value}), which it refers to{lost}.",
                f"{name}.{own.name}",
            )
            facts |= {"default": None} if is_lost else {}
        return own.model_copy(update=facts)

    def _must_be_unique(self, target: str, references: tuple[str, ...]) -> None:
        """Make what a foreign key refers to unique, and say it."""
        entity = self.entities[target]
        if is_unique(entity, references):
            return
        self.notes.assume(
            f"{target} ({', '.join(references)}) is unique, because foreign keys refer to it.",
            target,
        )
        self._change(target, uniques=(*entity.uniques, Unique(attributes=references)))

    # --- rules that name relations ---

    def _expand_rules(self, name: str) -> None:
        entity = self.entities[name]
        uniques = [
            rule.model_copy(
                update={"attributes": self._expand(name, rule.attributes, self._rule(name, rule))}
            )
            for rule in entity.uniques
        ]
        indexes = [
            rule.model_copy(
                update={"attributes": self._expand(name, rule.attributes, self._rule(name, rule))}
            )
            for rule in entity.indexes
        ]
        plain = {u.attributes[0] for u in uniques if len(u.attributes) == 1 and not u.name}
        single = plain - set(entity.primary_key[:1] if len(entity.primary_key) == 1 else ())
        self._change(
            name,
            uniques=tuple(dict.fromkeys(u for u in uniques if len(u.attributes) > 1 or u.name)),
            indexes=tuple(dict.fromkeys(indexes)),
            attributes=tuple(
                a.model_copy(update={"unique": True}) if a.name in single else a
                for a in self.entities[name].attributes
            ),
        )

    def _rule(self, name: str, rule: object) -> str:
        for kind in ("uniques", "indexes"):
            rules = getattr(self.given[name], kind)
            if rule in rules:
                return f"{self._at(name)}/{kind}/{rules.index(rule)}/attributes"
        return self._at(name)

    def _expand(self, name: str, given: tuple[str, ...], pointer: str) -> tuple[str, ...]:
        """Replace relation names by the attributes of their foreign keys."""
        expanded: list[str] = []
        for item in given:
            relation = next((r for r in self.entities[name].relations if r.name == item), None)
            if relation is not None and relation.kind is _MANY:
                self.notes.fault(
                    pointer, f"'{item}' leads to many rows: {name} has no key for it.", "a to-one"
                )
            elif relation is not None:
                expanded += relation.attributes or self._foreign_key(name, item)
            elif self._has(name, item) or (name in self.keyed and self._is_stamp(item)):
                expanded.append(item)
            else:
                self._unknown(pointer, item, name, list(self.entities[name].member_names))
        return tuple(dict.fromkeys(expanded))

    def _is_stamp(self, name: str) -> bool:
        return self.spec.timestamps and name in {stamp.name for stamp in STAMPS}

    def _has(self, name: str, attribute: str) -> bool:
        """Tell whether an attribute is there, or is one that a relation makes now."""
        if attribute not in {a.name for a in self.entities[name].attributes}:
            for relation in self.entities[name].relations:
                stem = relation.name.rstrip("_")
                makes = relation.kind is not _MANY and not relation.attributes
                if makes and attribute.startswith(f"{stem}_"):
                    self._foreign_key(name, relation.name)
        return attribute in {a.name for a in self.entities[name].attributes}

    def _unknown(self, pointer: str, wanted: str, entity: str, known: list[str]) -> None:
        meant = self.notes.meant(wanted, known)
        expected = f"did you mean '{meant}'?" if meant else f"one of {', '.join(known[:12])}"
        self.notes.fault(pointer, f"There is no attribute of {entity} '{wanted}'.", expected)

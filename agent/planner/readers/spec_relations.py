"""What do a relation and a schema field of the spec language say? What they point to, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner.readers.spec_draft import given_once
from agent.planner.readers.spec_tree import (
    branch,
    build,
    choose,
    is_bare,
    names,
    options,
    plain,
    shown,
    text,
    value,
    wrong,
)
from agent.types import (
    AttributeType,
    DeleteBehaviour,
    JoinTable,
    Meaning,
    Relation,
    RelationKind,
    SchemaField,
)

if TYPE_CHECKING:
    from agent.planner.readers.spec_draft import Draft
    from agent.planner.readers.spec_tree import Branch, Node

_OPTIONS = ("nullable", "unique", "as", "via", "through", "constraint")


def table(qualified: Branch) -> dict[str, str]:
    """Read a table's name, with its database schema before a dot where it has one."""
    first, second = qualified.children
    if second:
        return {"db_schema": text(first), "table": text(second)}
    whole = text(first)
    if not is_bare(first) or "." not in whole:
        return {"table": whole}
    schema, name = whole.split(".", 1)
    if "." in name:
        raise wrong(first, f"{shown(whole)} has too many dots", "quotes around each name")
    return {"db_schema": schema, "table": name}


def relation(tree: Branch, kind: RelationKind) -> Relation:
    """Read a relation; ``unique`` makes one-to-one of many-to-one."""
    name, target, *rest = tree.children
    found = options(rest)
    unique, via, through, on_delete = (
        found.pop(key, None) for key in ("unique", "via", "through", "on_delete")
    )
    fields = plain(found)
    if unique is not None:
        if kind != RelationKind.MANY_TO_ONE:
            raise wrong(unique, f"a {kind} relation cannot be unique", "`->` for one-to-one")
        kind = RelationKind.ONE_TO_ONE
    if via is not None:
        fields["attributes"], fields["references"] = map(_names, via.children)
    if through is not None:
        fields["through"] = _join(through)
    if on_delete is not None:
        fields["on_delete"] = choose(on_delete, DeleteBehaviour, "option of a relation", _OPTIONS)
    return build(Relation, tree, name=text(name), target=text(target), kind=kind, **fields)


def _join(tree: Branch) -> JoinTable:
    qualified, columns, links = tree.children
    fields: dict[str, Any] = dict(table(branch(qualified)))
    if columns:
        # a pair holds two names, the longer form two lists of them
        local, target = branch(columns).children
        fields["local_columns"], fields["target_columns"] = _names(local), _names(target)
    if links:
        fields["on_delete"] = choose(links, DeleteBehaviour, "behaviour on delete")
    return build(JoinTable, tree, **fields)


def _names(node: Node | None) -> tuple[str, ...]:
    return (text(node),) if isinstance(node, str) else names(node)


def schema_field(draft: Draft, tree: Branch) -> None:
    """Read one field of a schema and add it to the draft."""
    name, *rest = tree.children
    found = options(rest)
    optional = found.pop("optional", None)
    bindings = [found.pop(key) for key in ("bound", "shown", "typed") if key in found]
    extras = _rules(found)
    fields: dict[str, Any] = {"name": text(name), "required": optional is None}
    loose = False
    if bindings:
        first, *more = bindings[0].children
        if bindings[0].data == "bound":
            fields["attribute"] = text(first)
        elif bindings[0].data == "shown":
            schema, *more = more
            fields |= {"relation": text(first or name), "schema_name": text(schema)}
        else:
            fields |= (typed := _typed(first))
            loose = "schema_name" in typed and is_bare(first)
        fields |= _rules(options(more))
    else:
        fields["attribute"] = fields["name"]
    for key, content in extras.items():
        given_once(found[key], fields, key)
        fields[key] = content
    part = build(SchemaField, tree, **fields)
    if loose:
        draft.add_loose(tree, part)
    else:
        draft.add("fields", tree, part)


def _rules(found: dict[str, Branch]) -> dict[str, Any]:
    """Read what else is said of a field."""
    rules = plain({key: node for key, node in found.items() if key not in {"says", "means"}})
    if "says" in found:
        rules["says"] = value(found["says"].children[0])
    if "means" in found:
        rules["means"] = choose(found["means"], Meaning, "meaning")
    return rules


def _typed(node: Node) -> dict[str, Any]:
    """Read what a free field holds: a scalar, an enum, rows of a schema, or nothing said."""
    if not isinstance(node, str):
        return {"type": AttributeType.ENUM, **plain({"enum": node})}
    if node.type == "LEFT_OUT":
        return {}
    word = text(node)
    if is_bare(node) and word in list(AttributeType):
        return {"type": AttributeType(word)}
    return {"schema_name": word}

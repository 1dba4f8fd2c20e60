"""What does each statement of the spec language add to the spec? One function for each.

``Draft`` collects what the lines say; ``STATEMENTS`` maps each statement of the grammar to the
function that adds it. Relations, schemas and operations are only added here: whether what they
name exists is for ``agent.planner.resolve`` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent import types
from agent.planner.readers import spec_attributes, spec_project, spec_relations, spec_tree
from agent.planner.readers.spec_draft import Draft, given_once
from agent.planner.readers.spec_tree import (
    branch,
    choose,
    names,
    names_or,
    options,
    plain,
    text,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.planner.readers.spec_tree import Branch

# --- enums, entities, schemas --------------------------------------------------------------------


def _enum_type(draft: Draft, tree: Branch) -> None:
    name, *rest, values = tree.children
    fields = plain(options(rest))
    enum = spec_tree.build(
        types.EnumType, tree, name=text(name), values=names(branch(values)), **fields
    )
    draft.add_enum(tree, enum)
    draft.block = "top"


def _entity(draft: Draft, tree: Branch) -> None:
    name, *rest = tree.children
    found = options(rest)
    table = found.pop("table", None)
    fields = plain(found)
    if table is not None:
        for key, content in spec_relations.table(branch(table.children[0])).items():
            given_once(table, fields, key)
            fields[key] = content
    draft.open("entity", tree, name=text(name), **fields)


def _key(draft: Draft, tree: Branch) -> None:
    draft.put("primary_key", tree, names(branch(tree.children[0])))


def _attribute(draft: Draft, tree: Branch) -> None:
    attribute, in_key = spec_attributes.attribute(draft, tree)
    draft.add("attributes", tree, attribute)
    if in_key:
        draft.in_key(tree, attribute.name)


def _relation(kind: types.RelationKind) -> Callable[[Draft, Branch], None]:
    def relation(draft: Draft, tree: Branch) -> None:
        draft.add("relations", tree, spec_relations.relation(tree, kind))

    return relation


def _rule(model: type[types.SpecModel], key: str) -> Callable[[Draft, Branch], None]:
    def rule(draft: Draft, tree: Branch) -> None:
        first, *rest = tree.children
        found = options(rest)
        if "unique" in found and "unique" not in model.model_fields:
            raise wrong(found["unique"], "`unique` has no meaning here", "`unique` with an index")
        if "where" in found and model is types.Check:
            raise wrong(found["where"], "`where` has no meaning here", "`where` with an index")
        fields = plain(found)
        if isinstance(first, str):
            fields["expression"] = text(first)
        else:
            fields["attributes"] = names(first)
        if "where" in found and model is types.Unique:  # databases have them as indexes
            index = spec_tree.build(types.Index, tree, unique=True, **fields)
            draft.add("indexes", tree, index)
            return
        draft.add(key, tree, spec_tree.build(model, tree, **fields))

    return rule


def _allow_actions(draft: Draft, tree: Branch) -> None:
    actions, allowed = (branch(child) for child in tree.children)
    known = list(types.AccessRules.model_fields)
    for action in actions.children:
        if text(action) not in known:
            hint = spec_tree.did_you_mean(text(action), known) or "one of " + ", ".join(known)
            raise wrong(action, f"{spec_tree.shown(text(action))} cannot be allowed", hint)
        draft.set_in("access", action, text(action), names_or(allowed, "nobody"))
    spec_tree.build(types.AccessRules, tree, **draft.current["access"])


def _crud(draft: Draft, tree: Branch) -> None:
    words = branch(tree.children[0])
    if names_or(words, "none"):
        chosen = tuple(
            choose(word, types.CrudAction, "standard operation", ["none"])
            for word in words.children
        )
    else:
        chosen = ()
    draft.put("crud", tree, chosen)


def _schema(draft: Draft, tree: Branch) -> None:
    name, *rest = tree.children
    found = options(child for child in rest if branch(child).data != "field")
    draft.open("schema", tree, name=text(name), **plain(found))
    for child in rest:
        if branch(child).data == "field":
            spec_relations.schema_field(draft, branch(child))


def _fields(draft: Draft, tree: Branch) -> None:
    for child in tree.children:
        spec_relations.schema_field(draft, branch(child))


# --- operations ----------------------------------------------------------------------------------


def _operation(draft: Draft, tree: Branch) -> None:
    name, method, path, kind, entity, relation = tree.children
    fields: dict[str, Any] = {
        "method": choose(method, types.HttpMethod, "method"),
        "path": text(path),
    }
    if kind:
        fields["kind"] = choose(kind, types.OperationKind, "kind of operation")
    if entity:
        fields["entity"] = text(entity)
    if relation:
        fields["relation"] = text(relation)
    draft.open("operation", tree, name=text(name), **fields)


def _parameter(place: types.ParameterPlace) -> Callable[[Draft, Branch], None]:
    def parameter(draft: Draft, tree: Branch) -> None:
        name, *rest = tree.children
        found = options(rest)
        match, kind = found.pop("match", None), found.pop("type", None)
        fields = plain(found)
        if match is not None:
            fields["match"] = choose(match, types.Match, "way to match", ["required"])
        if kind is not None:
            fields["type"] = choose(kind, types.AttributeType, "type")
        draft.add(
            "parameters",
            tree,
            spec_tree.build(types.Parameter, tree, name=text(name), place=place, **fields),
        )

    return parameter


def _body(draft: Draft, tree: Branch) -> None:
    name, *rest = tree.children
    fields = plain(options(rest))
    body = spec_tree.build(types.Body, tree, schema_name=text(name), **fields)
    draft.put(str(tree.data), tree, body)


def _single(draft: Draft, tree: Branch) -> None:
    draft.put(str(tree.data), tree, *plain({"": tree}).values())


def _switched_on(key: str) -> Callable[[Draft, Branch], None]:
    def switched_on(draft: Draft, tree: Branch) -> None:
        draft.put(key, tree, found=True)

    return switched_on


def _refusals(draft: Draft, tree: Branch) -> None:
    for child in tree.children:
        word, content = branch(child).children
        refusal = choose(word, types.RefusalKind, "reason to refuse")
        draft.set_in("refusals", word, refusal.value, spec_tree.value(content))


def _further_statuses(draft: Draft, tree: Branch) -> None:
    codes = tuple(int(spec_tree.number(spec_tree.token_of(child))) for child in tree.children)
    draft.put("statuses", tree, codes)


def _permission(draft: Draft, tree: Branch) -> None:
    draft.put("permission", tree, names_or(branch(tree.children[0]), "nobody"))


def _allow_list(draft: Draft, tree: Branch) -> None:
    draft.put(str(tree.data), tree, names_or(branch(tree.children[0]), "none"))


def _unpaged(draft: Draft, tree: Branch) -> None:
    draft.put("paginated", tree, found=False)


def _sets(draft: Draft, tree: Branch) -> None:
    name, content = tree.children
    draft.set_in("sets", name, text(name), spec_tree.value(content))


def _tags(draft: Draft, tree: Branch) -> None:
    draft.put("tags", tree, names_or(branch(tree.children[0]), ""))


STATEMENTS: dict[str, Callable[[Draft, Branch], None]] = {
    "tags": _tags,
    "deprecated": _switched_on("deprecated"),
    **spec_project.STATEMENTS,
    "enum_type": _enum_type,
    "entity": _entity,
    "attribute": _attribute,
    "many_to_one": _relation(types.RelationKind.MANY_TO_ONE),
    "one_to_many": _relation(types.RelationKind.ONE_TO_MANY),
    "many_to_many": _relation(types.RelationKind.MANY_TO_MANY),
    "primary_key": _key,
    "unique_rule": _rule(types.Unique, "uniques"),
    "index_rule": _rule(types.Index, "indexes"),
    "check_rule": _rule(types.Check, "checks"),
    "allow_actions": _allow_actions,
    "crud": _crud,
    "schema": _schema,
    "fields": _fields,
    "operation": _operation,
    "path": _parameter(types.ParameterPlace.PATH),
    "query": _parameter(types.ParameterPlace.QUERY),
    "header": _parameter(types.ParameterPlace.HEADER),
    "input": _body,
    "output": _body,
    "operation_id": _single,
    "open_to_more": _switched_on("open"),
    "silent": _switched_on("silent"),
    "takes": _single,
    "gives": _single,
    "status": _single,
    "refusals": _refusals,
    "further_statuses": _further_statuses,
    "permission": _permission,
    "sort": _allow_list,
    "search": _allow_list,
    "unpaged": _unpaged,
    "sets": _sets,
    "summary": _single,
    "rule": _single,
}

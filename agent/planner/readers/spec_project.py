"""What do the statements about the whole project add to the spec? Settings, sign-in, API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent import types
from agent.planner.readers import spec_tree
from agent.planner.readers.spec_draft import Draft, given_once
from agent.planner.readers.spec_tree import branch, choose, names_or, options, plain, text, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.planner.readers.spec_tree import Branch, Node

_SWITCH = {"on": True, "off": False}


def _project(draft: Draft, tree: Branch) -> None:
    name, *rest = tree.children
    fields = plain(options(rest))
    for key, found in {"name": text(name), **fields}.items():
        draft.setting(tree, key, found)


def _word(key: str) -> Callable[[Draft, Branch], None]:
    def setting(draft: Draft, tree: Branch) -> None:
        draft.setting(tree, key, text(tree))

    return setting


def _database(draft: Draft, tree: Branch) -> None:
    draft.setting(tree, "database", choose(tree, types.Database, "database"))


def _key_kind(draft: Draft, tree: Branch) -> None:
    draft.setting(tree, "key", choose(tree, types.KeyKind, "kind of key"))


def _timestamps(draft: Draft, tree: Branch) -> None:
    word = text(tree)
    if word not in _SWITCH:
        raise wrong(tree.children[0], f"{spec_tree.shown(word)} is neither on nor off", "on or off")
    draft.setting(tree, "timestamps", _SWITCH[word])


def _omitted(draft: Draft, tree: Branch) -> None:
    said = text(tree)
    spec_tree.build(types.BackendSpec, tree, omitted=(said,))
    draft.settings["omitted"] = (*draft.settings.get("omitted", ()), said)


def _key_place(tree: Branch) -> types.KeyPlace:
    place, name, scheme = tree.children
    given = {"name": name, "scheme": scheme}
    named = {key: text(word) for key, word in given.items() if word}
    return spec_tree.build(types.KeyPlace, tree, place=text(place), **named)


def _auth(draft: Draft, tree: Branch) -> None:
    method, *rest = tree.children
    found = options(rest)
    roles, places = found.pop("roles", None), found.pop("keys", None)
    fields = plain(found)
    if "closed" in fields:
        fields["open_registration"] = not fields.pop("closed")
    if places is not None:
        fields["keys"] = tuple(_key_place(branch(child)) for child in places.children)
    if roles is not None:
        fields["roles"] = names_or(branch(roles.children[0]), "none")
    fields["method"] = choose(method, types.AuthMethod, "way to sign in")
    draft.setting(tree, "auth", spec_tree.build(types.Auth, tree, **fields))


def _api(draft: Draft, tree: Branch) -> None:
    path, case, decimals = tree.children
    given_once(tree, draft.api, "base_path")
    fields = {"base_path": "" if text(path) == "/" else text(path)}
    if case:
        fields["field_case"] = text(case)
    if decimals:
        fields["decimals"] = text(decimals)
    spec_tree.build(types.Api, tree, **draft.api, **fields)
    draft.api |= fields
    draft.mark("/api", tree)
    draft.block = "api"


def _pairs(model: type[types.SpecModel], key: str) -> Callable[[Draft, Branch], None]:
    # `page-parameter` is typed `page`
    known = {
        field.removesuffix("_parameter").replace("_", "-"): field for field in model.model_fields
    }

    def part(draft: Draft, tree: Branch) -> None:
        given_once(tree, draft.api, key)
        fields: dict[str, Any] = {}
        for pair in tree.children:
            word, content = branch(pair).children
            name = text(word).replace("_", "-")
            if name not in known:
                hint = spec_tree.did_you_mean(name, known) or "one of " + ", ".join(known)
                raise wrong(word, f"{spec_tree.shown(name)} is unknown here", hint)
            given_once(word, fields, known[name])
            fields[known[name]] = _setting(content)
        draft.api[key] = spec_tree.build(model, tree, **fields)

    return part


def _setting(node: Node) -> object:
    kind = spec_tree.token_of(node).type
    if kind == "LEFT_OUT":
        return None
    return spec_tree.number(spec_tree.token_of(node)) if kind == "NUMBER" else text(node)


STATEMENTS: dict[str, Callable[[Draft, Branch], None]] = {
    "project": _project,
    "database": _database,
    "python": _word("python"),
    "key_kind": _key_kind,
    "timestamps": _timestamps,
    "auth": _auth,
    "omitted": _omitted,
    "api": _api,
    "list_envelope": _pairs(types.ListEnvelope, "list_envelope"),
    "error_envelope": _pairs(types.ErrorEnvelope, "error_envelope"),
    "statuses": _pairs(types.Statuses, "statuses"),
    "paging": _pairs(types.Paging, "paging"),
    "info": _pairs(types.Info, "info"),
}

"""What does an attribute of the spec language say? Its type, its options, its states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.planner.readers.spec_draft import given_once
from agent.planner.readers.spec_tree import (
    branch,
    build,
    did_you_mean,
    is_bare,
    number,
    options,
    plain,
    shown,
    text,
    token_of,
    type_meant,
    value,
    wrong,
)
from agent.types import (
    Access,
    Attribute,
    AttributeType,
    EnumType,
    Generator,
    Transition,
)

if TYPE_CHECKING:
    from agent.planner.readers.spec_draft import Draft
    from agent.planner.readers.spec_tree import Branch, Node

_LENGTHS = frozenset({"string", "text", "email", "url", "password", "binary"})
_DIGITS = frozenset({"decimal", "float"})
_ACCESS = {
    "readonly": Access.READ_ONLY,
    "writeonly": Access.WRITE_ONLY,
    "hidden": Access.HIDDEN,
}


def attribute(draft: Draft, tree: Branch) -> tuple[Attribute, bool]:
    """Read an attribute, and whether it says that it belongs to the primary key.

    An enum that it declares by listing its values is added to the draft.
    """
    name, kind, *rest = tree.children
    found = options(_as_generated(node) for node in rest)
    default, steps = found.pop("default", None), found.pop("transitions", None)
    sizes = [found.pop(key) for key in ("size", "span", "digits") if key in found]
    access = found.pop("access", None)
    fields = plain(found)
    in_key = fields.pop("key", False)
    if access is not None:
        fields["access"] = _ACCESS[text(access)]
    if "naive" in fields:
        fields["timezone"] = not fields.pop("naive")
    if "generated" in fields:
        fields["generated"] = Generator(fields["generated"])
    if steps is not None:
        fields["transitions"] = _steps(branch(steps.children[0]))
    for key, content in _kind(draft, text(name), branch(kind)).items():
        given_once(kind, fields, key)
        fields[key] = content
    for size in sizes:
        if fields["type"] == AttributeType.ENUM and is_bare_word(token_of(kind)):
            word = text(token_of(kind))
            hint = type_meant(word) or "a type, or an enum without brackets"
            raise wrong(kind, f"{shown(word)} is no type that has a size", hint)
        for key, content in _size(size, fields["type"]).items():
            given_once(size, fields, key)
            fields[key] = content
    if default is not None:
        fields["default"] = _default(default, fields["type"])
    return build(Attribute, tree, name=text(name), **fields), in_key


def _as_generated(node: Node) -> Node:
    """Tell the two meanings of `= word` apart."""
    if isinstance(node, str) or node.data != "default":
        return node
    if is_bare_word(node.children[0]) and text(node) in list(Generator):
        node.data = "generated"
    return node


def is_bare_word(node: Node) -> bool:
    """Tell whether a value is a word without quotes."""
    return isinstance(node, str) and node.type == "NAME"


def _default(node: Branch, kind: AttributeType) -> object:
    found = value(node.children[0])
    if isinstance(found, str) and is_bare_word(node.children[0]) and kind != AttributeType.ENUM:
        hint = did_you_mean(found, ["true", "false", "null", *Generator])
        raise wrong(
            node.children[0],
            f"{shown(found)} is no value",
            hint or "a text in quotes, a number, true, false, null, or " + ", ".join(Generator),
        )
    return found


def _size(node: Branch, kind: AttributeType) -> dict[str, int | float]:
    """Read what stands in the brackets after a type."""
    counts = [number(child) if child else None for child in map(_token, node.children)]
    keys: tuple[str, ...] = ()
    if kind in _LENGTHS and node.data != "digits":
        keys = ("length",) if node.data == "size" else ("min_length", "length")
    elif kind in _DIGITS and node.data != "span":
        keys = ("precision", "scale")[: len(counts)]
    if not keys:
        takes = "(digits, decimals)" if kind in _DIGITS else "(longest) or (shortest..longest)"
        takes = takes if kind in _LENGTHS | _DIGITS else f"no brackets after {kind}"
        raise wrong(node, f"{kind} has no such size", takes)
    return {key: count for key, count in zip(keys, counts, strict=True) if count is not None}


def _token(node: Node | None) -> Any:  # noqa: ANN401 - a token, or nothing where one was left out
    return node


def _kind(draft: Draft, name: str, node: Branch) -> dict[str, Any]:
    """Read a type, an enum's name, a list of values or a state machine."""
    if node.data == "enum":
        return {"type": AttributeType.ENUM, **plain({"enum": node})}
    first = token_of(node)
    chains = [branch(chain).children for chain in node.children]
    states = [branch(s) for chain in chains for group in chain for s in branch(group).children]
    if len(states) == 1 and states[0].children[1:] == [None]:
        word = text(first)
        if is_bare(first) and word in list(AttributeType):
            return {"type": AttributeType(word)}
        draft.mention(word, first)
        return {"type": AttributeType.ENUM, "enum": word}
    values = [text(state) for state in states]
    chained = len(chains) > 1 or len(chains[0]) > 1
    if not chained:
        _check_choice(node, states)
    enum = build(
        EnumType,
        node,
        name=_enum_name(draft.current["name"], name),
        values=tuple(dict.fromkeys(values)),
    )
    draft.own_enum(node, enum)
    fields: dict[str, Any] = {"type": AttributeType.ENUM, "enum": enum.name}
    if chained:
        fields |= {"transitions": _steps(node), "default": enum.values[0]}
    return fields


def _check_choice(node: Branch, states: list[Branch]) -> None:
    """Refuse a list of values that says more, or less, than values."""
    if len({text(state) for state in states}) < len(states):
        raise wrong(node, "a value is listed twice", "each value once")
    for state in states:
        if state.children[1:] != [None]:
            raise wrong(state, "`by` stands without a step", "`by` in a chain of states")
        if is_bare(state) and text(state).lower() in {*AttributeType, "null", "none"}:
            raise wrong(
                state,
                f"{shown(text(state))} is no value: `|` stands between the values of an enum",
                "one type (`?` after it: may be null), or quotes around the value",
            )


def _enum_name(*parts: str) -> str:
    words = [word for part in parts for word in re.split(r"[\W_]+", part)]
    return "".join(word[:1].upper() + word[1:] for word in words)


def _steps(tree: Branch) -> tuple[Transition, ...]:
    """Read chains of states; `by` restricts the steps into the state before it."""
    found: list[Transition] = []
    for chain in map(branch, tree.children):
        before: list[Branch] = []
        if len(chain.children) == 1:
            raise wrong(chain, "no step leads from here", "`->` and the next state")
        for group in chain.children:
            states = [branch(state) for state in branch(group).children]
            # many to many would be hard to read, and make a long text of a short one
            if min(len(before), len(states)) > 1:
                raise wrong(
                    group,
                    "several states on both sides of an arrow",
                    "one chain for each state on the left, with commas between them",
                )
            for state in states:
                if not before and state.children[1:] != [None]:
                    raise wrong(state, "no step leads to this state here", "`by` after an arrow")
                found.extend(
                    build(
                        Transition,
                        state,
                        source=text(source),
                        target=text(state),
                        roles=tuple(text(role) for role in state.children[1:] if role),
                    )
                    for source in before
                )
            before = states
    return tuple(found)

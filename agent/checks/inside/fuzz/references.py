"""What does a field refer to? Told by names at first, and known when a row was made with it.

A contract says nowhere that ``customer_id`` is the ``id`` of a customer: people read it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.resources import USUAL, short_name, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.checks.inside.fuzz.contract import Schema
    from agent.checks.inside.fuzz.resources import Resource

    Target = tuple[Resource, str]


class References:
    """What the fields of a contract may refer to: keys of resources."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        """Know the resources; what is known of references is learnt later."""
        self._resources = resources
        self._named: dict[tuple[str, Resource | None], list[Target]] = {}
        self._learnt: dict[tuple[Resource, str], Target] = {}

    def learn(self, made: Resource, chosen: Mapping[str, Target]) -> None:
        """Remember what the fields of a row that was made referred to."""
        for name, target in chosen.items():
            self._learnt[made, name] = target

    def of(
        self, name: str, schema: Schema, within: Resource | None, *, making: bool = False
    ) -> list[Target]:
        """Say what a field may refer to, the likeliest first, where there are rows.

        ``within`` is the resource whose rows the field stands in; where one of them is ``making``,
        its own key refers to nothing.
        """
        if within is not None and (known := self._learnt.get((within, name))) is not None:
            return [known]
        key = name, within if making else None
        if key not in self._named:
            self._named[key] = self._by_name(*key)
        return [
            (resource, own)
            for resource, own in self._named[key]
            if resource.rows and _fits(resource.rows[0].path[own], schema)
        ]

    def _by_name(self, name: str, made: Resource | None) -> list[Target]:
        asked = words(name)
        own = made is not None and asked in made.names
        found: list[tuple[int, Target]] = []
        for resource in self._resources:
            for key in resource.own:
                short = short_name(key, resource.singular)
                if asked in resource.names and asked.endswith(short) and asked not in USUAL:
                    if resource is not made:
                        found.append((0, (resource, key)))
                elif asked.endswith(f"_{short}") and not own:
                    found.append((1 if resource.singular in asked else 2, (resource, key)))
        return [target for _, target in sorted(found, key=lambda each: each[0])]


def _fits(value: Any, schema: Schema) -> bool:  # noqa: ANN401 - any JSON
    kind = schema.get("type")
    return kind is None or kind == ("integer" if isinstance(value, int) else "string")

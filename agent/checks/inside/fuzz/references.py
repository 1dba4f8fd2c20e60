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
        self._named: dict[tuple[str, Resource | None], list[tuple[int, Target]]] = {}
        self._learnt: dict[tuple[Resource, str], Target] = {}

    def learn(self, made: Resource, chosen: Mapping[str, Target]) -> None:
        """Remember what the fields of a row that was made referred to."""
        for name, target in chosen.items():
            self._learnt[made, name] = target

    def known(self) -> list[tuple[Resource, str, Target]]:
        """Say which fields of whose rows are known to refer to what."""
        return [(made, name, target) for (made, name), target in self._learnt.items()]

    def of(
        self, name: str, schema: Schema, within: Resource | None, *, making: bool = False
    ) -> list[Target]:
        """Say what a field may refer to, the likeliest first, where there are rows.

        Of those whose names say as little, what nothing is known to refer to is likelier.

        ``within`` is the resource whose rows the field stands in; where one of them is ``making``,
        its own key refers to nothing.
        """
        if within is not None and (learnt := self._learnt.get((within, name))) is not None:
            return [learnt]
        key = name, within if making else None
        if key not in self._named:
            self._named[key] = self._by_name(*key)
        known = {resource for resource, _ in self._learnt.values()}
        found = [
            (distance, target[0] in known, target)
            for distance, target in self._named[key]
            if target[0].rows and _fits(target[0].rows[0].path[target[1]], schema)
        ]
        return [target for *_, target in sorted(found, key=lambda each: each[:2])]

    def _by_name(self, name: str, made: Resource | None) -> list[tuple[int, Target]]:
        """Give what a name may mean, and how far from it that is called."""
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
        return found


def _fits(value: Any, schema: Schema) -> bool:  # noqa: ANN401 - any JSON
    kind = schema.get("type")
    return kind is None or kind == ("integer" if isinstance(value, int) else "string")

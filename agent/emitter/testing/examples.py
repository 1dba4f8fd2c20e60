"""Which values keep an entity's row rules together? Found by trying, one after another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import TYPE_CHECKING

from agent.emitter.testing.candidates import candidates
from agent.emitter.testing.listed import literals
from agent.emitter.testing.optional_keys import choices, instead, keys
from agent.planner.row_rules import RowRules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from agent.emitter.facts import Facts
    from agent.emitter.testing.candidate import Candidate
    from agent.types import Entity, Relation

_TRIES = 20_000
_TRIES_WITH_PARENTS = 4_000  # for each choice of parents
_COMBINATIONS = 300


class Examples:
    """Values for the attributes that row rules are about, by entity.

    ``unkept`` are the rules for which no values were found, as (entity, expression). ``parents``
    are the optional relations that rows have to have, each with the names of what may stand
    instead.
    """

    def __init__(self, facts: Facts) -> None:
        """Look for values that keep the rules of each entity."""
        self.unkept: list[tuple[str, str]] = []
        self.parents: dict[str, dict[str, frozenset[str]]] = {}
        self._found: dict[str, dict[str, Candidate]] = {}
        for entity in facts.spec.entities:
            if entity.checks:
                solution = _solved(entity, facts)
                self._found[entity.name] = solution.values
                self.unkept += [(entity.name, expression) for expression in solution.unkept]
                if solution.parents:
                    self.parents[entity.name] = solution.parents

    def of(self, entity: str) -> Mapping[str, Candidate]:
        """Return the values of attributes that rules are about; others are free."""
        return self._found.get(entity) or {}


@dataclass(frozen=True, slots=True)
class _Solution:
    """Values that keep an entity's rules, the rules that they do not keep, and the parents."""

    values: dict[str, Candidate]
    unkept: list[str]
    parents: dict[str, frozenset[str]] = field(default_factory=dict)


def _solved(entity: Entity, facts: Facts) -> _Solution:
    """Look for values that keep an entity's rules, and for as few optional parents as they need.

    Where no values keep all of the rules, those that nothing keeps by itself are left out.
    """
    with closing(RowRules(entity)) as rules:
        about = {check.expression: rules.reads(check.expression) for check in entity.checks}
        numbers, texts = literals(about)
        options = {
            name: candidates(facts.attribute(entity.name, name), entity, facts, numbers, texts)
            for name in dict.fromkeys(name for names in about.values() for name in names)
        }

        def search(
            expressions: Iterable[str], given: Sequence[Relation] = ()
        ) -> dict[str, Candidate] | None:
            chosen = {expression: about[expression] for expression in expressions}
            named = {name for names in chosen.values() for name in names}
            own = {**options, **keys(given, entity)}
            tries = _TRIES_WITH_PARENTS if given else _TRIES
            tried = {name: own[name] for name in options if name in named}
            return _Search(rules, chosen, tried, tries).run()

        def with_parents(expressions: Collection[str]) -> _Solution | None:
            found = search(expressions)
            if found is not None:
                return _Solution(found, [])
            named = {name for expression in expressions for name in about[expression]}
            for given in choices(facts, entity):
                if not named.isdisjoint(keys(given, entity)):
                    found = search(expressions, given)
                    if found is not None:
                        asked = [about[expression] for expression in expressions]
                        return _Solution(found, [], instead(given, entity, asked))
            return None

        found = search(about)
        if found is not None:
            return _Solution(found, [])
        alone = [expression for expression in about if with_parents([expression]) is None]
        solution = with_parents([expression for expression in about if expression not in alone])
        return replace(solution, unkept=alone) if solution else _Solution({}, list(about))


class _Search:
    """Depth first: a rule is asked as soon as all of its attributes have a value."""

    def __init__(
        self,
        rules: RowRules,
        about: Mapping[str, tuple[str, ...]],
        options: Mapping[str, Sequence[Candidate]],
        tries: int,
    ) -> None:
        self.rules = rules
        self.about = about
        # what cannot be chosen comes first, so that its rules cut the search short
        self.options = dict(sorted(options.items(), key=lambda item: len(item[1])))
        self.left = tries

    def run(self) -> dict[str, Candidate] | None:
        return self._extended({}, list(self.options))

    def _extended(
        self, chosen: dict[str, Candidate], waiting: list[str]
    ) -> dict[str, Candidate] | None:
        if not waiting:
            return chosen
        name, *rest = waiting
        for candidate in self.options[name]:
            trial = {**chosen, name: candidate}
            if self.left > 0 and self._keeps(trial, name):
                found = self._extended(trial, rest)
                if found is not None:
                    return found
        return None

    def _keeps(self, chosen: dict[str, Candidate], latest: str) -> bool:
        return all(
            self._holds(expression, [chosen[name] for name in names], names)
            for expression, names in self.about.items()
            if latest in names and chosen.keys() >= set(names)
        )

    def _holds(self, expression: str, chosen: list[Candidate], names: tuple[str, ...]) -> bool:
        """Try every value that the candidates stand for: rows and bodies mix."""
        for values in islice(product(*(c.values for c in chosen)), _COMBINATIONS):
            self.left -= 1
            if not self.rules.holds(expression, dict(zip(names, values, strict=True))):
                return False
        return True

"""Which values keep an entity's row rules together? Found by trying, one after another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING

from agent.emitter.testing.candidate import Candidate
from agent.emitter.testing.candidates import candidates
from agent.emitter.testing.listed import literals
from agent.emitter.testing.optional_keys import choices, instead, keys
from agent.emitter.testing.rows import narrow_rules
from agent.planner.row_rules import RowRules, never

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.emitter.facts import Facts
    from agent.types import Entity, Relation

_TRIES = 16_000  # for an entity, in all: less than a second
_COMBINATIONS = 300


class Examples:
    """Values for the attributes that row rules are about, by entity.

    They also keep rows out of unique rules about some rows only, where few rows could be in them.

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
            if entity.checks or narrow_rules(entity):
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
        return _Solver(entity, facts, rules).run()


class _Solver:
    """The searches for one entity: none is done twice, and all share the tries."""

    def __init__(self, entity: Entity, facts: Facts, rules: RowRules) -> None:
        self.entity = entity
        self.facts = facts
        self.rules = rules
        self.spared = {never(rule.where or "") for rule in narrow_rules(entity)}
        asked = [*(check.expression for check in entity.checks), *sorted(self.spared)]
        self.about = {expression: rules.reads(expression) for expression in asked}
        numbers, texts = literals(self.about)
        self.options = {
            name: candidates(facts.attribute(entity.name, name), entity, facts, numbers, texts)
            for name in dict.fromkeys(name for names in self.about.values() for name in names)
        }
        self.tries = _Tries(_TRIES)
        self.known: dict[tuple[tuple[str, ...], frozenset[str]], dict[str, Candidate] | None] = {}

    def run(self) -> _Solution:
        every = tuple(self.about)
        found = self._values(every, (), self.tries.spare(2))
        if found is not None:
            return _Solution(found, [])
        unkept = [
            expression
            for place, expression in enumerate(every)
            if self._with_parents((expression,), self.tries.spare(len(every) + 1 - place)) is None
        ]
        kept = tuple(each for each in every if each not in unkept)
        checks = tuple(each for each in kept if each not in self.spared)
        solution = self._with_parents(kept, 0) or self._with_parents(checks, 0)
        if solution is None:
            return _Solution({}, [each for each in every if each not in self.spared])
        told = [expression for expression in unkept if expression not in self.spared]
        values = solution.values
        for expression in unkept:
            if expression in self.spared:
                values = self._past_the_start(expression, values)
        return replace(solution, values=values, unkept=told)

    def _past_the_start(
        self, expression: str, values: dict[str, Candidate]
    ) -> dict[str, Candidate]:
        """Put rows into a state in which a rule is not about them, where it is about that alone."""
        for name in self.about[expression] if len(self.about[expression]) == 1 else ():
            attribute = self.facts.attribute(self.entity.name, name)
            enum = attribute.enum or ""
            for value in self.facts.enums[enum].values if attribute.transitions else ():
                if self.rules.holds(expression, {name: value}):
                    row = f"{enum}.{self.facts.members[(enum, value)]}"
                    return {**values, name: Candidate((value,), row)}
        return values

    @cached_property
    def choices(self) -> list[tuple[Relation, ...]]:
        return [(), *choices(self.facts, self.entity)]

    def _with_parents(self, expressions: tuple[str, ...], least: int) -> _Solution | None:
        """Half of the tries are for rows without optional parents, the rest for each choice."""
        asked = [self.about[expression] for expression in expressions]
        named = frozenset(name for names in asked for name in names)
        ways: dict[frozenset[str], tuple[Relation, ...]] = {}
        for given in self.choices:
            ways.setdefault(named.intersection(keys(given, self.entity)), given)
        for place, given in enumerate(ways.values()):
            parts = len(ways) - place if given else 2
            found = self._values(expressions, given, self.tries.spare(parts, least))
            if found is not None:
                return _Solution(found, [], instead(given, self.entity, asked))
        return None

    def _values(
        self, expressions: tuple[str, ...], given: Sequence[Relation], least: int
    ) -> dict[str, Candidate] | None:
        about = {expression: self.about[expression] for expression in expressions}
        named = {name for names in about.values() for name in names}
        own = {n: found for n, found in keys(given, self.entity).items() if n in named}
        asked = (expressions, frozenset(own))
        if asked not in self.known:
            options = {n: own.get(n, found) for n, found in self.options.items() if n in named}
            self.known[asked] = Search(self.rules, about, options, self.tries, least).run()
        return self.known[asked]


@dataclass(slots=True)
class _Tries:
    """How many tries are left for an entity."""

    left: int

    def spare(self, parts: int, least: int = 0) -> int:
        """Return what one of as many equal parts leaves of the tries above ``least``."""
        return self.left - max(self.left - least, 0) // parts


class Search:
    """Depth first: a rule is asked as soon as all of its attributes have a value."""

    def __init__(
        self,
        rules: RowRules,
        about: Mapping[str, tuple[str, ...]],
        options: Mapping[str, Sequence[Candidate]],
        tries: _Tries,
        least: int,
    ) -> None:
        """``least`` is how many tries have to be left."""
        self.rules = rules
        self.about = about
        # what cannot be chosen comes first, so that its rules cut the search short
        self.options = dict(sorted(options.items(), key=lambda item: len(item[1])))
        self.tries = tries
        self.least = least

    @classmethod
    def of(
        cls,
        rules: RowRules,
        about: Mapping[str, tuple[str, ...]],
        options: Mapping[str, Sequence[Candidate]],
    ) -> dict[str, Candidate] | None:
        """Return values that keep all rules, if any are found with as many tries as there are."""
        return cls(rules, about, options, _Tries(_TRIES), 0).run()

    def run(self) -> dict[str, Candidate] | None:
        """Return the first values that keep all rules."""
        return self._extended({}, list(self.options))

    def _extended(
        self, chosen: dict[str, Candidate], waiting: list[str]
    ) -> dict[str, Candidate] | None:
        if not waiting:
            return chosen
        name, *rest = waiting
        for candidate in self.options[name]:
            trial = {**chosen, name: candidate}
            if self.tries.left > self.least and self._keeps(trial, name):
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
            self.tries.left -= 1
            if not self.rules.holds(expression, dict(zip(names, values, strict=True))):
                return False
        return True

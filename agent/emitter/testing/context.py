"""What do the templates of the tests read, but for those of rules?"""

from __future__ import annotations

from typing import Any

from agent.emitter.facts import Facts
from agent.emitter.layout import quote
from agent.emitter.testing.examples import Examples
from agent.emitter.testing.factories import factories, factory_imports
from agent.emitter.testing.modules import modules
from agent.emitter.testing.payloads import payload_imports, payload_names, payloads
from agent.emitter.testing.registering import registration
from agent.emitter.testing.strays import strays


class Cases:
    """The tests of one project."""

    def __init__(self, facts: Facts) -> None:
        """Work on a resolved spec."""
        self.facts = facts

    def context(self) -> dict[str, Any]:
        """Return every name that the templates read."""
        facts = self.facts
        functions = payload_names(facts)
        examples = Examples(facts)
        if examples.parents:
            facts = Facts(facts.spec, examples.parents)
        rows, bodies = factories(facts, examples), payloads(functions, facts, examples)
        return {
            "uses_pick": "pick"
            in {name for made in (rows, bodies) for view in made for name in view.used},
            "factories": rows,
            "factory_imports": factory_imports(rows, facts),
            "payloads": bodies,
            "payload_imports": payload_imports(bodies, facts),
            "test_modules": modules(facts, functions),
            "keys_literal": _keys,
            "strays": strays(facts.spec.operations),
            "registration": registration(facts, functions),
            "unkept_rules": examples.unkept,
        }


def _keys(relation: str, keys: list[str]) -> str:
    """Return the names under which a row's parent can be given."""
    return ", ".join(quote(name) for name in (relation, *keys))

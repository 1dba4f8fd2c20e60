"""Where is the key of a request? What the templates of keys read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote, tuple_of
from agent.emitter.testing.request import absent_path
from agent.emitter.testing.subject import Subject
from agent.planner import names

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import KeyPlace

_CLASSES = {
    "header": "APIKeyHeader",
    "query": "APIKeyQuery",
    "cookie": "APIKeyCookie",
    "bearer": "HTTPBearer",
    "basic": "HTTPBasic",
}
_HINTS = {"bearer": "HTTPAuthorizationCredentials | None", "basic": "HTTPBasicCredentials | None"}


@dataclass(frozen=True, slots=True)
class KeyView:
    """One place of a key as code: what finds it, its argument, and the key in that."""

    constant: str
    maker: str
    variable: str
    hint: str
    value: str


def key_views(facts: Facts) -> list[KeyView]:
    """Return the places in which a request may have a key."""
    return [_view(i, key) for i, key in enumerate(facts.spec.auth.keys)] if facts.keyed else []


def _view(number: int, key: KeyPlace) -> KeyView:
    is_plain = key.place not in _HINTS
    named = [f"name={quote(key.name)}"] if is_plain else []
    named += [f"scheme_name={quote(key.scheme)}"] if key.scheme else []
    stem = names.snake(f"{key.place} {key.name}" if is_plain else key.place)
    variable = f"{stem}_{number}"
    value = {
        "bearer": f"{variable}.credentials if {variable} else None",
        "basic": f'f"{{{variable}.username}}:{{{variable}.password}}" if {variable} else None',
    }.get(key.place, variable)
    constant = f"{stem}_{number}".upper()
    return KeyView(
        constant=constant,
        maker=call(f"{constant} = {_CLASSES[key.place]}(", [*named, "auto_error=False"]),
        variable=variable,
        hint=_HINTS.get(key.place, "str | None"),
        value=value,
    )


def key_classes(facts: Facts) -> list[str]:
    """Return what the module of keys imports from the framework."""
    places = {key.place for key in facts.spec.auth.keys}
    found = {_CLASSES[place] for place in places}
    found |= {_HINTS[place].split(" ")[0] for place in places if place in _HINTS}
    return sorted(found)


def query_keys(facts: Facts) -> str:
    """Return the names of keys in the query as a constant; empty where there are none."""
    keys = facts.spec.auth.keys if facts.keyed else ()
    named = [quote(name) for name in dict.fromkeys(k.name for k in keys if k.place == "query")]
    return tuple_of(named, head="KEYS = ") if named else ""


def with_key(facts: Facts) -> list[str]:
    """Return the statements by which a test's request gets its key."""
    if not facts.keyed:
        return []
    key = facts.spec.auth.keys[0]
    if key.place == "query":
        return [f"request.url = request.url.copy_merge_params({{{quote(key.name)}: KEY}})"]
    if key.place == "cookie":
        return [f'request.headers["Cookie"] = f"{key.name}={{KEY}}"']
    if key.place == "basic":
        return [
            'encoded = b64encode(f"tests:{KEY}".encode()).decode()',
            'request.headers["Authorization"] = f"Basic {encoded}"',
        ]
    if key.place == "bearer":
        return ['request.headers["Authorization"] = f"Bearer {KEY}"']
    return [f"request.headers[{quote(key.name)}] = KEY"]


def wrong_call(facts: Facts, method: str) -> str:
    """Return the statement by which a test sends a key that nobody knows."""
    key = facts.spec.auth.keys[0]
    said = {"bearer": "Bearer wrong", "basic": "Basic d3Jvbmc6d3Jvbmc="}.get(key.place, "wrong")
    given = f"headers={{{quote(key.name)}: {quote(said)}}}"
    if key.place == "query":
        given = f'params={{{quote(key.name)}: "wrong"}}'
    elif key.place == "cookie":
        given = f'headers={{"Cookie": {quote(f"{key.name}=wrong")}}}'
    arguments = [quote(method), "PATH", "auth=None", given]
    return call("response = await client.request(", arguments, indent=4)


def kept_key(facts: Facts) -> str:
    """Return the key of a test as it is compared: with the name before it, where there is one."""
    is_basic = facts.keyed and facts.spec.auth.keys[0].place == "basic"
    return 'f"tests:{KEY}"' if is_basic else "KEY"


def guarded_call(facts: Facts) -> tuple[str, str, int] | None:
    """Return the method, the path (as code) and the refusal of an operation that needs a key."""
    for operation in facts.spec.operations:
        if facts.needs_key(operation):
            test = Subject(facts, operation, {}, frozenset())
            return operation.method.value, absent_path(test), test.statuses.unauthenticated
    return None

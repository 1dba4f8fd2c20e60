"""Are the tests of emitted projects right? What they need, and names that do not clash."""

from __future__ import annotations

import ast
import builtins
from functools import cache
from typing import TYPE_CHECKING

import pytest

from agent.emitter.context import of_written
from agent.emitter.facts import Facts
from agent.emitter.schemas import Schemas
from agent.emitter.testing.context import Cases
from agent.emitter.testing.examples import Examples
from agent.emitter.testing.payloads import payload_names, payloads
from agent.emitter.testing.rows import brought_along, is_unique, needed_relations
from agent.planner.conflicts import unique_rules
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve

if TYPE_CHECKING:
    from agent.emitter.testing.case import CaseView
    from agent.emitter.testing.customs import AcceptanceModule
    from agent.emitter.testing.modules import CaseModule


@cache
def facts_of(text: str) -> Facts:
    return Facts(resolve(parse(f"project x\ndatabase sqlite\n{text}")).spec)


# --- rows ---

TENANTS = """
auth jwt
entity Tenant
  name: string(40) unique
entity User
  email: email unique
  password: password
  tenant -> Tenant as users
entity Line
  region: string(2)
  kind: a | b
  rank: integer
  first -> Tenant as lines
  second -> Tenant? as others
  unique(region, kind)
  index(rank, first) unique
"""


def test_unique_is_what_any_rule_says() -> None:
    entity = facts_of(TENANTS).entities["Line"]
    unique = {a.name for a in entity.attributes if is_unique(entity, a)}
    assert unique == {"id", "region", "kind", "rank", "first_id"}
    assert unique_rules(entity)[-1] == {"id"}
    assert {"region", "kind"} in unique_rules(entity)


def test_a_row_needs_what_is_not_null_and_not_covered() -> None:
    facts = facts_of(TENANTS)
    assert [r.name for r in needed_relations(facts.entities["Line"])] == ["first"]
    covered = facts_of(
        "entity A\n  x: integer\n  y: integer\n  key(x, y)\n"
        "entity B\n  x: integer key\n"
        "entity C\n  x: integer\n  y: integer\n"
        "  b -> B as cs via x\n  a -> A as cs via (x, y) = (x, y)\n"
    )
    assert [r.name for r in needed_relations(covered.entities["C"])] == ["a"]


def test_rows_bring_others_along() -> None:
    facts = facts_of(TENANTS)
    assert brought_along(facts, "User", "User") == 1
    assert brought_along(facts, "User", "Tenant") == 1
    assert brought_along(facts, "User", "Line") == 0
    circle = facts_of("entity A\n  b -> B as many\nentity B\n  a -> A as many\nentity C\n  d: text")
    assert brought_along(circle, "A", "C") == 0


# --- names that clash, in whole modules ---

CLASHES = """
auth jwt
enum Kind: open, number
entity User
  email: email unique
  password: password
entity Tenant
  name: string(40)
entity Owner owner actor
  body: string(20) unique
  path: string(20)
  number: integer
  kind: Kind
  actor -> User as owned cascade
entity Stranger owner owner.actor
  client: string(20)
  owner -> Owner as strangers cascade
  other -> Owner? as others set-null
entity Other
  body -> Tenant as bodies
  path -> Tenant as paths
  response -> Tenant as responses
  data -> Tenant as datas
  stranger -> Tenant as strangers
  owner -> Tenant as owners
  other -> Tenant as others
  client -> Tenant as clients
  factory -> Tenant as factories
  actor -> Tenant as actors
  few -> Tenant as fews
  few_row -> Tenant as few_rows
entity Few
  others <-> Other as fews
  manys <-> Many as fews
entity Many
  desc -> Desc
entity Desc
  asc -> Asc
entity Asc
  name: string(10)
entity Filter
  len: string(10)
entity Len
  str -> Filter as lens
schema Response for Asc: name
operation makeAsc: POST /made create Asc
  in Response
  out Response
operation readAsc: GET /made/{id} read Asc
  out Response
"""


@cache
def modules_of(text: str) -> list[CaseModule]:
    found: list[CaseModule] = Cases(facts_of(text)).context()["test_modules"]
    return found


def tree_of(case: CaseView) -> ast.AsyncFunctionDef:
    body = "\n".join(f"    {line}" for line in case.lines)
    (function,) = ast.parse(f"{case.signature}\n{body}").body
    assert isinstance(function, ast.AsyncFunctionDef)
    return function


def imported(module: CaseModule) -> set[str]:
    statements = ast.parse(module.imports).body
    return {a.name for s in statements if isinstance(s, ast.ImportFrom) for a in s.names}


@pytest.mark.parametrize("plural", [m.plural for m in modules_of(CLASHES)])
def test_variables_of_a_test_mean_one_thing(plural: str) -> None:
    module = next(m for m in modules_of(CLASHES) if m.plural == plural)
    assert len({case.name for case in module.cases}) == len(module.cases)
    for case in module.cases:
        function = tree_of(case)
        made = [
            node.targets[0].id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        ]
        fixed = {"client", "factory", "queries", *imported(module), *dir(builtins)}
        assert not fixed & set(made), case.name
        again = {name for name in made if made.count(name) > 1}
        assert again <= {"response"}, case.name


@pytest.mark.parametrize("plural", [m.plural for m in modules_of(CLASHES)])
def test_modules_import_what_their_tests_use(plural: str) -> None:
    module = next(m for m in modules_of(CLASHES) if m.plural == plural)
    for case in module.cases:
        function = tree_of(case)
        nodes = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
        known = {n.id for n in nodes if isinstance(n.ctx, ast.Store)}
        known |= {a.arg for a in function.args.args} | imported(module) | set(dir(builtins))
        assert {n.id for n in nodes} <= known, case.name
    used = {name for case in module.cases for name in case.used}
    assert imported(module) - {"AsyncClient", "Factory", "Queries"} <= used


# --- keys that have a part in common ---

SHARED = """
auth jwt
entity User
  email: email unique
  password: password
entity Customer owner user
  tenant: integer
  number: integer
  key(tenant, number)
  user -> User as customers
entity Product
  tenant: integer
  sku: string(20)
  key(tenant, sku)
entity Basket owner customer.user
  tenant: integer
  customer_number: integer
  number: integer
  key(tenant, number)
  customer -> Customer as baskets via (tenant, customer_number) = (tenant, number)
entity Line owner basket.customer.user
  tenant: integer
  sku: string(20)
  basket_number: integer
  key(tenant, sku, basket_number)
  product -> Product as lines via (tenant, sku) = (tenant, sku)
  basket -> Basket as lines via (tenant, basket_number) = (tenant, number)
"""


def test_parents_with_keys_in_common_fit_each_other() -> None:
    context = Cases(facts_of(SHARED)).context()
    made = {view.name: view for view in context["factories"]}
    assert made["line"].parents == []
    assert made["line"].together == (
        "await self._parents(\n"
        "            values,\n"
        '            ("product", self.product, {"tenant": "tenant", "sku": "sku"}),\n'
        '            ("basket", self.basket, {"tenant": "tenant", "basket_number": "number"}),\n'
        "        )"
    )
    assert made["basket"].together is not None  # it may be given a part of its key
    assert made["customer"].together is None
    assert [relation for relation, _, _ in made["customer"].parents] == ["user"]
    module = next(m for m in modules_of(SHARED) if m.plural == "lines")
    create = next(case for case in module.cases if case.name == "create_line")
    # the actor's basket says whose product it is
    assert create.lines[1:3] == [
        "basket = await factory.basket(customer=await factory.customer(user=actor))",
        "product = await factory.product(tenant=basket.tenant)",
    ]


# --- operations that belong to no entity, and bodies of their own ---

LOOSE = """
auth jwt
entity Note
  text: text
schema Quote: amount: decimal, kind: string?, deep: Inner, many: Inner[], note?: string
schema Inner: name: string, on-day: date
schema TestResult for Note: text
schema Numbers for Note: text
operation ping: GET /ping
  allow public
operation quote: POST /quotes/{id}/{day}
  path id: uuid
  path day: date
  in Quote wrapped quote
  allow admin
operation many: POST /many
  in Quote[]
  allow public
operation score: POST /notes/{id}/score custom Note
  in TestResult
operation count: POST /notes/count custom Note
  in Numbers
"""


def loose_cases() -> dict[str, str]:
    module = next(m for m in modules_of(LOOSE) if m.plural == "operations")
    return {case.name: "\n".join(case.lines) for case in module.cases}


def acceptance_of(text: str) -> dict[str, AcceptanceModule]:
    facts = facts_of(text)
    found = of_written(facts, Schemas(facts), {})["acceptance"]
    return {module.name: module for module in found}


def test_operations_that_nobody_wrote_are_expected_to_fail() -> None:
    modules = acceptance_of(LOOSE)
    assert list(modules) == ["ping", "quote", "many_", "score", "count_"]
    (ping,) = modules["ping"].tests
    assert ping.lines[0] == '    response = await client.get("/api/v1/ping")'
    assert ping.lines[1] == "    assert response.status_code == 200, response.text"
    for name, module in modules.items():
        (test,) = module.tests
        assert test.mark.startswith("@pytest.mark.xfail(")
        assert "strict=True" in test.mark
        assert f"not built yet: {name}" in test.mark


def test_a_custom_operation_gets_a_valid_path_and_body() -> None:
    cases = loose_cases()
    modules = acceptance_of(LOOSE)
    quoted = "\n".join(modules["quote"].tests[0].lines)
    assert "/quotes/00000000-0000-4000-8000-000000000000/1999-01-01" in quoted
    assert 'json={"quote": quote()}' in quoted
    assert 'roles=["admin"]' in quoted
    assert "json=[quote()]" in "\n".join(modules["many_"].tests[0].lines)
    assert "status_code == 401" in cases["quote_needs_a_user"]
    assert "status_code == 403" in cases["quote_needs_a_role"]


def test_bodies_of_custom_operations_hold_one_another() -> None:
    facts = facts_of(LOOSE)
    made = {view.name: view for view in payloads(payload_names(facts), facts, Examples(facts))}
    assert made["quote"].values == [
        '"amount": "1.00"',
        '"kind": f"kind {number}"',
        '"deep": inner()',
        '"many": []',
    ]
    assert '"on-day"' in made["inner"].values[1]
    assert made["quote"].uses_number


def test_functions_for_bodies_clash_with_nothing() -> None:
    names = payload_names(facts_of(LOOSE))
    assert names["TestResult"] == "body_of_test_result"
    assert names["Numbers"] == "body_of_numbers"
    assert names["Quote"] == "quote"


def test_a_plural_of_operations_is_not_taken_twice() -> None:
    plurals = [
        m.plural
        for m in modules_of(
            "entity Operation\n  a: text\noperation ping: GET /ping\n  query day: date required\n"
        )
    ]
    assert plurals == ["operation_rows", "operations"]


# --- what a list or a body may be asked ---


def lines_of(text: str, name: str) -> list[str]:
    return next(c.lines for m in modules_of(text) for c in m.cases if c.name == name)


def test_rows_that_come_with_the_actor_are_counted() -> None:
    text = f"{TENANTS}entity Note\n  text: text\n"
    assert 'assert len(response.json()["items"]) == 2' in lines_of(text, "list_tenants")
    assert 'assert len(response.json()["items"]) == 1' in lines_of(text, "list_notes")


def test_only_a_known_order_is_expected() -> None:
    text = "entity Ax\n  n: string(20)\nentity B\n  a -> Ax as bs\n  c -> Ax as ds\n  key(a, c)\n"
    assert lines_of(text, "list_axes_sorted")[-1].endswith("[::-1]")
    assert lines_of(text, "list_bs_sorted")[-1].startswith("assert len(asc.json()")


def test_a_required_question_is_always_asked() -> None:
    text = (
        "timestamps off\nkey integer\nentity A\n  n: string(20)\n  at: datetime\n"
        "schema View for A: n\n"
        "operation ask: GET /as list A\n  query n = n required\n"
        "  query since = at at-least required\n  out View\n"
    )
    names = {case.name for module in modules_of(text) for case in module.cases}
    asked = "".join(lines_of(text, "ask"))
    assert "?n={a.n}&since={a.at.strftime('%Y-%m-%dT%H:%M:%SZ')}" in asked
    assert "ask_by_page" not in names
    assert "&no_such_filter=1" in "".join(lines_of(text, "ask_refuses_an_unknown_filter"))


def test_parents_are_the_actors_own_where_nobody_elses_would_do() -> None:
    text = (
        "auth jwt\nentity User\n  email: email unique\n  password: password\n"
        "entity Pet owner user\n  user -> User as pets cascade\n  allow read: owner\n"
        "entity Toy\n  pet -> Pet as toys\n  allow create, update: authenticated\n"
        "entity Album\n  pets <-> Pet as albums\n  allow update: authenticated\n"
    )
    assert "pet = await factory.pet(user=actor)" in lines_of(text, "create_toy")
    replaced = lines_of(text, "replace_toy")
    assert "toy = await factory.toy(pet=await factory.pet(user=actor))" in replaced
    assert "other = await factory.pet(user=actor)" in lines_of(text, "add_album_pet")


STATES = """
auth jwt
entity User
  email: email unique
  password: password
entity Order owner user
  state: open -> paid -> sent by staff
  user -> User as orders cascade
operation list_orders: GET /orders list Order
operation change: PATCH /orders/{id} update Order
  in OrderChange
operation send: POST /orders/{id}/sending transition Order
  set state = "sent"
operation touch: POST /orders/{id}/touch transition Order
  set state = "open"
schema OrderChange for Order: state?
"""


def test_state_machines_are_walked_and_refuse() -> None:
    taken = lines_of(STATES, "change_takes_a_step_of_state")
    assert 'body = {"state": "paid"}' in taken
    assert "order = await factory.order(user=actor, state=OrderState.OPEN)" in taken
    guarded = lines_of(STATES, "change_needs_a_role_for_a_step_of_state")
    assert 'body = {"state": "sent"}' in guarded
    assert "403" in guarded[-1]
    wrong = lines_of(STATES, "change_refuses_a_wrong_step_of_state")
    assert 'body = {"state": "sent"}' in wrong
    assert "409" in wrong[-1]


@pytest.mark.parametrize(
    ("steps", "roles", "refused"),
    [
        ("open -> paid by user -> sent", "", None),
        ("open -> paid by user -> sent by staff", "", "sent"),
        ("open -> paid by user or staff -> sent", "", None),
        ("open -> paid by staff -> sent", '  roles: string(20)[] = ["staff"]\n', None),
        ("open -> paid by user -> sent", '  roles: string(20)[] = ["staff"]\n', "paid"),
    ],
)
def test_only_steps_that_new_users_may_not_take_are_refused(
    steps: str, roles: str, refused: str | None
) -> None:
    text = STATES.replace("open -> paid -> sent by staff", steps)
    text = text.replace("auth jwt\n", "auth jwt roles user, staff\n")
    text = text.replace("  password: password\n", f"  password: password\n{roles}")
    lines = {c.name: c.lines for m in modules_of(text) for c in m.cases}
    guarded = lines.get("change_needs_a_role_for_a_step_of_state")
    assert (guarded is None) == (refused is None)
    if guarded is not None:
        assert f'body = {{"state": "{refused}"}}' in guarded


def test_pytest_takes_no_enum_for_tests() -> None:
    (module,) = modules_of("entity Test\n  state: open -> closed\n")
    assert "from app.models import enums" in module.imports
    assert any("enums.TestState.OPEN" in line for case in module.cases for line in case.lines)


def test_transitions_start_from_the_right_state() -> None:
    sent = lines_of(STATES, "send")
    assert 'actor = await factory.user(roles=["staff"])' in sent
    assert "state=OrderState.PAID" in sent[1]
    wrong = lines_of(STATES, "send_from_a_wrong_state")
    assert "state=OrderState.OPEN" in wrong[1]
    assert "409" in wrong[-1]
    assert lines_of(STATES, "touch_from_a_wrong_state")


def test_a_nested_path_names_the_parents() -> None:
    text = (
        "key integer\ntimestamps off\nentity Shop\n  slug: string(20) unique\n"
        "entity Item\n  code: string(9) unique\n  shop -> Shop as items cascade\n"
        "schema In for Item: code\n"
        "operation add: POST /shops/{shop}/items create Item\n  path shop = shop.slug\n  in In\n"
        "operation put: POST /items/{code} create Item\n  path code = code\n"
        "operation list_items: GET /shops/{shop}/items list Item\n  path shop = shop.slug\n"
    )
    added = lines_of(text, "add")
    assert "parent_shop = await factory.shop()" in added
    assert 'f"/api/v1/shops/{parent_shop.slug}/items"' in "".join(added)
    assert '"/api/v1/items/~absent~"' in "".join(lines_of(text, "put"))
    assert "await factory.item(shop=item.shop)" in lines_of(text, "list_items_sorted")


# --- registering ---


def test_registering_names_what_every_user_refers_to() -> None:
    found = Cases(facts_of(TENANTS)).context()["registration"]
    assert found.case.signature == (
        "async def test_register(client: AsyncClient, factory: Factory) -> None:"
    )
    assert found.case.lines[:2] == [
        "tenant = await factory.tenant()",
        "body = user_create(tenant_id=str(tenant.id))",
    ]


def test_registering_needs_no_rows_where_users_refer_to_none() -> None:
    found = Cases(facts_of("auth jwt")).context()["registration"]
    assert found.case.signature == "async def test_register(client: AsyncClient) -> None:"
    assert found.weak == 'body = user_create(password="weak")'


def test_nobody_registers_where_registration_is_closed() -> None:
    assert Cases(facts_of("auth jwt closed")).context()["registration"] is None


# --- links of whoever acts ---


def test_users_unlink_what_they_are_linked_to() -> None:
    text = "auth jwt\nentity User\n  friends <-> User as friend_of\n  allow list, read: owner"
    (module,) = Cases(facts_of(text)).context()["test_modules"]
    case = next(c for c in module.cases if c.name == "remove_user_friend")
    assert case.lines[:5] == [
        "actor = await factory.user(friends=[])",
        "other = await factory.user()",
        "actor.friends.append(other)",
        "await factory.save(actor)",
        "user = actor",
    ]


# --- order ---


def test_rows_are_sorted_by_what_differs() -> None:
    text = 'entity Thing\n  kind: string(9) = "x" readonly\n  no: uuid key'
    (module,) = Cases(facts_of(text)).context()["test_modules"]
    case = next(c for c in module.cases if c.name == "list_things_sorted")
    assert any("sort_by=no&" in line for line in case.lines)

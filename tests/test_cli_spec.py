"""Does `spec` show what was understood, in each of its forms, and how two inputs differ?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from lark import Lark

from agent.contract.forms import form_of, guess, json_kind
from agent.emitter.mermaid import diagram
from agent.errors import AgentError
from agent.planner.difference import differences
from agent.planner.plan import plan
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.types import Attribute, BackendSpec, Entity, EnumType, Relation, RelationKind
from evals.cases import SETS
from evals.cases import cases as described
from evals.rule_cases import rule_cases
from tests.golden_projects import CASES
from tests.made import EXAMPLES, Json, document
from tests.test_cli import SQL, WORDS, call, written
from tests.test_resolve_again import some_spec

if TYPE_CHECKING:
    from pathlib import Path

    from agent.documents import InputDocument
    from agent.planner.resolve import Plan
    from tests.test_cli import Call

__all__ = ["call"]  # the fixture

NOT_PLANNED = {"input-everything", "input-minimal", "input-mongodb"}
REFUSED = frozenset({"dangling.yaml", "external.yaml", "laughs.yaml", "tag.yaml", "twice.yaml"})
FILES = [
    *sorted(path for path in CASES.rglob("*.*") if path.name not in REFUSED),
    *sorted(path for path in EXAMPLES.glob("input-*.json") if path.stem not in NOT_PLANNED),
]
HOSTILE = (
    *('a"b', "}", "%%{init: {}}%%", "class", "One", "pk", "UK", "a b", "1st", "\u202e", "\u2028"),
    *("用户", "{{ x }}", "a\x85b", "it's", "<script>", "--", "x : y", "o{", "a~b~c", "é", "#quot;"),
)
# what Mermaid's documentation says of an entity-relationship diagram, as strict as it can be read
MERMAID = r"""
start: "erDiagram" _NL (entity | relation)*
entity: name "{" _NL attribute* "}" _NL
attribute: COLUMN COLUMN keys? TEXT? _NL
keys: KEY ("," KEY)*
relation: name LINE name ":" TEXT _NL
name: WORD | TITLE
LINE: /(\|o|\|\||}o|}\|)--(o\||\|\||o{|\|{)/
KEY.2: /[PFU]K\b/
WORD: /(?!(class|classdef|end|many|one|style|subgraph|to)\b)[A-Za-z_]\w*/i
COLUMN: /(?![PFU]K\b)[A-Za-z_][A-Za-z0-9_()\[\]-]*/i
TITLE.2: /"[^"%\\\x00-\x1f\x7f-\x9f]+"/
TEXT: /"[^"\n]*"/
_NL: /([ \t]*(%%(?!{)[^\n]*)?\n)+/
%ignore /[ \t]+/
"""


def read_mermaid(text: str) -> dict[str, list[str]]:
    """Return the attributes of each entity of a diagram that keeps the grammar."""
    tree: Json = Lark(MERMAID, parser="earley").parse(text + "\n")
    return {
        "".join(str(each) for each in entity.children[0].children): [
            str(attribute.children[1]) for attribute in entity.children[1:]
        ]
        for entity in tree.find_data("entity")
    }


def planned(path: Path) -> Plan:
    text = path.read_text(encoding="utf-8")
    form: str = form_of(path.name, text)
    if form == "json":
        data = json.loads(text)
        form = json_kind(data)
        if form == "document":
            return plan(document(data))
    return plan(of_sources({"format": form, "content": text, "name": path.name}))


def of_sources(*sources: dict[str, str]) -> InputDocument:
    return document(
        {
            "request": {"type": "architecture", "framework": "fastapi", "description": ""},
            "context": {"sources": [*sources]},
        }
    )


def reads_back(found: Plan) -> None:
    assert found.given is not None
    assert parse(write(found.spec)) == found.spec
    assert resolve(parse(write(found.given))).spec == found.spec


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_printed_of_a_case_reads_back_to_the_same_spec(
    call: Call, tmp_path: Path, path: Path
) -> None:
    spec = planned(path).spec
    for options in ((), ("--given",)):
        printed = call("spec", path, "--as", "spec", *options)
        assert printed.code == 0
        again = written(tmp_path / "again.spec", printed.out)
        assert guess(printed.out) == "spec"
        assert resolve(parse(printed.out)).spec == spec
        assert planned(again).spec == spec
    assert call("spec", "--diff", path, again).out == ""


def test_what_is_read_from_words_reads_back() -> None:
    texts = [case.text for name in SETS for case in described(name) if not case.refuse]
    texts += [case.request for case in rule_cases()]
    count = 0
    for text in texts:
        asked = {"type": "architecture", "framework": "fastapi", "description": text}
        try:
            found = plan(document({"request": asked}))
        except AgentError:  # less was understood than is built from
            continue
        reads_back(found)
        count += 1
    assert count > 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_diagram_of_a_case_is_mermaid(path: Path) -> None:
    found = planned(path)
    shown = read_mermaid(diagram(found.spec, [each.text for each in found.assumptions]))
    assert shown == {
        entity.name: [attribute.name for attribute in entity.attributes]
        for entity in found.spec.entities
    }


def test_no_name_breaks_out_of_a_diagram() -> None:
    names = [name.replace('"', "'") for name in HOSTILE]
    entities = tuple(
        Entity(
            name=name,
            attributes=tuple(Attribute(name=each, type="string") for each in names),
            relations=(
                Relation(name=names[i - 1], target=names[i - 2], kind=[*RelationKind][i % 4]),
            ),
        )
        for i, name in enumerate(names)
    )
    shown = read_mermaid(diagram(BackendSpec(entities=entities), HOSTILE))
    assert len(shown) == len(names)
    assert all(len(set(attributes)) == len(names) for attributes in shown.values())
    assert {"class", "One"} <= {title.strip('"') for title in shown}


def test_the_diagram_has_keys_kinds_and_crows_feet(call: Call) -> None:
    shop = call("spec", CASES / "shop.spec", "--as", "mermaid").out
    assert "        uuid id PK\n        email email UK\n" in shop
    assert "        uuid order_id FK\n" in shop
    assert '    User ||--o{ Order : "user"\n' in shop
    assert "    %% Assumption: Each of User, Product, Order, OrderItem gets a primary key" in shop


def test_the_table_shows_what_follows_too(call: Call) -> None:
    shop = call("spec", CASES / "shop.spec").out
    assert '\nProduct "Something to buy" table products\n  id          uuid key = uuid' in shop
    assert "  sku         string(40) unique\n" in shop
    assert "  order       -> Order as items cascade via order_id = id\n" in shop
    assert "  OrderStatus  pending, confirmed, shipped, delivered, cancelled\n" in shop
    told = "\nAssumptions\n  Each of User.is_active, User.roles is added for signing in.\n"
    assert told in shop
    assert "\n  Product belongs to nobody: " in shop
    given = call("spec", CASES / "shop.spec", "--given").out
    assert '\nProduct "Something to buy"\n  sku    string(40) unique\n' in given


def cells_of(shown: str, title: str) -> list[list[str]]:
    lines = shown.partition(f"\n{title}\n")[2].partition("\n\n")[0].splitlines()
    return [re.split(r" {2,}", line.strip()) for line in lines]


def test_operations_are_a_row_for_what_the_same_people_may_do(call: Call) -> None:
    shop = cells_of(call("spec", CASES / "shop.spec").out, "Operations")
    assert shop[0] == ["path", "operations", "answers", "who may"]
    assert ["POST /auth/login", "login", "TokenPair", "public"] in shop
    products = [row for row in shop if row[0] == "/products, /products/{product_id}"]
    assert products == [
        ["/products, /products/{product_id}", "list, read", "ProductResponse", "public"],
        [
            "/products, /products/{product_id}",
            "create, replace, update, delete",
            "ProductResponse",
            "admin",
        ],
    ]
    foreign = cells_of(call("spec", CASES / "foreign.spec").out, "Operations")
    assert foreign[:2] == [
        ["path", "operations", "answers"],  # all of them are public
        [
            "/shops, /shops/{shop}",
            "list (get_shops), create (open_shop), read (get_shop), delete (close_shop)",
            "StoreView, StoreWithProducts",
        ],
    ]
    assert ["POST /shops/{shop}/repricing", "reprice_shop", "-"] in foreign


def test_no_operation_is_lost_in_the_table(call: Call) -> None:
    for case in ("keys.spec", "clinic.spec", "words.spec", "wide.spec"):
        operations = call("spec", CASES / case, "--json").json["spec"]["operations"]
        rows = cells_of(call("spec", CASES / case).out, "Operations")[1:]
        assert sum(len(row[1].split(", ")) for row in rows) == len(operations)
        paths = {path for row in rows for path in re.sub(r"^[A-Z]+ ", "", row[0]).split(", ")}
        assert paths == {operation["path"] for operation in operations}


def test_a_key_that_no_flags_can_say_is_a_line(call: Call) -> None:
    keys = call("spec", CASES / "keys.spec").out
    assert "               key(tenant_code, number)\n" in keys
    assert "  sensor   integer key\n  at       datetime key\n" in keys


def test_no_name_breaks_out_of_the_table(call: Call, tmp_path: Path) -> None:
    names = [name for name in HOSTILE if '"' not in name]
    lines = "".join(f'  "{name}": string "x\\ny"\n' for name in names)
    file = written(tmp_path / "x.spec", f'entity "\u202e\x9b31m"\n{lines}')
    for options in ((), ("--given",)):
        out = call("spec", file, *options).out
        assert all(line.isprintable() for line in out.split("\n"))
        assert '"x\\ny"' in out


def test_json_holds_the_spec_and_what_is_told_of_it(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path / "x.sql", SQL + "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN END;\n")
    told = call("spec", file, "--json").json
    assert told == call("spec", file, "--as", "json").json
    assert BackendSpec.model_validate(told["spec"]).entities[0].name == "Task"
    assert told["assumptions"]
    assert told["openQuestions"] == []
    assert all(set(warning) == {"code", "message", "pointer"} for warning in told["warnings"])


@pytest.mark.parametrize("options", [(), ("--given",)])
def test_what_is_printed_as_json_reads_back(
    call: Call, tmp_path: Path, options: tuple[str, ...]
) -> None:
    shop = CASES / "shop.spec"
    printed = written(tmp_path / "a.json", call("spec", shop, "--as", "json", *options).out)
    again = call("spec", printed, "--as", "json", *options)
    assert (again.code, again.json["spec"]) == (0, printed_spec(printed))
    assert call("spec", "--diff", shop, printed, *options).code == 0
    assert call("run", printed, "--verification", "none").code == 0
    answer = written(tmp_path / "b.json", call("run", shop, "--verification", "none", "--json").out)
    assert call("spec", "--diff", answer, shop).out == ""


def printed_spec(file: Path) -> Json:
    return json.loads(file.read_text(encoding="utf-8"))["spec"]


def test_a_fault_in_what_was_printed_has_its_place(call: Call, tmp_path: Path) -> None:
    printed = call("spec", CASES / "tiny.spec", "--json").json
    printed["spec"]["entities"][0]["attributes"][0]["type"] = "poem"
    file = written(tmp_path / "a.json", printed)
    ended = call("spec", file)
    assert ended.code == 2
    assert f"{file} /spec/entities/0/attributes/0/type: " in ended.out


def test_what_was_left_out_is_told_with_its_place(call: Call) -> None:
    words = "A book has a title, isbn, publisher, price, size and weight. Ships sail."
    for show_as, sign in (("spec", "# "), ("mermaid", "%% ")):
        out = call("spec", words, "--as", show_as).out
        assert f"{sign}Open question: Not understood, and so not built" in out
    assert "\nOpen questions\n  Not understood, and so not built" in call("spec", words).out


def test_options_stand_above_the_file(call: Call) -> None:
    shop = CASES / "shop.spec"
    out = call(
        "spec", shop, "--as", "spec", "--database", "mysql", "--name", "x", "--auth", "jwt"
    ).out
    assert "\nproject x " in out
    assert "\ndatabase mysql\n" in out


def test_a_refusal_is_not_written_where_a_spec_was_to_be(call: Call, tmp_path: Path) -> None:
    broken = written(tmp_path / "b.spec", "entity A\n  x string\n")
    for show_as in ("spec", "mermaid"):
        ended = call("spec", broken, "--as", show_as)
        assert (ended.code, ended.out) == (2, "")
        assert "b.spec:2:5: " in ended.err
    assert "b.spec:2:5: " in call("spec", broken).out
    assert call("spec", broken, "--json").json["errors"][0]["line"] == 2
    assert call("spec", written(tmp_path / "e.spec", "project x\n")).code == 2


def test_what_asks_back_has_the_exit_code_of_a_run(call: Call, tmp_path: Path) -> None:
    asked = {"request": {"type": "architecture", "framework": "fastapi", "description": ""}}
    ended = call("spec", written(tmp_path / "x.json", asked))
    assert ended.code == 3
    assert ended.out.startswith("Input required\n")
    assert call("spec", tmp_path / "x.json", "--json").json["status"] == "input-required"


def test_wrong_usage_is_told(call: Call) -> None:
    shop = CASES / "shop.spec"
    for wrong in (("--diff", shop), (shop, shop), ("--diff", shop, shop, "--as", "mermaid")):
        assert call("spec", *wrong).code == 2


def test_differences_are_lines_with_an_exit_code_as_of_diff(call: Call, tmp_path: Path) -> None:
    before = written(tmp_path / "a.spec", "entity Book\n  title: string(100)\n  size: integer\n")
    after = written(
        tmp_path / "b.spec",
        "entity Author\n  name: string\nentity Book\n  title: string(200)\n"
        "  author -> Author\n  allow list: public\n",
    )
    assert call("spec", "--diff", before, before).code == 0
    ended = call("spec", "--diff", before, after, "--given")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "+ entity Author",
        "+ attribute Author.name: string",
        "~ attribute Book.title: string(200)  (was: string(100))",
        "+ relation Book.author: -> Author",
        "+ rule Book: allow list: public",
        "- attribute Book.size: integer",
    ]
    resolved = call("spec", "--diff", before, after).out
    assert "+ operation list_authors: GET /authors list Author\n" in resolved
    assert "+ schema BookCreate.author_id\n" in resolved
    told = call("spec", "--diff", before, after, "--given", "--json")
    assert (told.code, told.json["same"]) == (1, False)
    assert told.json["differences"][2] == {
        "change": "changed",
        "kind": "attribute",
        "name": "Book.title",
        "before": "string(100)",
        "after": "string(200)",
    }
    assert call("spec", "--diff", before, tmp_path / "no").code == 2


def test_where_keys_are_is_a_difference(call: Call, tmp_path: Path) -> None:
    text = "auth keys by {}\nentity Book\n  title: string\n"
    header = written(tmp_path / "a.spec", text.format("header X-API-Key, bearer"))
    cookie = written(tmp_path / "b.spec", text.format("cookie key"))
    assert call("spec", "--diff", header, header).code == 0
    assert call("spec", "--diff", header, cookie, "--given").out.splitlines() == [
        "~ setting auth.keys: cookie key  (was: header X-API-Key, bearer)"
    ]


def test_three_forms_of_one_thing_have_no_difference(call: Call, tmp_path: Path) -> None:
    assert call("spec", "--diff", WORDS, WORDS).code == 0
    shop = CASES / "shop.spec"
    printed = call("spec", shop, "--json").json["spec"]
    assert call("spec", "--diff", shop, written(tmp_path / "shop.json", printed)).out == ""


def test_another_order_is_a_difference() -> None:
    one, two = (Entity(name=name) for name in "AB")
    enum = EnumType(name="E", values=("x",))
    found = differences(
        BackendSpec(enums=(enum,), entities=(one, two)),
        BackendSpec(enums=(enum,), entities=(two, one)),
    )
    assert [(each.kind, each.name, each.before, each.after) for each in found] == [
        ("order", "entity", "A, B", "B, A")
    ]


def some_change(value: Json, seed: int) -> Json:
    """Change one part of a spec's data: leave out an item, or turn a list round."""
    lists = [value[key] for key in ("entities", "schemas", "operations") if value[key]]
    inner = [
        item[key]
        for items in lists
        for item in items
        for key in ("attributes", "relations", "fields", "parameters", "uniques", "sort")
        if item.get(key)
    ]
    chosen = [*lists, *inner][seed * 7 % len([*lists, *inner])]
    if seed % 2 and len(chosen) > 1:
        chosen.reverse()
    else:
        del chosen[0]
    return value


@pytest.mark.parametrize("seed", range(20))
def test_specs_that_differ_have_a_difference(seed: int) -> None:
    try:
        spec = resolve(some_spec(seed)).spec
    except AgentError:
        spec = planned(FILES[seed % len(FILES)]).spec
    assert differences(spec, spec) == []
    other = BackendSpec.model_validate(some_change(spec.model_dump(mode="json"), seed))
    assert (differences(spec, other) == []) is (spec == other)

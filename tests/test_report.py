"""The report: what stands in it, that nothing in it is alive, and where its diagram draws what."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from agent.documents import (
    CheckName,
    CheckReport,
    Finding,
    GeneratedFile,
    Outcome,
    Proof,
    Verdict,
    VerificationLevel,
)
from agent.errors import OutputError
from agent.planner.resolve import resolve
from agent.report.content import QUESTIONS, Content, Report
from agent.report.diagram import draw
from agent.report.layers import Link, Mark, arrange, components
from agent.report.page import MARK, MARKED_WITHIN, may_write, render, write
from agent.types import Attribute, AttributeType, BackendSpec, Entity, Relation
from benchmarks.rendering import entities
from tests.made import SCHOOL, SHOP, TODO, made

if TYPE_CHECKING:
    from pathlib import Path

    from agent.report.diagram import Diagram

LEVEL: Any = "standard"
VOID = {"meta", "br", "hr", "img", "link"}


def proof(*checks: CheckReport, verdict: Verdict = Verdict.PROVEN, **rest: Any) -> Proof:  # noqa: ANN401 - passed on
    return Proof(level=LEVEL, verdict=verdict, checks=checks, python="3.11.9", **rest)


def report(raw: Any = SHOP, proven: Proof | None = None, **rest: Any) -> Report:  # noqa: ANN401 - passed on
    planned, files, _ = made(raw)
    spec = planned.spec
    return Report(
        name=rest.pop("name", spec.name),
        proof=proven or proof(),
        files=rest.pop("files", files),
        database=spec.database.value,
        made="today",
        spec=rest.pop("spec", spec),
        **rest,
    )


class Page(HTMLParser):
    """Reads a page as a browser does: elements with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


TESTS = CheckReport(
    name=CheckName.TESTS,
    outcome=Outcome.PASSED,
    seconds=3.0,
    command="pytest --cov=app",
    summary="263 passed, coverage 99.3 %",
)
LINT = CheckReport(
    name=CheckName.LINT,
    outcome=Outcome.FAILED,
    seconds=1.0,
    command="ruff check .",
    findings=(Finding(message="F401 unused", path="src/app/main.py", line=7),),
)


def test_a_page_tells_all_of_it() -> None:
    proven = proof(TESTS, LINT, verdict=Verdict.FAILED, versions={"ruff": "0.17.6"})
    text = render(
        report(
            proven=proven,
            states={"src/app/main.py": "changed"},
            missing=["docs/gone.md"],
            notes=[("Assumptions", ["It was assumed."]), ("Warnings", [])],
        )
    )
    page = Page(text)
    assert page.open == []
    for said in (
        *(
            "The proof at level standard failed",
            "1 of 2 checks failed: lint.",
            "src/app/main.py:7",
            "F401 unused",
        ),
        *("263", "99.3 %", "pytest --cov=app", "It was assumed.", "docs/gone.md", "0.17.6"),
        *(
            "/api/v1/orders/{order_id}",
            "the owner, admin",
            "3.11.9",
            "user_id",
            "many-to-one to User",
        ),
    ):
        assert said in page.text
    assert "Warnings" not in page.text
    assert "width:75.0%" in text


def test_a_page_is_plain_html_of_its_own() -> None:
    text = render(report(proven=proof(TESTS)))
    page = Page(text)
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "a", "form", "base"})
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name in {"href", "src"} for name in attributes)
    assert "@import" not in text
    assert "url(" not in text
    assert [each for each in re.findall(r"https?://[^\"\s]+", text) if "w3.org" not in each] == []
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert MARK in text[:MARKED_WITHIN]
    headings = [tag for tag, _ in page.elements if tag in {"h1", "h2"}]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1


@pytest.mark.parametrize(
    "bad",
    [
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'><a href=javascript:alert(1)>x</a>",
        "</title></style></svg><iframe src='//evil'>",
        "{{ 7 * 7 }}{% raw %}{# #}",
        "<!-- --><![CDATA[ &lt;b&gt; ]]>",
        "javascript:alert(1)",
    ],
)
def test_nothing_of_a_project_comes_alive(bad: str) -> None:
    def page_of(words: str) -> Page:
        finding = Finding(message=words, path=words, line=1)
        check = LINT.model_copy(
            update={
                "findings": (finding,), "summary": words, "command": words, "reason": words
            }
        )  # fmt: skip
        task = Entity.model_construct(
            name=words,
            attributes=(Attribute.model_construct(name=words, type=AttributeType.TEXT),),
            relations=(Relation.model_construct(name=words, target=words),),
        )
        spec = made(TODO)[0].spec.model_copy(update={"entities": (task,), "description": words})
        operation = spec.operations[0].model_copy(update={"path": words, "summary": words})
        spec = spec.model_copy(update={"operations": (operation,)})
        file = GeneratedFile.model_construct(
            path=words, content=words, type=made(TODO)[1][0].type, pattern=words
        )
        proven = proof(
            check, verdict=Verdict.INCOMPLETE, versions={words: words}, unimplemented=(words,)
        )
        return Page(
            render(
                report(
                    TODO,
                    proven,
                    name=words,
                    spec=spec,
                    files=[file],
                    states={words: words},
                    missing=[words],
                    notes=[(words, [words])],
                )
            )
        )

    hostile, harmless = page_of(bad), page_of("harmless")
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    for (_, found), (_, expected) in zip(hostile.elements, harmless.elements, strict=True):
        assert found.keys() == expected.keys()
    assert hostile.text.count(bad) >= 15


def test_what_cannot_be_shown_is_replaced() -> None:
    check = LINT.model_copy(
        update={"findings": (Finding.model_construct(
            level=LINT.findings[0].level, message="a\0b\x1b[31mc\ud800d\u202ee\tf\ng", path=None,
            line=None),)}
    )  # fmt: skip
    text = render(report(proven=proof(check)))
    assert "a\ufffdb\ufffd[31mc\ufffdd\ufffde\tf\ng" in text
    text.encode()


@pytest.mark.parametrize(
    ("verdict", "checks", "unimplemented", "said"),
    [
        (Verdict.PROVEN, (TESTS,), (), "Every check of this level passed: 1 check."),
        (Verdict.NOT_RUN, (), (), "No check was run."),
        (Verdict.INCOMPLETE, (TESTS,), ("a", "b"), "2 operations answer 501 so far: a, b."),
        (
            Verdict.INCOMPLETE,
            (
                TESTS,
                CheckReport(name=CheckName.DATABASE, outcome=Outcome.SKIPPED, reason="no server"),
            ),
            (),
            "1 of 2 checks passed, none failed. database was not run: no server.",
        ),
    ],
)
def test_the_verdict_is_said_in_words(
    verdict: Verdict, checks: tuple[CheckReport, ...], unimplemented: tuple[str, ...], said: str
) -> None:
    content = Content(report(proven=proof(*checks, verdict=verdict, unimplemented=unimplemented)))
    assert content.verdict[1].endswith(said)


def test_proven_is_proven_at_its_level() -> None:
    fast = proof(TESTS).model_copy(update={"level": VerificationLevel.FAST})
    content = Content(report(proven=fast))
    assert content.verdict[0] == "Proven at level fast"
    assert content.verdict[1].endswith("; types, migrations and tests did not run.")
    assert ": proven at level fast</title>" in render(report(proven=fast))


def test_every_check_has_its_question() -> None:
    assert QUESTIONS.keys() == set(CheckName)


def test_the_statuses_are_those_of_the_routes() -> None:
    _, files, _ = made(SHOP)
    code = "".join(f.content for f in files if "/endpoints/" in f.path)
    for row in Content(report()).operations:
        told = f"errors({', '.join(map(str, row.refusals))})"
        assert told in code or not row.refusals


def test_it_is_told_who_may_call_where_keys_are() -> None:
    text = "auth keys by bearer\nentity Book\n  title: string\n  allow list: public\n"
    raw = {**TODO, "context": {"sources": [{"format": "spec", "content": text}]}}
    rows = Content(report(raw)).operations
    assert {row.who for row in rows if row.method == "GET" and "{" not in row.path} == {"anybody"}
    assert {row.who for row in rows if row.method == "DELETE"} == {"whoever has a key"}


def test_a_project_without_a_plan_has_no_diagram() -> None:
    page = Page(render(report(spec=None)))
    assert "Data model" not in page.text
    assert "Operations" not in page.text
    assert "svg" not in {tag for tag, _ in page.elements}


# --- the diagram ---------------------------------------------------------------------------------


def drawn(raw: Any) -> Diagram:  # noqa: ANN401 - a spec as data
    found = draw(made(raw)[0].spec)
    assert found is not None
    return found


def assert_sound(diagram: Diagram) -> None:
    for one, other in combinations(diagram.boxes, 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart, (one.name, other.name)
    for box in diagram.boxes:
        assert 0 <= box.x <= box.x + box.width <= diagram.width
        assert 0 <= box.y <= box.y + box.height <= diagram.height


@pytest.mark.parametrize("count", [1, 2, 4, 10, 40, 100])
def test_boxes_never_overlap(count: int) -> None:
    spec = resolve(entities(count, "Thing")).spec
    diagram = draw(spec)
    assert diagram is not None
    assert_sound(diagram)
    assert len(diagram.boxes) == count
    assert diagram.width <= 1200


def test_a_table_that_all_refer_to_does_not_drown_the_page() -> None:
    hub = Entity(name="Hub")
    others = tuple(
        Entity(name=f"Thing{i}", relations=(Relation(name="hub", target="Hub", inverse=f"t{i}"),))
        for i in range(60)
    )
    diagram = draw(resolve(BackendSpec(name="hub", entities=(hub, *others))).spec)
    assert diagram is not None
    assert_sound(diagram)
    assert diagram.width <= 1200


def test_relations_of_every_kind_are_drawn() -> None:
    diagram = drawn(SCHOOL)
    assert_sound(diagram)
    labels = {label for _, label in diagram.lines if label}
    assert labels == {
        "Person.home: many-to-one to Course",
        "Course.students: many-to-many to Person",
        "Course.teacher: many-to-one to Person",
        "Seat.person: one-to-one to Person",
    }
    assert {box.name: box.loop for box in diagram.boxes} == {
        "Person": "mentor",
        "Course": "",
        "Seat": "",
    }


def test_keys_are_marked_and_what_is_too_much_is_counted() -> None:
    boxes = {box.name: box for box in drawn(SHOP).boxes}
    assert ("PK", "id") in [line[:2] for line in boxes["Order"].lines]
    assert ("FK", "user_id") in [line[:2] for line in boxes["Order"].lines]
    many = Entity(
        name="Wide",
        attributes=tuple(Attribute(name=f"a{i}", type=AttributeType.TEXT) for i in range(60)),
    )
    diagram = draw(resolve(BackendSpec(name="wide", timestamps=False, entities=(many,))).spec)
    assert diagram is not None
    (box,) = diagram.boxes
    assert box.more == f"+ {61 - len(box.lines)} more"
    assert box.lines[0].badge == "PK"


def test_long_names_are_cut_not_spilled() -> None:
    long = Entity(
        name="VeryLongNameOfAnEntityThatNobodyShouldEverUse",
        attributes=(Attribute(name="a" * 100, type=AttributeType.STRING, length=40),),
    )
    diagram = draw(resolve(BackendSpec(name="long", entities=(long,))).spec)
    assert diagram is not None
    (box,) = diagram.boxes
    line = next(line for line in box.lines if line.name.startswith("aa"))
    assert line.name.endswith("…")
    assert (len(line.name) + len(line.type)) * 6.7 < box.width
    assert box.full_name == long.name


ONE, MANY = Mark(1, many=False), Mark(0, many=True)


def link(source: str, target: str) -> Link:
    return Link(source, target, MANY, ONE)


def test_what_is_referred_to_stands_above() -> None:
    links = [link("c", "b"), link("b", "a"), link("c", "a")]
    layers = arrange(["c", "b", "a"], links, per_row=4)
    assert [[i for i in row if isinstance(i, str)] for row in layers.rows] == [["a"], ["b"], ["c"]]
    (trunk,) = layers.trunks
    assert trunk[0] == "a"


def test_cycles_and_narrow_rows_end() -> None:
    links = [link("a", "b"), link("b", "c"), link("c", "a")]
    layers = arrange(["a", "b", "c"], links, per_row=1)
    assert sum(len(row) for row in layers.rows) == 3 + len(layers.trunks)
    assert len(layers.branches) == 3


def test_what_is_not_connected_is_apart() -> None:
    assert components(["a", "b", "c", "d"], [link("d", "b")]) == [["b", "d"], ["a"], ["c"]]


# --- on the disk ---------------------------------------------------------------------------------


def test_a_report_replaces_a_report_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "report.html"
    write(report(TODO), file)
    first = file.read_text(encoding="utf-8")
    write(report(TODO, name="other"), file)
    assert file.read_text(encoding="utf-8") != first
    mine = tmp_path / "mine.html"
    mine.write_text("<h1>mine</h1>")
    with pytest.raises(OutputError, match="is there and is no report"):
        write(report(TODO), mine)
    assert mine.read_text() == "<h1>mine</h1>"
    write(report(TODO), mine, force=True)
    assert MARK in mine.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "mine.html"]


def test_links_and_folders_are_no_reports(tmp_path: Path) -> None:
    target = tmp_path / "target.html"
    write(report(TODO), target)
    link_ = tmp_path / "link.html"
    link_.symlink_to(target)
    with pytest.raises(OutputError, match="is no report"):
        may_write(link_)
    write(report(TODO, name="forced"), link_, force=True)
    assert not link_.is_symlink()
    assert "forced" not in target.read_text(encoding="utf-8")
    for force in (False, True):
        with pytest.raises(OutputError, match="is a folder"):
            may_write(tmp_path, force=force)


def test_what_the_disk_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="the report was not written"):
        write(report(TODO), tmp_path / "file" / "report.html")

"""May written code be put into the project? Judged by its syntax tree, before anything runs it.

This is the first wall, made of what is allowed; the sandbox is the second. A body is plain logic
over its arguments, the project's own names and queries; a test of a rule calls the API and asserts
what it answers. Everything else is an objection, which says what is allowed instead.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.writing import rules as allowed
from agent.writing.clauses import plain_texts
from agent.writing.endless import endless
from agent.writing.opaque import opaque
from agent.writing.shielded import shielded
from agent.writing.shown import shown
from agent.writing.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.writing.rules import Rules
    from agent.writing.slots import Slot
    from agent.writing.written import AcceptanceTest, Written

SILENCING = re.compile(
    r"noqa|nosec|pragma|\b(coding|type|fmt|isort|ruff|mypy|pyright|pylint|yapf)\s*[:=]"
)
TEST_NAME = re.compile(r"[a-z][a-z0-9_]{2,79}")


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with written code: where (``body``, or a test's name), the line, and what."""

    where: str
    line: int
    message: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.where}, line {self.line}: {self.message}"


def judge(slot: Slot, written: Written) -> tuple[Objection, ...]:
    """Return what is wrong with all that is written for a slot; nothing where it may be used."""
    found = [] if written.body is None else list(judge_body(slot, written.body))
    names = [test.name for test in written.tests]
    for number, test in enumerate(written.tests):
        found += judge_test(slot, test)
        if test.name in names[:number]:
            found.append(Objection(test.name, 1, "another test has this name already"))
    return tuple(found)


def judge_body(slot: Slot, body: str) -> tuple[Objection, ...]:
    """Return what is wrong with the body of a slot."""
    return tuple(_judge("body", body, slot.body_rules))


def judge_test(slot: Slot, test: AcceptanceTest) -> tuple[Objection, ...]:
    """Return what is wrong with a test of a slot's rule."""
    found = list(_judge(test.name, test.body, slot.test_rules))
    if not TEST_NAME.fullmatch(test.name) or test.name.startswith("test_"):
        message = "a test's name is 3 to 80 of a-z, 0-9 and _, without test_ before it"
        found.append(Objection(test.name[:80], 1, message))
    if test.name == slot.operation:
        message = "this is the name of the test that is there already: say what is shown"
        found.append(Objection(test.name, 1, message))
    return tuple(found)


def _judge(where: str, text: str, rules: Rules) -> Iterator[Objection]:
    """Look at the text first: what is too large or too deep is not walked."""
    plain = list(_of_text(text))
    if plain:
        yield from (Objection(where, line, message) for line, message in plain)
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        said = getattr(error, "msg", None) or "it nests too deeply"
        yield Objection(where, line, f"this is no Python: {said}")
        return
    if not tree.body:
        yield Objection(where, 1, "there is no statement")
        return
    deep = _too_deep(tree)
    if deep is not None:
        yield Objection(where, deep, "an expression nests too deeply: use variables")
        return
    walk = Walk(rules)
    walk.statements(tree.body)
    for node, message in _as_a_whole(tree.body, walk):
        walk.object_to(node, message)
    for line, message in sorted(set(walk.objections or _of_compiling(tree))):
        yield Objection(where, line, message)


def _of_compiling(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Look at what parses and is no Python all the same: a break without a loop, a name twice."""
    none = ast.arguments([], [], None, [], [], None, [])
    function = ast.AsyncFunctionDef("slot", none, tree.body, [], lineno=1, col_offset=0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(ast.Module([function], []), "slot", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        yield line, f"this is no Python: {getattr(error, 'msg', None) or 'it nests too deeply'}"


def _as_a_whole(body: list[ast.stmt], walk: Walk) -> Iterator[tuple[ast.AST, str]]:
    """Look at what no single word tells: what is reached, changed and shown by all of them."""
    yield from shielded(body, walk.rules, walk.rules.fields | walk.labels)
    yield from opaque(body, walk.variables, walk.rules)
    yield from endless(body, walk.rules)
    yield from plain_texts(body, walk.rules)
    if walk.rules.is_test:
        yield from shown(body)


def _of_text(text: str) -> Iterator[tuple[int, str]]:
    """Look at size, characters, names and comments."""
    lines = text.split("\n")
    if len(text) > allowed.MOST_CHARACTERS or len(lines) > allowed.MOST_LINES:
        most = f"{allowed.MOST_LINES} lines and {allowed.MOST_CHARACTERS} characters"
        yield 1, f"this is longer than {most}"
        return
    for number, line in enumerate(lines, 1):
        if len(line) > allowed.LONGEST_LINE:
            yield number, f"a line has at most {allowed.LONGEST_LINE} characters"
        if any(unicodedata.category(each) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} for each in line):
            yield number, "a character is no printable one (indent with spaces)"
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and not token.string.isascii():
                yield token.start[0], f"the name {token.string!r} is not in ASCII"
            if token.type == tokenize.COMMENT and SILENCING.search(token.string.lower()):
                yield token.start[0], f"a comment tells no tool anything: {token.string}"
            if token.type == tokenize.OP and token.string == ";":
                yield token.start[0], "each statement stands on a line of its own"
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return  # the parser tells what is wrong


def _too_deep(tree: ast.AST) -> int | None:
    """Return the line at which the tree is deeper than anybody writes by hand."""
    level: list[ast.AST] = [tree]
    for _ in range(allowed.DEEPEST_NODE):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return None
    return next((each.lineno for each in level if isinstance(each, ast.stmt | ast.expr)), 1)

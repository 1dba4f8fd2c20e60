"""What does a model make of findings in what it wrote? Another body for each, and nothing else.

It is told what a proof found in the body, the body, what the body may use, and those tests that
failed; it answers with the whole body. The tests are what the rule says: nobody asks for others.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.documents import Purpose, Warn
from agent.errors import BudgetError, ModelError
from agent.llm.expected import expect_text
from agent.writing.answers import Cannot, read_body
from agent.writing.at_once import each
from agent.writing.by_model import as_text, body_page, vet_of_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.llm.consultation import Consultation
    from agent.writing.blame import Blamed
    from agent.writing.by_model import Listener
    from agent.writing.written import Written

NOT_MENDED = "operation-not-mended"
"""Code of the warning that findings stay, as a model gave no other body."""
SAME = "it gave the same body again"


@dataclass(frozen=True, slots=True)
class Mended:
    """What has another body now, and why what stays does, each by operation."""

    written: Mapping[str, Written]
    stays: Mapping[str, Warn]


async def repair(
    blamed: Sequence[Blamed], consultation: Consultation, listener: Listener | None = None
) -> Mended:
    """Ask for another body of each operation that findings are about.

    Args:
        blamed: The operations, with what was found.
        consultation: Who is asked (for the purpose repair), and what pays for it.
        listener: Gives a listener for one answer, which is told of it as it comes.

    """
    asking = _Asking(consultation, listener or (lambda: lambda _text: None))
    found = await each(asking.mended, blamed)
    pairs = [(one.slot.operation, said) for one, said in zip(blamed, found, strict=True)]
    return Mended(
        {operation: said for operation, said in pairs if not isinstance(said, Warn)},
        {operation: said for operation, said in pairs if isinstance(said, Warn)},
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    consultation: Consultation
    listener: Listener

    async def mended(self, blamed: Blamed) -> Written | Warn:
        slot = blamed.slot
        said = {
            "slot": body_page(slot),
            "body": blamed.body,
            "findings": "\n".join(blamed.findings),
        }
        if blamed.tests:
            said["tests"] = as_text(blamed.tests)
        prompt = self.consultation.prompts.render("repair", facts=None, **said)
        expected = expect_text("body", lambda text: read_body(text, vet_of_body(slot)))
        try:
            body = await self.consultation.models.ask(
                Purpose.REPAIR, prompt, expected, self.consultation.account, self.listener()
            )
        except (ModelError, BudgetError) as error:
            return _stays(blamed, str(error))
        if isinstance(body, Cannot):
            return _stays(blamed, body.reason)
        known = (blamed.body, blamed.written.body or "", *blamed.dropped)
        if _tree(body) in {_tree(each) for each in known}:
            return _stays(blamed, SAME)
        return replace(blamed.written, body=body)


def _tree(body: str) -> str:
    """Return what a body says, whatever its comments and its layout."""
    return ast.dump(ast.parse(body, type_comments=False)) if body else ""


def _stays(blamed: Blamed, why: str) -> Warn:
    message = f"what was found in {blamed.slot.operation} stays as it is: {why}"
    return Warn(code=NOT_MENDED, message=message)

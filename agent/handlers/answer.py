"""What does a Result consist of? Every part of it, filled from what was really generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import MainHandoff, Result, Security, Status, Verdict
from agent.handlers.deployment import deployment
from agent.handlers.pydantic_models import pydantic_models
from agent.handlers.solution import patterns, solution
from agent.handlers.suite import testing
from agent.planner.security import measures, vulnerabilities
from agent.planner.selection import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import HandoffMessage, InputDocument, Proof, Repair, Usage, Warn
    from agent.handlers.handler import Handler
    from agent.inspection import Inspection
    from agent.knowledge import Library
    from agent.planner.resolve import Plan


def answer(  # noqa: PLR0913 - a Result tells of everything that went before
    handler: Handler,
    document: InputDocument,
    plan: Plan,
    project: Inspection,
    *,
    library: Library,
    proof: Proof,
    repairs: Sequence[Repair],
    handoffs: Sequence[HandoffMessage],
    warnings: Sequence[Warn],
    task_id: str,
    usage: Usage,
) -> Result:
    """Return the Result; a failed proof makes it ``failed``, with the solution attached."""
    selection = select(document.request)
    first = next((h for h in handoffs if h.to == handler.next_agent), None)
    main = (
        MainHandoff(next_agent=first.to, reason=first.reason, context=first.payload)
        if first
        else None
    )
    return Result(
        task_id=task_id,
        status=Status.FAILED if proof.verdict is Verdict.FAILED else Status.COMPLETED,
        solution=solution(handler, project, selection),
        patterns=patterns(handler, project, library),
        pydantic_models=pydantic_models(project),
        security=Security(
            measures=measures(plan.spec),
            vulnerabilities=vulnerabilities(plan.spec),
        ),
        testing=testing(project),
        deployment=deployment(project, document),
        handoff=main,
        handoffs=tuple(handoffs),
        spec=plan.spec,
        assumptions=plan.assumptions,
        open_questions=plan.questions,
        warnings=(*warnings, *plan.warnings),
        proof=proof,
        repairs=tuple(repairs),
        usage=usage,
        selection=selection,
    )

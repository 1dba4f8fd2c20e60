"""What do the events of a task become? Spans below one of the task, and the same as metrics."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from agent.checks.prove import CheckFinished, CheckStarted
from agent.documents import Outcome, Status
from agent.events import (
    ModelAnswered,
    ModelAsked,
    StageFinished,
    StageStarted,
    TaskFinished,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Span, Tracer

    from agent.events import Event, OnEvent
    from agent.telemetry.trace import Trace

NAME = "python_specialist"
_OWN: ContextVar[int | None] = ContextVar("trace_of_a_task", default=None)
Facts = dict[str, str | int | float]


class TaskIds(RandomIdGenerator):
    """Gives a task without a sender's trace the trace that follows from its id."""

    def generate_trace_id(self) -> int:
        """Return the id for a span without a parent."""
        return _OWN.get() or super().generate_trace_id()


class Instruments:
    """The metrics: times in seconds, and what models were asked and said."""

    def __init__(self, meter: Meter) -> None:
        """Make them."""
        kinds = ("task", "stage", "check", "model")
        self.seconds = {
            kind: meter.create_histogram(f"{NAME}.{kind}.duration", "s", f"How long a {kind} took")
            for kind in kinds
        }
        self.calls = meter.create_counter(f"{NAME}.model.calls", "{call}", "Calls of models")
        self.tokens = meter.create_counter(f"{NAME}.model.tokens", "{token}", "Tokens of models")


class Spans:
    """Makes spans and metrics of tasks."""

    def __init__(self, tracer: Tracer, meter: Meter) -> None:
        """Take where they go; see ``agent.telemetry.sending``."""
        self._tracer = tracer
        self._instruments = Instruments(meter)

    @contextmanager
    def task(self, task_id: str, caller: str, trace: Trace) -> Iterator[OnEvent]:
        """Give what listens to the events of one task; its span ends with the context.

        Args:
            task_id: The task's id.
            caller: Who sent it.
            trace: Which trace it belongs to.

        """
        parent = _parent(trace)
        facts: Facts = {"task.id": task_id, "task.caller": caller}
        own = None if trace.parent else int(trace.id, 16)
        token = _OWN.set(own)
        try:
            root = self._tracer.start_span(
                "task", context=parent, kind=SpanKind.CONSUMER, attributes=facts
            )
        finally:
            _OWN.reset(token)
        listening = _Listening(self._tracer, self._instruments, root)
        try:
            yield listening.hear
        finally:
            listening.end()


class _Listening:
    """The spans of one task that are open: stages, and the checks and models below them."""

    def __init__(self, tracer: Tracer, instruments: Instruments, root: Span) -> None:
        self._tracer = tracer
        self._instruments = instruments
        self._root = root
        self._open: dict[tuple[str, str], tuple[Span, float]] = {}
        self._stage: tuple[str, str] | None = None

    def hear(self, event: Event) -> None:
        if isinstance(event, StageStarted):
            self._stage = self._begin("stage", event.stage.value)
        elif isinstance(event, StageFinished):
            self._finish("stage", event.stage.value, {"stage.summary": event.summary})
            self._stage = None
        elif isinstance(event, CheckStarted):
            self._begin("check", event.name.value)
        elif isinstance(event, CheckFinished):
            self._check(event)
        elif isinstance(event, ModelAsked):
            if ("model", event.purpose.value) not in self._open:
                self._begin("model", event.purpose.value)
        elif isinstance(event, ModelAnswered):
            self._model(event)
        elif isinstance(event, TaskFinished):
            self._over(event)

    def end(self) -> None:
        """End what is still open: the work was stopped, or ended early."""
        for span, _ in reversed(self._open.values()):
            span.end()
        self._open.clear()
        self._root.end()

    def _begin(self, kind: str, name: str, facts: Facts | None = None) -> tuple[str, str]:
        below = self._root if kind == "stage" or self._stage is None else self._open[self._stage][0]
        span = self._tracer.start_span(
            f"{kind} {name}",
            context=set_span_in_context(below),
            attributes={f"{kind}.name": name, **(facts or {})},
        )
        self._open[kind, name] = span, time.perf_counter()
        return kind, name

    def _finish(
        self, kind: str, name: str, facts: Facts, labels: Mapping[str, str] | None = None
    ) -> None:
        if (kind, name) not in self._open:  # a check that was not worth running, or is known
            self._begin(kind, name)
        span, started = self._open.pop((kind, name))
        span.set_attributes(facts)
        span.end()
        seconds = time.perf_counter() - started
        told = {f"{kind}.name": name, **(labels or {})}
        self._instruments.seconds[kind].record(seconds, told)

    def _check(self, event: CheckFinished) -> None:
        report = event.report
        labels = {"check.outcome": report.outcome.value}
        facts: Facts = {**labels, "check.findings": len(report.findings)}
        if report.outcome is Outcome.FAILED and ("check", report.name.value) in self._open:
            self._open["check", report.name.value][0].set_status(StatusCode.ERROR)
        self._finish("check", report.name.value, facts, labels)

    def _model(self, event: ModelAnswered) -> None:
        purpose = {"model.name": event.purpose.value}
        facts: Facts = {
            "model.calls": event.calls,
            "gen_ai.usage.input_tokens": event.input_tokens,
            "gen_ai.usage.output_tokens": event.output_tokens,
        }
        self._finish("model", event.purpose.value, facts)
        self._instruments.calls.add(event.calls, purpose)
        self._instruments.tokens.add(event.input_tokens, {**purpose, "token.type": "input"})
        self._instruments.tokens.add(event.output_tokens, {**purpose, "token.type": "output"})

    def _over(self, event: TaskFinished) -> None:
        status = {"task.status": event.status.value}
        self._root.set_attributes(status)
        if event.status is Status.FAILED:
            self._root.set_status(StatusCode.ERROR)
        self._instruments.seconds["task"].record(event.seconds, status)


def _parent(trace: Trace) -> Context:
    """Return the context of the sender's span; an empty one where there is none."""
    if not trace.parent:
        return Context()
    number, span = int(trace.id, 16), int(trace.parent, 16)
    sender = SpanContext(number, span, is_remote=True, trace_flags=TraceFlags(trace.flags))
    return set_span_in_context(NonRecordingSpan(sender), Context())

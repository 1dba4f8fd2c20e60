"""What a collector sees of a task: spans in one trace, metrics with the same facts."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id

from agent.checks.prove import CheckFinished, CheckStarted
from agent.documents import CheckName, CheckReport, Finding, Outcome, Purpose, Status
from agent.events import (
    ModelAnswered,
    ModelAsked,
    Stage,
    StageFinished,
    StageStarted,
    TaskFinished,
    TaskStarted,
)
from agent.service.records import Origin
from agent.service.service import Service
from agent.telemetry.sending import ENDPOINT, EXTRA, sending
from agent.telemetry.spans import Spans, TaskIds
from agent.telemetry.trace import Trace, trace_of
from tests.consulted import consultation
from tests.served import ME, REQUEST, at_work, database, ended, runner
from tests.test_conversation import Slow
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover
from tests.test_service import PLAN, WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan

    from agent.events import Event

TRACE, SENDER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector:
    """Collects in memory what would be sent."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        tracing = TracerProvider(id_generator=TaskIds())
        tracing.add_span_processor(SimpleSpanProcessor(self.exporter))
        metering = MeterProvider([self.reader])
        self.spans = Spans(tracing.get_tracer("test"), metering.get_meter("test"))

    def hear(self, *events: Event, trace: Trace) -> None:
        with self.spans.task("t", ME, trace) as hear:
            for event in events:
                hear(event)

    @property
    def by_name(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.exporter.get_finished_spans()}

    @property
    def metrics(self) -> dict[str, list[tuple[dict[str, Any], Any]]]:
        data = self.reader.get_metrics_data()
        assert data is not None
        return {
            metric.name: [
                (dict(point.attributes or {}), getattr(point, "value", getattr(point, "count", 0)))
                for point in metric.data.data_points
            ]
            for metric in data.resource_metrics[0].scope_metrics[0].metrics
        }


@pytest.fixture
def collector() -> Collector:
    return Collector()


def _parent(span: ReadableSpan) -> str:
    return "" if span.parent is None else format_span_id(span.parent.span_id)


def _id(span: ReadableSpan) -> str:
    assert span.context is not None
    return format_span_id(span.context.span_id)


def _trace(span: ReadableSpan) -> str:
    assert span.context is not None
    return format_trace_id(span.context.trace_id)


@pytest.mark.asyncio
async def test_a_task_is_one_trace_below_its_sender(collector: Collector, tmp_path: Path) -> None:
    model = Scripted(PLAN)
    async with database("sqlite", tmp_path) as opened:
        service = Service(
            opened, runner(consult=lambda: consultation(model)), observe=collector.spans.task
        )
        async with at_work(service):
            origin = Origin(trace=f"00-{TRACE}-{SENDER}-01")
            task = await ended(service, (await service.submit(WORDS, ME, origin)).task)
    assert task.state == "completed"
    spans = collector.by_name
    stages = {f"stage {stage}" for stage in ("validate", "plan", "render", "prove", "hand-off")}
    assert set(spans) == {"task", "model plan", "check syntax"} | stages
    assert {_trace(span) for span in spans.values()} == {TRACE}
    root = spans["task"]
    assert (_parent(root), root.kind) == (SENDER, SpanKind.CONSUMER)
    assert root.attributes == {"task.id": task.id, "task.caller": ME, "task.status": "completed"}
    assert {_parent(spans[stage]) for stage in stages} == {_id(root)}
    assert _parent(spans["model plan"]) == _id(spans["stage plan"])
    assert _parent(spans["check syntax"]) == _id(spans["stage prove"])
    attributes = spans["model plan"].attributes
    assert attributes is not None
    assert attributes["gen_ai.usage.input_tokens"] == 10
    metrics = collector.metrics
    assert metrics["python_specialist.task.duration"] == [({"task.status": "completed"}, 1)]
    assert len(metrics["python_specialist.stage.duration"]) == len(stages)
    assert metrics["python_specialist.model.calls"] == [({"model.name": "plan"}, 1)]
    tokens = {x["token.type"]: n for x, n in metrics["python_specialist.model.tokens"]}
    assert tokens["input"] == 10
    checks = metrics["python_specialist.check.duration"]
    assert checks == [({"check.name": "syntax", "check.outcome": "passed"}, 1)]


def test_a_task_without_a_sender_has_the_trace_of_its_id(collector: Collector) -> None:
    for _ in range(2):  # another worker took it over
        collector.hear(TaskStarted("t"), trace=trace_of("t"))
    first, second = collector.exporter.get_finished_spans()
    assert _trace(first) == _trace(second) == trace_of("t").id
    assert _parent(first) == ""
    assert _id(first) != _id(second)


def test_checks_and_what_fails(collector: Collector) -> None:
    bad = CheckReport(
        name=CheckName.LINT, outcome=Outcome.FAILED, findings=(Finding(message="geheim"),)
    )
    skipped = CheckReport(name=CheckName.DATABASE, outcome=Outcome.SKIPPED, reason="none")
    collector.hear(
        StageStarted(Stage.PROVE),
        CheckStarted(CheckName.LINT),
        CheckFinished(bad),
        CheckFinished(skipped),
        StageFinished(Stage.PROVE, 1, "failed"),
        TaskFinished("t", Status.FAILED, 2),
        trace=trace_of("t"),
    )
    spans = collector.by_name
    assert spans["check lint"].status.status_code is StatusCode.ERROR
    attributes = spans["check lint"].attributes
    assert attributes == {"check.name": "lint", "check.outcome": "failed", "check.findings": 1}
    assert spans["check database"].status.status_code is StatusCode.UNSET
    assert spans["task"].status.status_code is StatusCode.ERROR
    assert "geheim" not in "".join(span.to_json() for span in spans.values())


def test_what_ends_early_leaves_no_span_open(collector: Collector) -> None:
    collector.hear(
        StageStarted(Stage.PLAN), ModelAsked(Purpose.PLAN), ModelAsked(Purpose.PLAN, 50),
        trace=trace_of("t"),
    )  # fmt: skip
    collector.hear(ModelAnswered(Purpose.CODE, 1, 2, 3, 4), trace=trace_of("t"))
    names = [span.name for span in collector.exporter.get_finished_spans()]
    assert names == ["model plan", "stage plan", "task", "model code", "task"]


@pytest.mark.asyncio
async def test_a_task_that_is_given_back_is_seen_twice(
    collector: Collector, tmp_path: Path
) -> None:
    slow = Slow()
    async with database("sqlite", tmp_path) as opened:
        for prover in (slow, Prover()):
            service = Service(opened, runner(prover), observe=collector.spans.task)
            async with at_work(service):
                if prover is slow:
                    task = (await service.submit(REQUEST, ME)).task
                    await slow.started.wait()
                else:
                    await ended(service, task)
    found = [span for span in collector.exporter.get_finished_spans() if span.name == "task"]
    status = [(span.attributes or {}).get("task.status") for span in found]
    assert status == [None, "completed"]
    assert {_trace(span) for span in found} == {trace_of(task.id).id}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nonsense",
        f"00-{'0' * 32}-{SENDER}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SENDER}-01",
        f"00-{TRACE.upper()}-{SENDER}-01",
        f"00-{TRACE}-{SENDER}-01\n",
    ],
)
def test_a_traceparent_that_is_none_counts_for_nothing(said: str) -> None:
    assert trace_of("t", said) == trace_of("t")


def test_traceparents() -> None:
    assert trace_of("t", f"00-{TRACE}-{SENDER}-01") == Trace(TRACE, SENDER, 1)
    assert trace_of("t", f"01-{TRACE}-{SENDER}-00-later") == Trace(TRACE, SENDER, 0)
    assert trace_of("t") != trace_of("u")


def test_what_a_sender_does_not_keep_is_not_sent(collector: Collector) -> None:
    collector.hear(TaskStarted("t"), trace=Trace(TRACE, SENDER, 0))
    assert collector.exporter.get_finished_spans() == ()


@pytest.mark.parametrize("environment", [{}, {ENDPOINT: "http://x", "OTEL_SDK_DISABLED": "true"}])
def test_nothing_is_sent_where_nobody_asks_for_it(environment: dict[str, str]) -> None:
    with sending(environment) as spans:
        assert spans is None


def test_without_the_extra_nothing_of_it_is_loaded() -> None:
    script = f"""
import sys
import agent.service.service
from agent.telemetry.sending import sending
with sending({{}}) as spans:
    assert spans is None
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
sys.modules["opentelemetry.sdk"] = None
with sending({{"{ENDPOINT}": "http://127.0.0.1:9"}}) as spans:
    assert spans is None
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert EXTRA in done.stderr

"""Where do spans and metrics go? To the collector that OTEL_EXPORTER_OTLP_ENDPOINT names.

The other variables of OpenTelemetry hold as well: OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS,
OTEL_TRACES_SAMPLER, OTEL_SDK_DISABLED, ... Without an endpoint nothing is loaded and nothing sent.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.log import logger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.telemetry.spans import Spans

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
EXTRA = "python-specialist[opentelemetry]"
SERVICE = "python-specialist"


@contextmanager
def sending(environment: Mapping[str, str] | None = None) -> Iterator[Spans | None]:
    """Give what makes spans and metrics, which are sent while the context lasts.

    The providers are those of the whole process, so that what FastAPI tells of requests goes the
    same way. None is given where no endpoint is named, where OTEL_SDK_DISABLED says so, and, after
    a warning, where the extra is not installed.
    """
    given = os.environ if environment is None else environment
    if not given.get(ENDPOINT) or given.get("OTEL_SDK_DISABLED", "").lower() == "true":
        yield None
        return
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415 - only where it is wanted
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
            OTLPMetricExporter,
        )
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        logger().warning("nothing-is-traced", reason=f"{ENDPOINT} is set: install {EXTRA}")
        yield None
        return
    from agent.telemetry.spans import NAME, Spans, TaskIds  # noqa: PLC0415 - loads the SDK

    resource = Resource.create({SERVICE_NAME: given.get("OTEL_SERVICE_NAME") or SERVICE})
    tracing = TracerProvider(resource=resource, id_generator=TaskIds())
    tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    metering = MeterProvider(metric_readers=[reader], resource=resource)
    trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(metering)
    try:
        yield Spans(tracing.get_tracer(NAME), metering.get_meter(NAME))
    finally:
        tracing.shutdown()  # sends what is left
        metering.shutdown()

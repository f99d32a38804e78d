"""Figures for Prometheus, in a registry of this server's own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from rag.serving import State
from rag.types import Answer

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)


class Metrics:
    """What a server counts. Labels are few and fixed: no path, name or question becomes one."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.requests = Counter(
            "rag_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "rag_request_seconds",
            "Time from a request's headers to the end of its answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.open = Gauge("rag_requests_open", "Requests being answered now", registry=self.registry)
        self.answers = Counter(
            "rag_answers", "Questions of /v1/ask, by what came of them", ("outcome",), registry=self.registry
        )
        self.uploads = Counter(
            "rag_uploads", "Files uploaded, by what came of them", ("status",), registry=self.registry
        )
        self._state = {
            name: Gauge(f"rag_{name}", about, registry=self.registry)
            for name, about in (
                ("ready", "1 when questions can be asked"),
                ("documents", "Documents in the library"),
                ("passages", "Passages in the library"),
                ("vectors", "Passages with a vector"),
                ("questions_running", "Questions being answered"),
                ("questions_waiting", "Questions that wait"),
                ("uploads_waiting", "Uploaded files that wait or are read"),
            )
        }

    def count_answer(self, answer: Answer) -> None:
        """Count an answer, or an abstention by its reason."""
        outcome = "answered" if not answer.abstained else answer.reason.value if answer.reason else "abstained"
        self.answers.labels(outcome).inc()

    def write(self, state: State) -> bytes:
        """Write all figures in Prometheus's text format."""
        for name, value in (
            ("ready", state.ready),
            ("documents", state.n_documents),
            ("passages", state.n_passages),
            ("vectors", state.n_vectors),
            ("questions_running", state.running),
            ("questions_waiting", state.waiting),
            ("uploads_waiting", state.uploading),
        ):
            self._state[name].set(float(value))
        return generate_latest(self.registry)

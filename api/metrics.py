"""Figures for a scraper, one registry per app. Labels are route templates and outcomes, nothing
that names a person, an agency or an id.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counters of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "mianti_http_requests",
            "Answers by route template, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "mianti_http_seconds",
            "Time to the end of the answer, by route template.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._verified = Counter(
            "mianti_verifications",
            "Items verified, by outcome.",
            ("outcome",),
            registry=self.registry,
        )
        self._demanded = Counter(
            "mianti_demands",
            "Demands for papers, by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._log_size = Gauge(
            "mianti_log_size", "Entries by how far they are.", ("stage",), registry=self.registry
        )
        self._lag = Gauge(
            "mianti_log_unanchored_seconds",
            "Age of the oldest entry that is not anchored yet.",
            registry=self.registry,
        )
        self._up = Gauge(
            "mianti_engine_up", "1 where the engine answers.", ("engine",), registry=self.registry
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def verified(self, outcome: str, count: int = 1) -> None:
        self._verified.labels(outcome).inc(count)

    def demanded(self, outcome: str) -> None:
        self._demanded.labels(outcome).inc()

    def log(self, sequenced: int, integrated: int, anchored: int, lag_s: float) -> None:
        self._log_size.labels("sequenced").set(sequenced)
        self._log_size.labels("integrated").set(integrated)
        self._log_size.labels("anchored").set(anchored)
        self._lag.set(lag_s)

    def engine(self, name: str, up: bool) -> None:
        self._up.labels(name).set(1 if up else 0)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)

"""What a server counts, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import Scope

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_ROWS = (1, 2, 4, 8, 16, 32)
_METHODS = {"GET", "HEAD", "POST"}


class Metrics:
    """Counters of one server, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter("mien_requests", "Requests answered.", ["route", "method", "status"], registry=own)
        self._seconds = Histogram("mien_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=own)
        self._rows = Histogram("mien_batch_rows", "Rows in a call.", ["model"], buckets=_ROWS, registry=own)
        self._samples = Counter("mien_samples", "Samples answered.", ["model", "outcome"], registry=own)
        self._stored = Counter("mien_samples_kept", "Samples that visitors gave.", registry=own)
        self._models = Gauge("mien_models", "Models that can be asked.", registry=own)

    @staticmethod
    def route(scope: Scope) -> str:
        """Name the route of a request by its template, so that a thousand addresses do not make a thousand counters."""
        return str(getattr(scope.get("route"), "path", "other"))

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        route = self.route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route).observe(seconds)

    def batch(self, model: str, rows: int) -> None:
        """Count a call of a model, which answered so many rows together."""
        self._rows.labels(model).observe(rows)

    def sample(self, model: str, outcome: str) -> None:
        """Count a sample, ``answered``, ``nothing`` or ``unreadable``."""
        self._samples.labels(model, outcome).inc()

    def stored(self) -> None:
        """Count a sample that a visitor gave."""
        self._stored.inc()

    def models(self, number: int) -> None:
        self._models.set(number)

    def text(self) -> bytes:
        """Write all of it in Prometheus' text format, 0.0.4."""
        return generate_latest(self._registry)

"""What the query API counts about itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram

from vedette_query.errors import QueryError
from vedette_storage.errors import Gone

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class QueryMetrics:
    """Queries by kind and outcome, and how long they took (seconds)."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self._queries = Counter(
            "vedette_query_requests", "Queries answered, by kind and outcome", ["kind", "outcome"], registry=registry
        )
        self._duration = Histogram(
            "vedette_query_duration_seconds", "Time to answer a query", ["kind"], registry=registry, buckets=_BUCKETS
        )

    @contextmanager
    def query(self, kind: str) -> Iterator[None]:
        """Count one query: `ok`, `refused` (the asker's doing), `left` (the asker has) or `failed` (we, or storage)."""
        start, outcome = time.perf_counter(), "failed"
        try:
            yield
            outcome = "ok"
        except QueryError:
            outcome = "refused"
            raise
        except Gone:
            outcome = "left"
            raise
        finally:
            self._queries.labels(kind, outcome).inc()
            self._duration.labels(kind).observe(time.perf_counter() - start)

"""The collector's own health, on a registry that is handed in."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from vedette_collector.accepted import Accepted

_COMMIT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Counters of what came in, what was refused, and what became of it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "vedette_collector_requests", "Requests by protocol and status.", ["protocol", "status"], registry=registry
        )
        self.bytes = Counter(
            "vedette_collector_received_bytes", "Bytes of bodies as received.", ["protocol"], registry=registry
        )
        self.accepted = Counter(
            "vedette_collector_accepted", "Samples or spans accepted and durable.", ["protocol"], registry=registry
        )
        self.refused = Counter(
            "vedette_collector_refused",
            "Samples or spans refused, and requests refused whole, by reason.",
            ["protocol", "reason"],
            registry=registry,
        )
        self.commit_seconds = Histogram(
            "vedette_collector_commit_seconds",
            "Time of one commit of the journal, fsync included.",
            buckets=_COMMIT_SECONDS,
            registry=registry,
        )
        self.journal_bytes = Gauge(
            "vedette_collector_journal_bytes", "Journal that waits for the database.", registry=registry
        )
        self.journal_segments = Gauge(
            "vedette_collector_journal_segments", "Segments that wait for the database.", registry=registry
        )
        self.quarantined = Gauge(
            "vedette_collector_quarantined_segments", "Segments that were set aside.", registry=registry
        )
        self.blocks = Counter("vedette_collector_blocks_written", "Blocks stored.", registry=registry)
        self.rows = Counter("vedette_collector_rows_written", "Samples and spans stored.", registry=registry)
        self.retries = Counter("vedette_collector_write_retries", "Writes that had to be repeated.", registry=registry)
        self.replayed = Counter(
            "vedette_collector_segments_replayed", "Segments that the last life left behind.", registry=registry
        )

    def durable(self, protocol: str, accepted: Accepted) -> None:
        """Count one request that was stored, in part at least."""
        self.accepted.labels(protocol).inc(accepted.count)
        for reason, count in accepted.refusals.by_reason.items():
            self.refused.labels(protocol, reason).inc(count)

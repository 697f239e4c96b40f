"""What alerting counts about itself."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram


class Meters:
    """Counters and a timer, on the registry that the process shows at /metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._evaluations = Counter(
            "vedette_query_alert_evaluations", "Evaluations of alert rules", ("outcome",), registry=registry
        )
        self._missed = Counter(
            "vedette_query_alert_missed_slots",
            "Evaluations skipped because an earlier one took too long",
            registry=registry,
        )
        self._seconds = Histogram(
            "vedette_query_alert_evaluation_seconds", "Time to evaluate one rule", registry=registry
        )
        self._messages = Counter(
            "vedette_query_alert_messages", "Attempts to tell a receiver", ("receiver", "result"), registry=registry
        )

    def evaluated(self, outcome: str, seconds: float) -> None:
        self._evaluations.labels(outcome).inc()
        self._seconds.observe(seconds)

    def missed(self, slots: int) -> None:
        self._missed.inc(slots)

    def sent(self, receiver: str, result: str) -> None:
        self._messages.labels(receiver, result).inc()

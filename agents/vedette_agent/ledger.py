"""Ledger: what was sent and what was lost, as meters of the agent itself and as plain totals."""

from __future__ import annotations

from collections import Counter as Tally
from typing import Final

from vedette_agent.registry import Registry
from vedette_agent.transports import Parcel
from vedette_agent.wire import CONTENT_TYPE

METRICS: Final = "metrics"
TRACES: Final = "traces"
OVERFLOW: Final = "overflow"
"""Lost because more was waiting than the outbox holds."""
REFUSED: Final = "refused"
"""Lost because the collector did not want the parcel."""
PARTIAL: Final = "partial"
"""Lost because the collector did not want this part of a parcel."""
STOPPED: Final = "stopped"
"""Lost because the agent stopped while the collector was away."""
ENCODING: Final = "encoding"
"""Lost because it could not be written as bytes."""


class Ledger:
    """Counts batches and items (samples, spans): `vedette.agent.batches` and `vedette.agent.items` with the tags
    `signal` (metrics or traces), `id` (sent or dropped) and, where something was dropped, `error`.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.items: Tally[tuple[str, str]] = Tally()
        """Totals by signal and outcome, which is `sent` or the reason why it was dropped."""

    def sent(self, parcel: Parcel, items: int) -> None:
        """The collector took the parcel, and so many of its items."""
        self._count(_signal(parcel), "sent", 1, items)

    def dropped(self, parcel: Parcel, why: str) -> None:
        """A whole parcel is lost."""
        self._count(_signal(parcel), why, 1, parcel.items)

    def lost(self, signal: str, why: str, items: int) -> None:
        """Items are lost that are no parcel of their own."""
        self._count(signal, why, 0, items)

    def _count(self, signal: str, outcome: str, batches: int, items: int) -> None:
        self.items[signal, outcome] += items
        tags = {"signal": signal, "id": "sent"}
        if outcome != "sent":
            tags = {"signal": signal, "id": "dropped", "error": outcome}
        if batches:
            self._registry.counter("vedette.agent.batches", tags).increment(batches)
        if items:
            self._registry.counter("vedette.agent.items", tags).increment(items)


def _signal(parcel: Parcel) -> str:
    return METRICS if parcel.content_type == CONTENT_TYPE else TRACES

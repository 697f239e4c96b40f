"""A whole store in memory."""

from __future__ import annotations

from vedette_storage.memory.edges import MemoryEdges
from vedette_storage.memory.facts import MemoryFacts
from vedette_storage.memory.samples import MemorySamples
from vedette_storage.memory.spans import MemorySpans


class MemoryStore:
    """A `Store` that forgets everything when it goes. Nothing in it is fast, and nothing is safe across threads."""

    def __init__(self, step_ms: int = 10_000) -> None:
        self.step_ms = step_ms
        self.writer = MemoryFacts()
        self.samples = MemorySamples(self.writer, step_ms)
        self.spans = MemorySpans(self.writer)
        self.edges = MemoryEdges(self.writer, step_ms)

    def derive(self, now_ms: int) -> int:
        return self.edges.derive(now_ms)

    def ping(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """There is nothing to let go of."""

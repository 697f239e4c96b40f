"""Derives and reads edges in memory: the rules of `docs` in plain Python, the second opinion on the SQL."""

from __future__ import annotations

from vedette_storage.edges import Edge
from vedette_storage.memory.facts import MemoryFacts


class MemoryEdges:
    """An `EdgeReader` over memory."""

    def __init__(self, facts: MemoryFacts, step_ms: int) -> None:
        self._facts = facts
        self._step_ms = step_ms
        self.rows: dict[int, list[Edge]] = {}  # end of step (ms) -> its edges

    def edges(self, start_ms: int, end_ms: int) -> list[Edge]:
        return [edge for ts_ms, edges in self.rows.items() if start_ms < ts_ms <= end_ms for edge in edges]

    def latest(self) -> int | None:
        return max((ts_ms for ts_ms, edges in self.rows.items() if edges), default=None)

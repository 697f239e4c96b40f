"""The deriving job: brings all that is derived up to date with the facts, over the windows that are marked dirty.

Anybody may run it, any number of times and after any crash: what it writes depends on the facts alone, and a mark is
cleared only after its window was derived.
"""

from __future__ import annotations

from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.edge_job import EdgeJob
from vedette_storage.clickhouse.layers import Layers
from vedette_storage.clickhouse.rollup_job import RollupJob
from vedette_storage.clickhouse.tables import Retention


class Deriver:
    """Derives edges and rollups for one store."""

    def __init__(self, connections: Connections, step_ms: int, retention: Retention, layers: Layers) -> None:
        self._edges = EdgeJob(connections, step_ms, retention)
        self._rollups = RollupJob(connections, layers)

    def run(self, now_ms: int) -> int:
        """Derive dirty windows; how many there were. Raises `Unavailable`, `Refused`; repeating is always right.

        Edges come first, because somebody watches them; and rollups come whatever becomes of the edges.
        """
        edges = rollups = 0
        try:
            edges = self._edges.run(now_ms)
        finally:
            rollups = self._rollups.run(now_ms)
        return edges + rollups

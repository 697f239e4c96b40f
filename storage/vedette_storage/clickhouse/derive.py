"""The deriving job: brings the edges up to date with the facts, over the windows that are marked dirty."""

from __future__ import annotations

from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.tables import Retention


class Deriver:
    def __init__(self, connections: Connections, step_ms: int, retention: Retention) -> None:
        self._connections = connections

    def run(self, now_ms: int) -> int:
        return 0

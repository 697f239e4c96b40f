"""How much one store may use: set from the start, because an engine without a cap takes the whole machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`engine_bytes` caps the embedded engine; the rest one statement: its memory, its time, its threads."""

    engine_bytes: int = 2 << 30
    query_bytes: int = 1 << 30
    query_seconds: int = 30
    threads: int = 0  # 0: as many as there are cores

    def settings(self) -> dict[str, str]:
        """The ClickHouse settings of every client."""
        settings = {
            "max_memory_usage": str(self.query_bytes),
            "max_execution_time": str(self.query_seconds),
            "async_insert": "0",
        }
        if self.threads:
            settings["max_threads"] = str(self.threads)
        return settings

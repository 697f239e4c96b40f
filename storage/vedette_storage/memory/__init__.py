"""The ports of storage over plain Python: for tests, and as the second opinion on what ClickHouse answers."""

from vedette_storage.memory.store import MemoryStore

__all__ = ["MemoryStore"]

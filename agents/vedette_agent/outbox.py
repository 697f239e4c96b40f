"""Outbox: parcels that wait for the collector, bounded in number and in bytes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from vedette_agent.transports import Parcel


class Outbox:
    """A queue in which the oldest gives way: what has become too much is dropped, and handed to `dropped`."""

    def __init__(self, most: int, most_bytes: int, dropped: Callable[[Parcel], None]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._dropped = dropped
        self._waiting: deque[Parcel] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def put(self, parcel: Parcel) -> None:
        """Add a parcel; older ones may have to go for it, or itself if it is too large on its own."""
        gone = []
        with self._lock:
            self._waiting.append(parcel)
            self._bytes += len(parcel.body)
            while self._waiting and (len(self._waiting) > self._most or self._bytes > self._most_bytes):
                gone.append(self._take())
        for old in gone:
            self._dropped(old)

    def first(self) -> Parcel | None:
        """The parcel that has waited longest; it stays until `done`."""
        with self._lock:
            return self._waiting[0] if self._waiting else None

    def done(self, parcel: Parcel) -> bool:
        """Take the parcel out, unless it has had to go in the meantime; whether it was still there."""
        with self._lock:
            if self._waiting and self._waiting[0] is parcel:
                self._take()
                return True
            return False

    def __len__(self) -> int:
        return len(self._waiting)

    def _take(self) -> Parcel:
        parcel = self._waiting.popleft()
        self._bytes -= len(parcel.body)
        return parcel

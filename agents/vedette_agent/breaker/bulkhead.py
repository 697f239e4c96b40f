"""Bulkhead: how many calls may run at once, so that one slow dependency cannot take all threads."""

from __future__ import annotations

import threading


class Bulkhead:
    """So many places, and no queue: who finds none free is refused at once. Any thread or task may use it."""

    def __init__(self, places: int) -> None:
        if places < 1:
            raise ValueError(f"places are at least 1, not {places}")
        self.places = places
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """How many calls run now."""
        return self._taken

    def enter(self) -> bool:
        """Take a place; False when there is none."""
        with self._lock:
            if self._taken >= self.places:
                return False
            self._taken += 1
            return True

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._taken -= 1

"""Limits on what others may put into our tags."""

from __future__ import annotations

from vedette_agent.cardinality import OTHERS


class FirstValues:
    """Lets the first n values through, and calls all others `--others--`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: set[str] = set()

    def __call__(self, value: str) -> str:
        if value in self._seen:
            return value
        if len(self._seen) >= self._most:
            return OTHERS
        self._seen.add(value)
        return value

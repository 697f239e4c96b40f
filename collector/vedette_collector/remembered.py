"""A bounded memory of what was worked out before."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Key -> value, at most `limit` of them: two generations, of which the older is dropped when the younger is full.

    To forget costs only the work of finding out again. Any thread may ask.
    """

    def __init__(self, limit: int) -> None:
        self._half = max(1, limit // 2)
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.add(key, value)
        return value

    def get_all(self, keys: Sequence[Key]) -> list[Value | None]:
        """The value of each key, None for the unknown ones."""
        found: list[Value | None] = list(map(self._young.get, keys))
        if self._old and None in found:
            found = [self.get(key) if value is None else value for key, value in zip(keys, found, strict=True)]
        return found

    def add(self, key: Key, value: Value) -> None:
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

"""Family: the meters of one name, found by the values of their tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vedette_agent.meters.meter import M

MOST: Final = 10_000
"""Meters that a family remembers; one more is looked up in the registry each time."""


class Family(dict[Any, M]):
    """A dict from values to meters that fills itself: a known meter costs one look-up in C.

    With one key the value itself is looked up (`m["GET"]`), with several their tuple (`m["GET", "200"]`). What is not
    a text becomes one.
    """

    __slots__ = ("_keys", "_make", "_name")

    def __init__(self, make: Callable[[str, dict[str, str]], M], name: str, keys: tuple[str, ...]) -> None:
        super().__init__()
        self._make = make
        self._name = name
        self._keys = keys

    def __missing__(self, values: Any) -> M:
        many = values if isinstance(values, tuple) else (values,)
        meter = self._make(self._name, dict(zip(self._keys, map(str, many), strict=False)))
        if len(self) < MOST:
            self[values] = meter
        return meter

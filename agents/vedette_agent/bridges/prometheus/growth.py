"""Growth: by how much totals have grown from one collection to the next."""

from __future__ import annotations

import math
from collections.abc import Hashable


class Growth:
    """Totals by key. One that falls began anew and adds nothing, as with our monotonic counter."""

    def __init__(self) -> None:
        self._last: dict[Hashable, float] = {}
        self._now: dict[Hashable, float] = {}

    def of(self, key: Hashable, total: float, *, from_zero: bool) -> float:
        """How much it has grown since the last collection; a new one by all there is, or by nothing."""
        if not math.isfinite(total):
            return 0.0
        before = self._last.get(key)
        self._now[key] = total
        if before is None:
            return max(0.0, total) if from_zero else 0.0
        return max(0.0, total - before)

    def collected(self) -> None:
        """A whole collection is over: what was not in it is forgotten."""
        self._last, self._now = self._now, {}

    def interrupted(self) -> None:
        """A collection broke off: what was not in it may come again."""
        self._last.update(self._now)
        self._now = {}

    def clear(self) -> None:
        """Forget all totals."""
        self._last, self._now = {}, {}

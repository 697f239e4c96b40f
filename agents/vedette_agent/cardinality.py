"""Cardinality: how many series the tags of one service may make.

A tag that holds what users send - an id, an address, a search - makes a series for each value, and would cost the
service its memory and everybody else their store. Beyond a number of values for one key of one name further ones are
`--others--`, beyond a number of tags further ones are dropped. The totals stay right; only the split is lost.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vedette_agent.identity import MeterId

logger = logging.getLogger(__name__)

OTHERS: Final = "--others--"
_WARNED: Final = 100
"""Keys of which is warned; more would only fill the log."""


@dataclass(frozen=True)
class Limits:
    """How much one agent keeps. Raises ValueError for a limit below one."""

    meters: int = 100_000
    """Beyond this many meters a new one is handed out closed: it keeps nothing."""
    values: int = 2_000
    """Distinct values of one tag of one name; further ones are `--others--`."""
    tags: int = 20
    """Tags of one meter; further ones, in the order of their keys, are dropped."""

    def __post_init__(self) -> None:
        for name, limit in vars(self).items():
            if limit < 1:
                raise ValueError(f"The limit {name} is at least 1, not {limit}")


class Limiter:
    """Knows the values in use, and rolls up what comes beyond the limits. Its registry calls it under a lock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._warned: set[tuple[str, str]] = set()
        self.rolled_up = 0
        """How often a value was called `--others--`, or a tag dropped, since this was last read and set to 0."""

    def admit(self, meter_id: MeterId) -> MeterId:
        """The id under which a new meter is kept: itself as long as the limits are not reached."""
        tags = meter_id.tags
        if len(tags) > self._limits.tags:
            self._tell(meter_id.name, "", f"more than {self._limits.tags} tags, the last by key are dropped")
            tags = tags[: self._limits.tags]
        kept = {key: self._value(meter_id.name, key, value) for key, value in tags}
        return meter_id if kept == dict(meter_id.tags) else MeterId(meter_id.name, kept)

    def keep_only(self, living: Iterable[tuple[str, ...]]) -> None:
        """Forget values that no living meter has: room for others."""
        self._values.clear()
        for name, *flat in living:
            for key, value in zip(flat[::2], flat[1::2], strict=True):
                self._values[name, key].add(value)

    def _value(self, name: str, key: str, value: str) -> str:
        seen = self._values[name, key]
        if value in seen or value == OTHERS:
            return value
        if len(seen) >= self._limits.values:
            self._tell(
                name, key, f"more than {self._limits.values} values of the tag {key!r}, further ones are {OTHERS}"
            )
            return OTHERS
        seen.add(value)
        return value

    def _tell(self, name: str, key: str, what: str) -> None:
        self.rolled_up += 1
        if (name, key) not in self._warned and len(self._warned) < _WARNED:
            self._warned.add((name, key))
            logger.warning("Meter %r has %s", name, what)

"""Reads a registry the way a test wants to see it."""

from __future__ import annotations

import math
from typing import Any

from vedette_agent.registry import Reading, Registry
from vedette_agent.wire import parse_table

Measured = dict[tuple[Any, ...], float]


def measured(reading: Reading) -> Measured:
    """What was measured, by name and sorted pairs of tags; a series without a value is left out."""
    series = parse_table(reading.table)
    assert len(series) == len(reading.values)
    return {
        (row.name, *sorted(row.tags.items())): value
        for row, value in zip(series, reading.values, strict=True)
        if not math.isnan(value)
    }


def by_statistic(reading: Reading, name: str) -> dict[str, float]:
    """The values of one meter by `statistic`, or by `percentile` where there is one."""
    found = {}
    for (row_name, *pairs), value in measured(reading).items():
        if row_name == name:
            tags = dict(pairs)
            found[tags.get("percentile", tags["statistic"])] = value
    return found


def total(registry: Registry, name: str, end_ms: int = 0) -> float:
    """How much a counter or the count of a distribution has grown since the last reading."""
    return by_statistic(registry.read(end_ms), name)["count"] * registry.step_ms / 1000

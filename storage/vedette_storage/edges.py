"""Who calls whom: one edge of the live graph over an interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

INTERNET: Final = "INTERNET"
"""The caller of a request that no instrumented service made."""


@dataclass(frozen=True)
class Edge:
    """Calls from one service to another, counted over an interval.

    `calls`, `warnings` and `errors` are counts (warnings and errors are part of calls); `buckets` maps the index of a
    percentile bucket (the 276 of Spectator, in nanoseconds) to its count. `src_region` is empty where unknown.
    `virtual` marks a peer that reports nothing of itself; `estimated` an edge derived from sampled spans.
    """

    src: str
    src_region: str
    dst: str
    dst_region: str
    protocol: str
    calls: float
    warnings: float
    errors: float
    buckets: Mapping[int, float] = field(default_factory=dict)
    virtual: bool = False
    estimated: bool = False

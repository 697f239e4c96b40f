"""A trace as a waterfall: spans in the order of a reader, each with its depth and its place in time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vedette_dashboards import theme


@dataclass(frozen=True)
class Bar:
    """One span: `depth` from 0; `left` and `width` are shares (0 to 1) of the trace's whole time."""

    span: Mapping[str, Any]
    depth: int
    left: float
    width: float
    children: int

    @property
    def identity(self) -> str:
        return str(self.span["spanId"])

    @property
    def failed(self) -> bool:
        return str(self.span.get("status", "")).lower() == "error"


def waterfall(trace: Mapping[str, Any]) -> tuple[Bar, ...]:
    """Depth first, brothers by their start. A span whose parent is not in the trace stands at the top (its parent may
    not have arrived); a circle of parents, which only a broken sender makes, is entered once."""
    spans = list(trace.get("spans") or ())
    known = {str(span["spanId"]) for span in spans}
    below: dict[str, list[Mapping[str, Any]]] = {}
    tops: list[Mapping[str, Any]] = []
    for span in sorted(spans, key=lambda s: (int(s["offsetNs"]), str(s["spanId"]))):
        parent = str(span.get("parentId") or "")
        (below.setdefault(parent, []) if parent in known and parent != span["spanId"] else tops).append(span)
    first, total = extent(spans)
    bars: list[Bar] = []
    seen: set[str] = set()
    for begin in [*tops, *spans]:  # the second round finds only what hangs in a circle
        waiting = [(begin, 0)]
        while waiting:
            span, depth = waiting.pop()
            identity = str(span["spanId"])
            if identity in seen:
                continue
            seen.add(identity)
            children = below.get(identity, [])
            left, width = (int(span["offsetNs"]) - first) / total, int(span["durationNs"]) / total
            bars.append(Bar(span, depth, min(max(left, 0.0), 1.0), min(max(width, 0.0), 1.0), len(children)))
            waiting += [(child, depth + 1) for child in reversed(children)]
    return tuple(bars)


def extent(spans: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """The earliest offset, and the length of the whole (at least 1), in nanoseconds."""
    first = min((int(s["offsetNs"]) for s in spans), default=0)
    last = max((int(s["offsetNs"]) + int(s["durationNs"]) for s in spans), default=0)
    return first, max(1, last - first)


def colours(bars: Sequence[Bar]) -> dict[str, str]:
    """A colour for each app in the order they appear; vermilion is left to failures."""
    free = [colour for colour in theme.LINES if colour != theme.FAILURE]
    apps = dict.fromkeys(str(bar.span.get("app") or "?") for bar in bars)
    return {app: free[n % len(free)] for n, app in enumerate(apps)}


def ticks(total_ns: int, count: int = 4) -> list[float]:
    """Times of the ruler in seconds: the beginning, even parts, and the end."""
    return [total_ns / 1e9 * n / count for n in range(count + 1)]

"""Traffic made up for the tests, in the shape of `GET /api/v1/traffic`: three regions of a small streaming company."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
CALLS: Mapping[tuple[str, str], tuple[float, float]] = {  # calls a second, p50 in seconds
    ("INTERNET", "edge"): (61.2, 0.048),
    ("edge", "api"): (58.4, 0.041),
    ("api", "playback"): (24.6, 0.012),
    ("api", "catalog"): (31.3, 0.009),
    ("api", "profiles"): (40.1, 0.006),
    ("api", "recommendations"): (18.9, 0.022),
    ("recommendations", "catalog"): (18.7, 0.008),
    ("playback", "cassandra"): (24.4, 0.003),
    ("catalog", "redis"): (49.5, 0.0004),
    ("catalog", "cassandra"): (12.2, 0.003),
    ("profiles", "cassandra"): (40.0, 0.0031),
    ("recommendations", "redis"): (9.6, 0.0005),
}
SILENT_ABOUT_THEMSELVES = ("INTERNET", "cassandra", "redis")
VIZCERAL_SAMPLE = Path(__file__).parents[2] / "data" / "vizceral-sample.json"


@dataclass
class World:
    """What the upstream answers with. Change it, and the next answer differs."""

    now_ms: float = 1_790_000_000_000.0
    factor: float = 1.0
    failing: dict[tuple[str, str], float] = field(default_factory=dict)
    """The share of failing calls by (region, service)."""
    slow: dict[tuple[str, str], float] = field(default_factory=dict)
    """The share of warnings by (region, service)."""
    dead: set[str] = field(default_factory=set)
    """Regions without traffic of their own: they fail over to the first of the others."""
    extra: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """Further calls in every region."""

    def answer(self) -> dict[str, Any]:
        """The whole graph now."""
        regions = [self._region(region) for region in REGIONS]
        outside = {"renderer": "region", "name": "INTERNET", "displayName": "INTERNET", "class": "normal"}
        return {
            "renderer": "global",
            "name": "edge",
            "serverUpdateTime": self.now_ms,
            "window": 60,
            "start": self.now_ms - 64_000,
            "end": self.now_ms - 4_000,
            "step": 10,
            "nodes": [outside | {"nodes": [], "connections": [], "metadata": {}}, *regions],
            "connections": [self._global_edge(region) for region in regions]
            + [
                _edge("us-east-1", "us-west-2", 3.4, p50=0.09),
                _edge("us-west-2", "eu-west-1", 1.1, p50=0.16),
            ],
        }

    def _region(self, region: str) -> dict[str, Any]:
        weight = {"us-east-1": 1.0, "us-west-2": 0.55, "eu-west-1": 0.7}[region] * self.factor
        if region in self.dead:
            weight *= 0.02
        edges = []
        for (source, target), (rate, p50) in {**CALLS, **self.extra}.items():
            failing = self._share(self.failing, region, source, target)
            slow = self._share(self.slow, region, source, target)
            latency = p50 * (8 if slow else 1)
            edges.append(_edge(source, target, rate * weight, failing=failing, slow=slow, p50=latency))
        if region == "us-west-2":
            edges.append(_edge("api@us-east-1", "playback", 3.4, p50=0.09))
        if region == "us-east-1":
            edges.append(_edge("api", "playback@us-west-2", 3.4, p50=0.09))
        names = sorted({edge[end] for edge in edges for end in ("source", "target")})
        return {
            "renderer": "region",
            "name": region,
            "displayName": region,
            "class": max((edge["class"] for edge in edges[:1]), key=("normal", "warning", "danger").index),
            "updated": self.now_ms,
            "maxVolume": 80.0,
            "entryNode": "INTERNET",
            "nodes": [_node(name, edges) for name in names],
            "connections": edges,
            "metadata": {},
        }

    def _share(self, shares: Mapping[tuple[str, str], float], region: str, source: str, target: str) -> float:
        """A fault of a service is seen wholly by its callers, and in part by theirs."""
        own = shares.get((region, target), 0.0)
        above = {"INTERNET": 0.3, "edge": 0.4}.get(source, 0.0)
        return min(1.0, own + above * sum(share for (where, _), share in shares.items() if where == region))

    def _global_edge(self, region: Mapping[str, Any]) -> dict[str, Any]:
        (inflow,) = (edge for edge in region["connections"] if edge["source"] == "INTERNET")
        outside: dict[str, Any] = inflow | {"target": region["name"]}
        return outside


def vizceral_sample() -> dict[str, Any]:
    """A recording of another tool: three regions with 73, 74 and 78 services (see tests/data/README.md)."""
    body: dict[str, Any] = json.loads(VIZCERAL_SAMPLE.read_text())
    return body


def _edge(
    source: str, target: str, rate: float, *, failing: float = 0.0, slow: float = 0.0, p50: float
) -> dict[str, Any]:
    danger, warning = rate * failing, rate * slow * (1 - failing)
    virtual = target in SILENT_ABOUT_THEMSELVES
    return {
        "source": source,
        "target": target,
        "class": _level(100 * failing, 100 * slow),
        "metrics": {"normal": rate - danger - warning, "warning": warning, "danger": danger},
        "metadata": {
            "rate": rate,
            "errorPercent": 100 * failing,
            "p50": p50,
            "p95": p50 * 3.1,
            "p99": p50 * 6.4,
            "protocol": "http_1" if not virtual else "cql",
            "estimated": False,
            "virtual": virtual,
        },
        "notices": [],
    }


def _node(name: str, edges: list[dict[str, Any]]) -> dict[str, Any]:
    virtual = name in SILENT_ABOUT_THEMSELVES or "@" in name
    received = [edge for edge in edges if edge["target"] == name]
    if virtual or not received:
        return {"name": name, "renderer": "focusedChild", "class": "normal", "metadata": {"virtual": virtual}}

    def total(key: str) -> float:
        return float(sum(edge["metrics"][key] for edge in received))

    rate = total("normal") + total("warning") + total("danger")
    slowest = max(received, key=lambda edge: edge["metadata"]["p50"])["metadata"]
    failing = 100 * total("danger") / rate
    return {
        "name": name,
        "renderer": "focusedChild",
        "class": _level(failing, 100 * total("warning") / rate),
        "metadata": {
            "rate": rate,
            "errors": total("danger"),
            "warnings": total("warning"),
            "errorPercent": failing,
            "p50": slowest["p50"],
            "p95": slowest["p95"],
            "p99": slowest["p99"],
            "virtual": False,
            "instances": 2,
            "alerts": 1 if failing >= 10 else 0,
        },
    }


def _level(failing: float, slow: float) -> str:
    return "danger" if failing >= 5 else "warning" if failing >= 1 or slow >= 5 else "normal"

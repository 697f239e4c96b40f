"""The live graph as facts: one upstream answer becomes a `Snapshot` of views, each a set of nodes and edges.

The upstream answer is Vizceral-shaped (`GET /api/v1/traffic`): a graph is itself a node, so the global graph
holds regions and a region holds services. What the answer leaves out is worked out from the edges, so that
recordings of other tools, which carry no node metadata, read as well.

Units: rates are calls per second, latencies are seconds (None when unknown), times are milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

INTERNET = "INTERNET"

Path = tuple[str, ...]
"""Where a view is: () is the global graph, (region,) a region, (region, service) one service with its neighbours."""


class Unreadable(ValueError):
    """The upstream answer has not the shape of a traffic graph; the message says what was found instead."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on a node or an edge over the window: calls per second by outcome, and latency quantiles."""

    normal: float = 0.0
    warning: float = 0.0
    danger: float = 0.0
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    level: str = "normal"

    @property
    def rate(self) -> float:
        """All calls per second."""
        return self.normal + self.warning + self.danger


@dataclass(frozen=True, slots=True)
class Node:
    """One service, region, or outside caller.

    `kind` is "entry", "region" (can be entered), "service" (can be entered), or "peer" (a service of another region).
    `virtual` nodes report nothing themselves: they are known only from their callers.
    """

    name: str
    label: str
    kind: str
    virtual: bool
    figures: Figures
    rate: float
    instances: int | None = None
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """The calls from one node to another."""

    source: str
    target: str
    figures: Figures
    protocol: str | None = None
    estimated: bool = False
    virtual: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One graph as it is drawn on one page: nodes by name, edges by their two ends, and where traffic enters."""

    path: Path
    nodes: Mapping[str, Node]
    edges: Mapping[tuple[str, str], Edge]
    entry: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One upstream answer: the global view and one view for each region, over the window (start, end]."""

    server_time: float
    start: float
    end: float
    window: float
    step: float
    views: Mapping[Path, View]

    def services(self) -> dict[str, list[str]]:
        """The names of the services of each region, sorted: what a search may find from any view."""
        return {
            path[0]: sorted(node.name for node in view.nodes.values() if node.kind == "service")
            for path, view in sorted(self.views.items())
            if len(path) == 1
        }


def read_snapshot(body: object) -> Snapshot:
    """The facts of one upstream answer. Raises Unreadable when it is not a traffic graph."""
    if not isinstance(body, Mapping) or not isinstance(body.get("nodes"), list):
        raise Unreadable(f"a traffic graph is an object with a list of nodes, and this is {_shape(body)}")
    regions = [child for child in body["nodes"] if isinstance(child, Mapping) and child.get("nodes")]
    region_names = frozenset(str(region.get("name")) for region in regions)
    views: dict[Path, View] = {(): _read_view((), body, region_names)}
    for region in regions:
        path = (str(region["name"]),)
        views[path] = _read_view(path, region, region_names)
    server_time = _number(body.get("serverUpdateTime")) or 0.0
    end = _number(body.get("end")) or server_time
    window = _number(body.get("window")) or 60.0
    return Snapshot(
        server_time=server_time,
        start=_number(body.get("start")) or end - window * 1000,
        end=end,
        window=window,
        step=_number(body.get("step")) or 10.0,
        views=views,
    )


def focus(view: View, service: str) -> View:
    """One service of a region with its callers and callees, and only the edges that touch it; empty when unknown."""
    edges = {ends: edge for ends, edge in view.edges.items() if service in ends}
    near = {name for ends in edges for name in ends} | ({service} & view.nodes.keys())
    nodes = {name: view.nodes[name] for name in view.nodes if name in near}
    return View((*view.path, service), nodes, edges, None)


def _read_view(path: Path, graph: Mapping[str, Any], regions: frozenset[str]) -> View:
    children = [child for child in graph["nodes"] if isinstance(child, Mapping) and isinstance(child.get("name"), str)]
    names = {child["name"] for child in children}
    edges: dict[tuple[str, str], Edge] = {}
    for connection in graph.get("connections") or ():
        edge = _read_edge(connection)
        if edge is not None and edge.source in names and edge.target in names and edge.source != edge.target:
            edges[edge.source, edge.target] = edge
    entry = _entry(graph.get("entryNode"), names, edges)
    nodes = {child["name"]: _read_node(child, path, entry, edges, regions) for child in children}
    return View(path, nodes, edges, entry)


def _entry(named: object, names: set[str], edges: Iterable[tuple[str, str]]) -> str | None:
    """The node by which traffic enters: the one the graph names, else INTERNET, else the only one that nobody calls."""
    for name in (named, INTERNET):
        if isinstance(name, str) and name in names:
            return name
    pairs = list(edges)
    uncalled = sorted({source for source, _ in pairs} - {target for _, target in pairs})
    return uncalled[0] if len(uncalled) == 1 else None


def _read_node(
    child: Mapping[str, Any],
    path: Path,
    entry: str | None,
    edges: Mapping[tuple[str, str], Edge],
    regions: frozenset[str],
) -> Node:
    name: str = child["name"]
    metadata = _mapping(child.get("metadata"))
    kind = _kind(name, path, entry, regions)
    figures = _node_figures(name, kind, metadata, edges)
    rate = _number(metadata.get("rate"))
    instances = _number(metadata.get("instances"))
    return Node(
        name=name,
        label=str(child.get("displayName") or name),
        kind=kind,
        virtual=bool(metadata.get("virtual", False)),
        figures=replace(figures, level=_worse(figures.level, str(child.get("class") or "normal"))),
        rate=figures.rate if rate is None else rate,
        instances=None if instances is None else int(instances),
        alerts=int(_number(metadata.get("alerts")) or 0),
    )


def _kind(name: str, path: Path, entry: str | None, regions: frozenset[str]) -> str:
    if name in {entry, INTERNET}:
        return "entry"
    if not path:
        return "region" if name in regions else "peer"
    return "peer" if "@" in name and name.rsplit("@", 1)[1] in regions else "service"


def _node_figures(name: str, kind: str, metadata: Mapping[str, Any], edges: Mapping[tuple[str, str], Edge]) -> Figures:
    """A node's own report, else the sum of the calls it received, else (nobody calls it) of the calls it made."""
    rate = _number(metadata.get("rate"))
    if rate is not None:
        danger = _number(metadata.get("errors")) or 0.0
        warning = _number(metadata.get("warnings")) or 0.0
        quantiles = {key: _number(metadata.get(key)) for key in ("p50", "p95", "p99")}
        return Figures(max(0.0, rate - danger - warning), warning, danger, level="normal", **quantiles)
    received = [edge.figures for edge in edges.values() if edge.target == name and kind != "entry"]
    return _total(received or [edge.figures for edge in edges.values() if edge.source == name])


def _total(parts: list[Figures]) -> Figures:
    """Rates add. Quantiles don't: they are known only when there is one part."""
    if len(parts) == 1:
        return replace(parts[0], level="normal")
    return Figures(
        sum(part.normal for part in parts), sum(part.warning for part in parts), sum(part.danger for part in parts)
    )


def _read_edge(connection: object) -> Edge | None:
    if not isinstance(connection, Mapping):
        return None
    source, target = connection.get("source"), connection.get("target")
    if not isinstance(source, str) or not isinstance(target, str):
        return None
    metrics, metadata = _mapping(connection.get("metrics")), _mapping(connection.get("metadata"))
    normal, warning, danger = (max(0.0, _number(metrics.get(key)) or 0.0) for key in ("normal", "warning", "danger"))
    quantiles = {key: _number(metadata.get(key)) for key in ("p50", "p95", "p99")}
    protocol = metadata.get("protocol")
    return Edge(
        source,
        target,
        Figures(normal, warning, danger, level=str(connection.get("class") or "normal"), **quantiles),
        protocol=protocol if isinstance(protocol, str) else None,
        estimated=bool(metadata.get("estimated", False)),
        virtual=bool(metadata.get("virtual", False)),
    )


_LEVELS = ("normal", "warning", "danger")


def _worse(one: str, other: str) -> str:
    return max(one, other, key=lambda level: _LEVELS.index(level) if level in _LEVELS else 0)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _shape(body: object) -> str:
    if isinstance(body, Mapping):
        return "an object with " + (", ".join(sorted(str(key) for key in body)[:5]) or "nothing in it")
    return f"a {type(body).__name__}"

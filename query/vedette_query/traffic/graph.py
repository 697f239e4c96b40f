"""Edges to the traffic document: the world, its regions, and the services inside each.

Every edge is shown once in each region that it touches. A call that leaves a region ends there at a node named
`app@other-region`, and arrives in the other region from a node named `app@region`; between the two regions it is part
of a connection of the global graph. A peer whose region is unknown is taken to be where the other end is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vedette_query.traffic.document import Connection, Document, Health, Notice, Region, Service, ServiceFigures
from vedette_query.traffic.tally import Tally
from vedette_query.traffic.window import Window
from vedette_storage.edges import INTERNET, Edge

NOWHERE: Final = "no-region"
"""The region of services that name none."""

WORST_LAST: Final[Mapping[Health, int]] = {"normal": 0, "warning": 1, "danger": 2}

Place = tuple[str, str]
"""An application and its region."""


@dataclass(frozen=True)
class Context:
    """What the edges do not know: reporting instances and firing alerts, by application and region."""

    instances: Mapping[Place, int] = field(default_factory=dict)
    alerts: Mapping[Place, int] = field(default_factory=dict)


def draw(edges: Iterable[Edge], window: Window, *, now_ms: int, context: Context, only: str = "") -> Document:
    """The document for the edges of one window. With `only`, no other region and no traffic between regions."""
    links = [_Link.of(edge) for edge in edges if edge.calls > 0]
    silent = _silent(links)
    names = sorted({name for link in links for name in (link.src[1], link.dst[1]) if name})
    regions = [_Sketch(name, links, window, silent, context).region() for name in names if only in ("", name)]
    if regions and any(link.outside and only in ("", link.dst[1]) for link in links):
        regions.insert(0, _outside_world())
    return Document(
        renderer="global",
        name="edge",
        serverUpdateTime=now_ms,
        window=window.seconds,
        start=window.start_ms,
        end=window.end_ms,
        step=window.step_ms // 1000,
        nodes=regions,
        connections=_between_regions(links, window, only),
    )


def places(edges: Iterable[Edge]) -> set[Place]:
    """Every application with its region that the edges touch."""
    return {place for link in map(_Link.of, edges) for place in (link.src, link.dst)}


@dataclass(frozen=True)
class _Link:
    """An edge with its two ends placed. The outside world has no region."""

    edge: Edge
    src: Place
    dst: Place

    @classmethod
    def of(cls, edge: Edge) -> _Link:
        src_region = edge.src_region or edge.dst_region or NOWHERE
        dst_region = edge.dst_region or edge.src_region or NOWHERE
        src = (INTERNET, "") if edge.src == INTERNET else (edge.src, src_region)
        return cls(edge, src, (edge.dst, dst_region))

    @property
    def outside(self) -> bool:
        return self.src[0] == INTERNET

    @property
    def local(self) -> bool:
        return self.src[1] == self.dst[1]


def _silent(links: Sequence[_Link]) -> frozenset[Place]:
    """The places that report nothing of themselves: the outside world, and what is only known from its callers."""
    heard = {link.dst for link in links if not link.edge.virtual}
    named = {link.dst for link in links if link.edge.virtual}
    return frozenset((*(named - heard), (INTERNET, "")))


def _between_regions(links: Sequence[_Link], window: Window, only: str) -> list[Connection]:
    streams: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for link in links:
        if link.outside:
            streams[INTERNET, link.dst[1]].append(link.edge)
        elif not link.local and not only:
            streams[link.src[1], link.dst[1]].append(link.edge)
    return [
        _connection(source, target, Tally.of(edges, window.seconds))
        for (source, target), edges in sorted(streams.items())
        if only in ("", target)
    ]


def _connection(source: str, target: str, tally: Tally) -> Connection:
    return Connection(
        {
            "source": source,
            "target": target,
            "class": tally.health,
            "metrics": tally.metrics,
            "metadata": tally.link_figures,
            "notices": tally.notices,
        }
    )


def _outside_world() -> Region:
    return Region(
        {
            "renderer": "region",
            "name": INTERNET,
            "displayName": INTERNET,
            "class": "normal",
            "nodes": [],
            "connections": [],
            "metadata": {},
        }
    )


@dataclass(frozen=True)
class _Sketch:
    """One region in the making."""

    name: str
    links: Sequence[_Link]
    window: Window
    silent: frozenset[Place]
    context: Context

    def region(self) -> Region:
        touching = [link for link in self.links if self.name in (link.src[1], link.dst[1])]
        streams: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
        places: dict[str, Place] = {}
        for link in touching:
            source, target = self._label(link.src), self._label(link.dst)
            places[source], places[target] = link.src, link.dst
            streams[source, target].append(link.edge)
        nodes = [self._service(label, places[label], touching) for label in sorted(places, key=_outside_first)]
        connections = [
            _connection(source, target, self._tally(edges)) for (source, target), edges in sorted(streams.items())
        ]
        entering = self._tally(link.edge for link in touching if link.dst[1] == self.name and link.src[1] != self.name)
        volumes = [entering.rate, *(one["metadata"]["rate"] for one in connections)]
        region = Region(
            {
                "renderer": "region",
                "name": self.name,
                "displayName": self.name,
                "class": self._worst(nodes, places),
                "updated": self.window.end_ms,
                "maxVolume": max(volumes),
                "nodes": nodes,
                "connections": connections,
                "metadata": entering.figures,
            }
        )
        if INTERNET in places:
            region["entryNode"] = INTERNET
        return region

    def _label(self, place: Place) -> str:
        name, region = place
        return name if name == INTERNET or region == self.name else f"{name}@{region}"

    def _tally(self, edges: Iterable[Edge]) -> Tally:
        return Tally.of(edges, self.window.seconds)

    def _service(self, label: str, place: Place, touching: Sequence[_Link]) -> Service:
        counts: Callable[[_Link], bool] = (
            (lambda link: link.src == place) if place[0] == INTERNET else (lambda link: link.dst == place)
        )
        tally = self._tally(link.edge for link in touching if counts(link))
        alerts = self.context.alerts.get(place, 0)
        figures = ServiceFigures(
            **tally.figures,
            virtual=place in self.silent or place[1] != self.name,
            instances=self.context.instances.get(place),
            alerts=alerts,
        )
        notices = tally.notices
        if alerts:
            notices.insert(0, Notice(title=f"{alerts} alert{'s' if alerts > 1 else ''} firing", severity=2))
        return Service(
            {
                "name": label,
                "displayName": label,
                "renderer": "focusedChild",
                "class": "normal" if place[0] == INTERNET else tally.health,
                "metadata": figures,
                "notices": notices,
            }
        )

    def _worst(self, nodes: Sequence[Service], places: Mapping[str, Place]) -> Health:
        """The worst class among the region's own services: a fault inside must show from outside."""
        own = [node["class"] for node in nodes if places[node["name"]][1] == self.name]
        return max(own, key=WORST_LAST.__getitem__, default="normal")


def _outside_first(label: str) -> tuple[bool, str]:
    return label != INTERNET, label

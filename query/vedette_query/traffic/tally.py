"""Edges added up: the numbers of one connection or of one node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vedette_query.traffic.document import Figures, Health, LinkFigures, Metrics, Notice
from vedette_query.traffic.quantiles import merge, quantiles
from vedette_storage.edges import Edge

DANGER_PERCENT: Final = 5.0
WARNING_PERCENT: Final = 1.0


@dataclass(frozen=True)
class Tally:
    """Some edges, seen as one stream of calls over `seconds`."""

    edges: tuple[Edge, ...]
    seconds: float

    @classmethod
    def of(cls, edges: Iterable[Edge], seconds: float) -> Tally:
        return cls(tuple(edges), seconds)

    @property
    def calls(self) -> float:
        return sum(edge.calls for edge in self.edges)

    @property
    def rate(self) -> float:
        return self.calls / self.seconds

    @property
    def error_percent(self) -> float:
        """Share of calls that failed, 0 when there were none."""
        return 100.0 * self._errors / self.calls if self.calls else 0.0

    @property
    def health(self) -> Health:
        if self.error_percent >= DANGER_PERCENT:
            return "danger"
        return "warning" if self.error_percent >= WARNING_PERCENT else "normal"

    @property
    def metrics(self) -> Metrics:
        normal = self.calls - self._warnings - self._errors
        return Metrics(
            normal=normal / self.seconds,
            warning=self._warnings / self.seconds,
            danger=self._errors / self.seconds,
        )

    @property
    def figures(self) -> Figures:
        p50, p95, p99 = quantiles(merge(edge.buckets for edge in self.edges), (50.0, 95.0, 99.0))
        return Figures(
            rate=self.rate,
            errors=self._errors / self.seconds,
            warnings=self._warnings / self.seconds,
            errorPercent=self.error_percent,
            p50=p50,
            p95=p95,
            p99=p99,
        )

    @property
    def link_figures(self) -> LinkFigures:
        return LinkFigures(
            **self.figures,
            protocol=",".join(sorted({edge.protocol for edge in self.edges if edge.protocol})),
            estimated=any(edge.estimated for edge in self.edges),
            virtual=any(edge.virtual for edge in self.edges),
        )

    @property
    def notices(self) -> list[Notice]:
        """What a reader should be told, the worst first."""
        found = []
        if self.health != "normal":
            severity = 2 if self.health == "danger" else 1
            found.append(Notice(title=f"{self.error_percent:.1f} % of calls fail", severity=severity))
        if any(edge.estimated for edge in self.edges):
            found.append(Notice(title="Estimated from sampled spans", severity=0))
        return found

    @property
    def _errors(self) -> float:
        return sum(edge.errors for edge in self.edges)

    @property
    def _warnings(self) -> float:
        return sum(edge.warnings for edge in self.edges)

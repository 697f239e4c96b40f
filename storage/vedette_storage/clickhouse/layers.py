"""The layers of the samples: the raw steps, and above them the rollups to minutes and to hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from vedette_storage.clickhouse import tables
from vedette_storage.clickhouse.tables import Retention

Signal = Literal["samples", "spans", "writing", "minutes", "hours"]
"""What became out of date with a window.

`samples` and `spans`: the edges, because of IPC metrics or of spans. `minutes` and `hours`: the rollup of that name.
`writing`: the finest rollup, because a block is being written; whoever writes it takes this mark away.
"""

MARGIN_MS: Final = 2 * 3_600_000
"""Rows that expire within this time are no longer trusted to be there."""


@dataclass(frozen=True)
class Layer:
    """One table of samples whose rows stand for `width_ms`; it is kept for `days` (0: for ever)."""

    table: str
    width_ms: int
    days: int

    def kept_since(self, now_ms: int) -> int:
        """The time before which rows of this layer may have expired."""
        return now_ms - self.days * 86_400_000 + MARGIN_MS if self.days else 0


@dataclass(frozen=True)
class Rollup(Layer):
    """A layer with one row for each series and bucket (t - width, t] in which the series has a value.

    It agrees with the raw samples wherever no window is marked with its `signal` or with that of a finer rollup.
    """

    signal: Signal


@dataclass(frozen=True)
class Layers:
    """The layers of one store: the raw samples, and the rollups above them, finest first, each made of the last."""

    raw: Layer
    rollups: tuple[Rollup, ...]

    @property
    def finest(self) -> Rollup | None:
        """The rollup that is made of raw samples, if there is any."""
        return next(iter(self.rollups), None)

    def finer(self, rollup: Rollup) -> tuple[Rollup, ...]:
        """The rollups below one, finest first."""
        return self.rollups[: self.rollups.index(rollup)]

    def above(self, rollup: Rollup) -> Rollup | None:
        """The rollup that is made of this one, if there is any."""
        return next(iter(self.rollups[self.rollups.index(rollup) + 1 :]), None)


def layers(primary_ms: int, retention: Retention) -> Layers:
    """The layers of a store: a rollup needs buckets of several whole steps."""
    rollups = (
        Rollup(tables.SAMPLES_1M.name, 60_000, retention.minutes, "minutes"),
        Rollup(tables.SAMPLES_1H.name, 3_600_000, retention.hours, "hours"),
    )
    coarser = tuple(one for one in rollups if one.width_ms > primary_ms and one.width_ms % primary_ms == 0)
    return Layers(Layer(tables.SAMPLES.name, primary_ms, retention.samples), coarser)

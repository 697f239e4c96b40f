"""Series of this process, and the table that gives each its place in a batch."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from typing import Final, Self

from vedette_agent import wire
from vedette_agent.identity import MeterId

_NOWHERE: Final = -1


class Series:
    """One column of the batches of this process: an id, the statistic that the meter adds to it, a kind of the wire.

    Of a percentile's series `percentile` is the tag of its bucket.
    """

    __slots__ = ("_id", "_percentile", "_statistic", "kind", "place")

    def __init__(self, kind: str, meter_id: MeterId, statistic: str, percentile: str | None = None) -> None:
        self.kind = kind
        self._id = meter_id
        self._statistic = statistic
        self._percentile = percentile
        self.place = _NOWHERE
        """Where its value stands in a batch; belongs to the table."""

    @classmethod
    def keeping(cls, kind: str, meter_id: MeterId, statistic: str) -> Self:
        """A series of this statistic, unless the id names one itself."""
        return cls(kind, meter_id, dict(meter_id.tags).get("statistic", statistic))

    @property
    def name(self) -> str:
        return self._id.name

    @property
    def statistic(self) -> str:
        return self._statistic

    @property
    def key(self) -> tuple[MeterId, str, str | None]:
        """What tells it apart from others: series of equal keys are one series."""
        return self._id, self._statistic, self._percentile

    @property
    def tags(self) -> dict[str, str]:
        """All tags but the common ones."""
        tags = {**dict(self._id.tags), "statistic": self._statistic}
        return tags if self._percentile is None else {**tags, "percentile": self._percentile}


class SeriesTable:
    """Series in a stable order. A series takes a place when it first has a value, and keeps it until it is released.

    The bytes change only when they must: for a new series, or when a quarter of the places belongs to the dead. A
    collector that has seen the bytes needs no second look at them.
    """

    def __init__(self, common: Mapping[str, str]) -> None:
        self._common = dict(common)
        self._rows: list[Series] = []
        self._dead: set[Series] = set()
        self._text: bytes | None = None

    @property
    def common(self) -> dict[str, str]:
        """The tags that every series carries."""
        return dict(self._common)

    @common.setter
    def common(self, tags: Mapping[str, str]) -> None:
        self._common = dict(tags)
        self._text = None

    def fill(self, measured: Iterable[tuple[Series, float]]) -> tuple[bytes, array[float]]:
        """The bytes of the table, and a value for each of its rows: NaN where none was measured that is finite."""
        known: list[tuple[Series, float]] = []
        fresh: list[tuple[Series, float]] = []
        for pair in measured:
            if math.isfinite(pair[1]):
                (fresh if pair[0].place < 0 else known).append(pair)
        if fresh or 4 * len(self._dead) > len(self._rows):
            self._rebuild([series for series, _ in fresh])
        values = array("d", [math.nan]) * len(self._rows)
        for series, value in known:
            values[series.place] = value
        for series, value in fresh:
            values[series.place] = value
        return self.text, values

    @property
    def text(self) -> bytes:
        """The table as it travels."""
        if self._text is None:
            self._text = wire.series_table(self._common, map(self._row, self._rows))
        return self._text

    def release(self, many: Iterable[Series]) -> None:
        """These series end; should one come back it takes a new place."""
        for series in many:
            if series.place >= 0:
                series.place = _NOWHERE
                self._dead.add(series)

    def _rebuild(self, fresh: list[Series]) -> None:
        self._rows = [series for series in self._rows if series not in self._dead] + fresh
        self._dead.clear()
        self._text = None
        for place, series in enumerate(self._rows):
            series.place = place

    def _row(self, series: Series) -> tuple[str, str, dict[str, str]]:
        """A common tag beats the meter's own of the same key, as in Spectator's clients."""
        return series.kind, series.name, {k: v for k, v in series.tags.items() if k not in self._common}

"""Answers questions about samples and tags from memory, one series after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vedette_storage.asker import Asker, Estimate
from vedette_storage.errors import Refused
from vedette_storage.matching import matches, tag
from vedette_storage.memory.facts import MemoryFacts
from vedette_storage.predicate import Predicate
from vedette_storage.selection import Consolidation, Lines, Selection
from vedette_storage.series import Series

Grid = NDArray[np.float64]

_COMBINE: Final[dict[Consolidation, tuple[np.ufunc, float]]] = {
    "avg": (np.add, 0.0),
    "sum": (np.add, 0.0),
    "min": (np.minimum, np.inf),
    "max": (np.maximum, -np.inf),
}
"""How each consolidation puts a value to others, and what it starts from."""


class MemorySamples:
    """A `SampleReader` over memory."""

    def __init__(self, facts: MemoryFacts, step_ms: int) -> None:
        self._facts = facts
        self._step_ms = step_ms

    def read(self, selection: Selection, asker: Asker | None = None) -> Lines:
        if selection.step_ms % self._step_ms:
            raise Refused(f"The step {selection.step_ms} ms is no multiple of {self._step_ms} ms.")
        grouped: dict[tuple[str, ...], list[Grid]] = defaultdict(list)
        tags: dict[tuple[str, ...], Mapping[str, str]] = {}
        found = list(self._matching(selection))
        if asker is not None:
            rows = selection.points * (selection.step_ms // self._step_ms)
            lines = {id_ if selection.aggregate == "all" else _labels(one, selection) for id_, one in found}
            asker.expect(Estimate(len(found), len(found) * rows, len(lines), selection.points))
        for id_, series in found:
            if asker is not None:
                asker.check()
            labels = _labels(series, selection)
            line = (str(id_),) if selection.aggregate == "all" else labels
            grouped[line].append(self._consolidated(id_, selection))
            own = {"name": series.name, **series.tags}
            tags[line] = own if selection.aggregate == "all" else dict(zip(selection.group_by, labels, strict=True))
        combined = {line: _combined(np.stack(rows), selection) for line, rows in grouped.items()}
        kept = [line for line in sorted(combined) if not np.isnan(combined[line]).all()]
        values = np.stack([combined[line] for line in kept]) if kept else np.empty((0, selection.points))
        return Lines(tuple(tags[line] for line in kept), values)

    def tag_keys(self, predicate: Predicate | None, *, after: str = "", limit: int = 1000) -> list[str]:
        keys = {key for series in self._found(predicate) for key in ("name", *series.tags)}
        return sorted(key for key in keys if key > after)[:limit]

    def tag_values(
        self, key: str, predicate: Predicate | None, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, int]]:
        counts = Counter(tag(series, key) for series in self._found(predicate))
        return sorted((value, count) for value, count in counts.items() if value is not None and value > after)[:limit]

    def _found(self, predicate: Predicate | None) -> list[Series]:
        return [series for series in self._facts.series.values() if predicate is None or matches(predicate, series)]

    def _matching(self, selection: Selection) -> Iterator[tuple[int, Series]]:
        for id_, series in self._facts.series.items():
            if matches(selection.predicate, series) and all(tag(series, key) is not None for key in selection.group_by):
                yield id_, series

    def _consolidated(self, series_id: int, selection: Selection) -> Grid:
        """The values of one series at the points of the selection; for `count` each value stands for 1."""
        first_ms = selection.start_ms - selection.step_ms + 1
        steps = self._facts.steps(series_id, first_ms, selection.end_ms)
        if not steps:
            return np.full(selection.points, np.nan)
        point = (np.fromiter(steps, dtype=np.int64) - first_ms) // selection.step_ms
        values = np.fromiter(steps.values(), dtype=np.float64)
        if selection.aggregate == "count":
            values = np.ones_like(values)
        combine, nothing = _COMBINE[selection.consolidation]
        line = np.full(selection.points, nothing)
        combine.at(line, point, values)
        if selection.consolidation == "avg":
            line /= selection.step_ms // self._step_ms
        line[np.bincount(point, minlength=selection.points) == 0] = np.nan
        return line


def _labels(series: Series, selection: Selection) -> tuple[str, ...]:
    return tuple(tag(series, key) or "" for key in selection.group_by)


def consolidated(steps: Grid, consolidation: Consolidation) -> Grid:
    """[points, primary steps] to [points]. NaN where a point has no value at all; `avg` divides by every step."""
    empty = np.isnan(steps).all(axis=1)
    match consolidation:
        case "avg":
            values = np.nansum(steps, axis=1) / steps.shape[1]
        case "sum":
            values = np.nansum(steps, axis=1)
        case "min":
            values = np.nanmin(np.where(np.isnan(steps), np.inf, steps), axis=1)
        case "max":
            values = np.nanmax(np.where(np.isnan(steps), -np.inf, steps), axis=1)
    return np.where(empty, np.nan, values)


def _combined(rows: Grid, selection: Selection) -> Grid:
    """[series, points] to [points]: the series of one line put together."""
    how = {"sum": "sum", "count": "sum", "min": "min", "max": "max", "all": "max"}[selection.aggregate]
    return consolidated(rows.T, how)  # type: ignore[arg-type]

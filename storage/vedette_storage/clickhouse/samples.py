"""Answers questions about samples and tags from ClickHouse."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vedette_storage.asker import Asker, Estimate
from vedette_storage.clickhouse import rollup_sql, sql, tables, value_sql
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.condition import Conditions
from vedette_storage.clickhouse.layers import Layers
from vedette_storage.clickhouse.patterns import Patterns
from vedette_storage.clickhouse.remembered import Remembered
from vedette_storage.clickhouse.shares import Share, fitting, shares
from vedette_storage.clickhouse.sql import Found, Statement
from vedette_storage.errors import Refused
from vedette_storage.predicate import Predicate
from vedette_storage.selection import Lines, Reading, Selection

_SMALL: Final = 500_000
"""Up to so many rows, a hundredth of a second's reading, one thread is enough: others need theirs."""


class ClickHouseSamples:
    """A `SampleReader` over ClickHouse: it looks up the lines, then aggregates in the engine, then fills the grid.

    Where rollups give the same answer as the raw samples it reads those.
    """

    def __init__(
        self,
        connections: Connections,
        step_ms: int,
        layers: Layers,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._connections = connections
        self._step_ms = step_ms
        self._layers = layers
        self._now_ms = now_ms
        self._patterns = Patterns(connections)
        self._remembered = Remembered(connections, tables.SERIES.name)

    def read(self, selection: Selection, asker: Asker | None = None) -> Lines:
        """The lines that have a value in the window, ordered by their tags.

        Raises `Refused`, `Unavailable`, and for the asker `Gone` and `Exceeded`.
        """
        if selection.step_ms % self._step_ms:
            raise Refused(
                f"A step of {selection.step_ms} ms was asked for, but this store has a value every {self._step_ms} ms: "
                "ask for a multiple of it."
            )
        selection = self._patterns.resolve_in(selection)
        readings: list[Reading] = []
        table = self._lines(sql.lines(selection), readings, asker)
        if not table.num_rows:
            return Lines((), np.empty((0, selection.points)), tuple(readings))
        found = _found(table)
        shares = self._shares(selection, readings, asker)
        estimate = _estimate(selection, shares, table)
        if asker is not None:
            asker.expect(estimate)
        of = tuple(share.layer.table for share in shares)
        fold = self._folds(selection, found, shares, readings, asker)
        statement = value_sql.values(selection, found, shares, self._step_ms, fold=fold)
        threads = 1 if estimate.samples <= _SMALL else None
        values = self._read("aggregate", statement, of, readings, asker, threads=threads)
        grid = _grid(values, table.num_rows, selection.points)
        filled = np.flatnonzero(~np.isnan(grid).all(axis=1))
        tags = _tags(table, selection)
        return Lines(tuple(tags[line] for line in filled), grid[filled], tuple(readings))

    def tag_keys(self, predicate: Predicate | None, *, after: str = "", limit: int = 1000) -> list[str]:
        conditions = Conditions()
        if predicate is None:
            keys = "SELECT tag_key AS key FROM tag_values"
            name = "SELECT 'name' AS key FROM series"
        else:
            where = conditions.of(self._patterns.resolve(predicate))
            keys = f"SELECT arrayJoin(mapKeys(tags)) AS key FROM series WHERE {where}"
            name = f"SELECT 'name' AS key FROM series WHERE {where}"
        text = f"""\
SELECT DISTINCT toString(key) AS key
FROM ({keys} UNION ALL SELECT key FROM ({name} LIMIT 1))
WHERE key > {{after:String}}
ORDER BY key
LIMIT {{limit:UInt64}}"""
        table = self._ask(Statement(text, {**conditions.parameters, "after": after, "limit": limit}))
        return [str(key) for key in table["key"].to_pylist()]

    def tag_values(
        self, key: str, predicate: Predicate | None, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, int]]:
        conditions = Conditions()
        where = [conditions.has(key)]
        if predicate is not None:
            where.append(conditions.of(self._patterns.resolve(predicate)))
        text = f"""\
SELECT toString({conditions.value(key)}) AS found, uniqExact(series_id) AS series
FROM series
WHERE {" AND ".join(where)} AND found > {{after:String}}
GROUP BY found
ORDER BY found
LIMIT {{limit:UInt64}}"""
        table = self._ask(Statement(text, {**conditions.parameters, "after": after, "limit": limit}))
        return list(zip(table["found"].to_pylist(), table["series"].to_pylist(), strict=True))

    def _read(
        self,
        purpose: str,
        statement: Statement,
        tables: tuple[str, ...],
        readings: list[Reading],
        asker: Asker | None,
        *,
        threads: int | None = None,
    ) -> pa.Table:
        """The answer of a statement, which is added to the readings."""
        reply = self._connections.ask(statement.text, statement.parameters, asker, threads=threads)
        cost = (reply.rows_read, reply.bytes_read, reply.seconds)
        readings.append(Reading(purpose, statement.text, statement.parameters, tables, *cost))
        return reply.table

    def _lines(self, statement: Statement, readings: list[Reading], asker: Asker | None) -> pa.Table:
        """Which lines there are; asked again only after a series was registered."""
        known = self._remembered.find(statement)
        if known is not None:
            readings.append(Reading("remember the lines", statement.text, statement.parameters, ("series",), 0, 0, 0.0))
            return known
        generation = self._remembered.generation()
        table = self._read("find the lines", statement, ("series",), readings, asker)
        self._remembered.keep(statement, generation, table)
        return table

    def _shares(self, selection: Selection, readings: list[Reading], asker: Asker | None) -> tuple[Share, ...]:
        """Which tables answer which part of the window."""
        rollups = fitting(selection, self._layers)
        if not rollups:
            return shares(selection, self._layers.raw, (), ())
        after_ms = selection.start_ms - selection.step_ms
        statement = rollup_sql.dirty(self._layers, rollups, after_ms, selection.end_ms, self._now_ms())
        table = self._read("look for what is not rolled up", statement, ("dirty_windows",), readings, asker)
        dirty = zip(table["signal"].to_pylist(), table["window_ms"].to_pylist(), strict=True)
        return shares(selection, self._layers.raw, rollups, dirty)

    def _folds(
        self,
        selection: Selection,
        found: Found,
        shares: Iterable[Share],
        readings: list[Reading],
        asker: Asker | None,
    ) -> bool:
        """Whether the sources of the series must be put together before anything else. In rollups they are."""
        raw = next((share for share in shares if share.layer is self._layers.raw), None)
        if raw is None or not value_sql.sources_matter(selection, found.kinds, self._step_ms):
            return False
        statement = value_sql.overlapping_sources(selection, found, raw)
        table = self._read("look for overlapping sources", statement, (raw.layer.table,), readings, asker)
        return bool(table.num_rows)

    def _ask(self, statement: Statement) -> pa.Table:
        return self._connections.query(statement.text, statement.parameters)


def _found(table: pa.Table) -> Found:
    names = sorted(set(chain.from_iterable(table["names"].to_pylist())))
    members: dict[int, int] = {}
    if pc.sum(table["series"]).as_py() <= sql.SERIES_LIMIT:
        members = {one: line for line, ids in enumerate(table["ids"].to_pylist()) for one in ids}
    return Found(
        hashes=table["hash"].to_pylist(),
        kinds=frozenset(chain.from_iterable(table["kinds"].to_pylist())),
        names=names if len(names) <= sql.NAMES_LIMIT else [],
        members=members,
    )


def _estimate(selection: Selection, shares: Iterable[Share], lines: pa.Table) -> Estimate:
    """What is about to be read, if each series has a row for each step and bucket."""
    series = sum(lines["series"].to_pylist())
    rows = sum(
        (stretch.until_ms - stretch.after_ms) // share.layer.width_ms for share in shares for stretch in share.stretches
    )
    return Estimate(series, series * rows, lines.num_rows, selection.points)


def _tags(table: pa.Table, selection: Selection) -> list[Mapping[str, str]]:
    if selection.aggregate == "all":
        pairs = zip(table["series_tags"].to_pylist(), table["names"].to_pylist(), strict=True)
        return [{"name": names[0], **dict(tags)} for tags, names in pairs]
    return [dict(zip(selection.group_by, labels, strict=True)) for labels in table["labels"].to_pylist()]


def _grid(table: pa.Table, lines: int, points: int) -> NDArray[np.float64]:
    """The values at their places in [lines, points], NaN elsewhere."""
    grid = np.full((lines, points), np.nan)
    grid[table["g"].to_numpy(), table["i"].to_numpy()] = table["v"].to_numpy()
    return grid

"""The store over ClickHouse: opened, migrated and checked, with every port behind one door."""

from __future__ import annotations

from pathlib import Path

from vedette_storage.clickhouse import store_facts
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.ddl import Layout, Single
from vedette_storage.clickhouse.derive import Deriver
from vedette_storage.clickhouse.edges import ClickHouseEdges
from vedette_storage.clickhouse.layers import layers
from vedette_storage.clickhouse.limits import Limits
from vedette_storage.clickhouse.migrate import migrate
from vedette_storage.clickhouse.place import Place, place_of
from vedette_storage.clickhouse.samples import ClickHouseSamples
from vedette_storage.clickhouse.spans import ClickHouseSpans
from vedette_storage.clickhouse.tables import Retention
from vedette_storage.clickhouse.write import ClickHouseWriter


class ClickHouseStore:
    """A `Store` over ClickHouse, embedded or a server. Every part may be used from any thread."""

    def __init__(self, place: Place, database: str, step_ms: int, retention: Retention) -> None:
        self.step_ms = step_ms
        self.connections = connections = Connections(place, database)
        self._place = place
        its_layers = layers(step_ms, retention)
        self.writer = ClickHouseWriter(connections, step_ms, its_layers.finest)
        self.samples = ClickHouseSamples(connections, step_ms, its_layers)
        self.spans = ClickHouseSpans(connections)
        self.edges = ClickHouseEdges(connections)
        self._deriver = Deriver(connections, step_ms, retention, its_layers)

    def derive(self, now_ms: int) -> int:
        return self._deriver.run(now_ms)

    def ping(self) -> None:
        self.connections.query("SELECT 1")

    def close(self) -> None:
        if self.connections.close():
            self._place.leave()


def open_store(
    where: str | Path,
    *,
    database: str = "vedette",
    step_ms: int = 10_000,
    retention: Retention | None = None,
    limits: Limits | None = None,
    layout: Layout | None = None,
) -> ClickHouseStore:
    """Open the store in a directory (an embedded engine) or behind an http(s) URL, creating what is missing.

    A database that already exists keeps the retention it was created with. Raises `DirectoryOwned` if another process
    has the directory, `StepMismatch` if the store has another primary step, `Unavailable`, `Refused`.
    """
    limits, retention = limits or Limits(), retention or Retention()
    place = place_of(where, limits)
    try:
        store = ClickHouseStore(place, database, step_ms, retention)
        _prepare(place, database, step_ms, retention, layout or Single())
        store.ping()
    except BaseException:
        place.leave()
        raise
    return store


def _prepare(place: Place, database: str, step_ms: int, retention: Retention, layout: Layout) -> None:
    """Bring the database to the newest schema, and check that it has the step that is asked for."""
    connections = Connections(place, None)
    try:
        migrate(connections, database, layout, retention)
        store_facts.settle_step(connections, database, step_ms)
    finally:
        connections.close()

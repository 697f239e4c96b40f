"""Brings a database to the newest schema: numbered migrations, each recorded, one process at a time."""

from __future__ import annotations

import logging
import time
from typing import Final

from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.ddl import Column, Layout, Schema, Table
from vedette_storage.clickhouse.migrations import MIGRATIONS
from vedette_storage.clickhouse.migrations.migration import Migration
from vedette_storage.clickhouse.tables import Retention
from vedette_storage.errors import StorageError

logger = logging.getLogger(__name__)

LEDGER: Final = Table(
    "migrations",
    (Column("number", "UInt32"), Column("title", "String"), Column("applied", "DateTime('UTC')")),
    family="MergeTree",
    order_by="number",
)

_LOCK: Final = "migration_lock"
_TABLE_EXISTS: Final = 57
_PATIENCE_SECONDS: Final = 60.0
"""After this long the holder of the lock is taken for dead. Statements may be repeated, so a mistake does no harm."""


def migrate(
    connections: Connections,
    database: str,
    layout: Layout,
    retention: Retention,
    migrations: tuple[Migration, ...] = MIGRATIONS,
) -> list[int]:
    """Apply what is missing, in order; the numbers that were applied. `connections` has no default database."""
    for statement in layout.statements(Schema((LEDGER,), ()), database):
        connections.command(statement)
    if not _missing(connections, database, migrations):
        return []
    _lock(connections, database)
    try:
        missing = _missing(connections, database, migrations)  # another process may have been faster
        for migration in missing:
            for statement in migration.statements(layout, database, retention):
                connections.command(statement)
            connections.command(
                f"INSERT INTO `{database}`.migrations SELECT {{number:UInt32}}, {{title:String}}, now('UTC')",
                {"number": migration.number, "title": migration.title},
            )
            logger.info("Applied migration %d to %s: %s", migration.number, database, migration.title)
    finally:
        connections.command(f"DROP TABLE IF EXISTS `{database}`.{_LOCK} SYNC")
    return [migration.number for migration in missing]


def _missing(connections: Connections, database: str, migrations: tuple[Migration, ...]) -> list[Migration]:
    table = connections.query(f"SELECT DISTINCT number FROM `{database}`.migrations")
    applied = set(table["number"].to_pylist())
    return [migration for migration in migrations if migration.number not in applied]


def _lock(connections: Connections, database: str) -> None:
    """Hold the lock, which is a table: creating one is the only thing a server does for exactly one caller."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connections.command(f"CREATE TABLE `{database}`.{_LOCK} (nothing UInt8) ENGINE = Memory")
            return
        except StorageError as error:
            if error.code != _TABLE_EXISTS:
                raise
        if time.monotonic() > deadline:
            logger.warning("Another process began to migrate %s and did not finish: taking over", database)
            connections.command(f"DROP TABLE IF EXISTS `{database}`.{_LOCK} SYNC")
        time.sleep(0.05)

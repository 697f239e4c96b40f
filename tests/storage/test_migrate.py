"""Migrations: in order, recorded, once, also when several start at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from vedette_storage.clickhouse import ClickHouseStore, Retention
from vedette_storage.clickhouse.ddl import Layout, Single
from vedette_storage.clickhouse.migrate import migrate
from vedette_storage.clickhouse.migrations import MIGRATIONS
from vedette_storage.clickhouse.migrations.migration import Migration


@pytest.fixture
def database(any_store: ClickHouseStore) -> Iterator[str]:
    """A name for a database that does not exist yet."""
    name = f"{any_store.connections.database}_new"
    yield name
    any_store.connections.command(f"DROP DATABASE IF EXISTS `{name}` SYNC")


def adding(number: int) -> Migration:
    def statements(layout: Layout, database: str, retention: Retention) -> list[str]:
        return [f"CREATE TABLE IF NOT EXISTS `{database}`.added_{number} (a UInt8) ENGINE = MergeTree ORDER BY a"]

    return Migration(number, f"adds table {number}", statements)


def test_each_migration_is_applied_once_and_in_order(any_store: ClickHouseStore, database: str) -> None:
    def run(*migrations: Migration) -> list[int]:
        return migrate(any_store.connections, database, Single(), Retention(), migrations)

    assert run(*MIGRATIONS) == [1, 2]
    assert run(*MIGRATIONS, adding(3), adding(4)) == [3, 4]
    assert run(*MIGRATIONS, adding(3), adding(4)) == []
    ledger = any_store.connections.query(f"SELECT number, title FROM `{database}`.migrations ORDER BY number")
    assert ledger["number"].to_pylist() == [1, 2, 3, 4]
    assert ledger["title"].to_pylist()[::3] == ["the first tables", "adds table 4"]


def test_processes_that_start_together_apply_each_migration_once(any_store: ClickHouseStore, database: str) -> None:
    applied: list[int] = []

    def start() -> None:
        applied.extend(migrate(any_store.connections, database, Single(), Retention(), (*MIGRATIONS, adding(3))))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(applied) == [1, 2, 3]
    tables = any_store.connections.query(f"SHOW TABLES FROM `{database}`")["name"].to_pylist()
    assert "migration_lock" not in tables


def test_a_failed_migration_is_not_recorded_and_frees_the_lock(any_store: ClickHouseStore, database: str) -> None:
    broken = Migration(3, "broken", lambda layout, database, retention: ["CREATE TABLE nonsense"])
    for _ in range(2):
        with pytest.raises(Exception, match="refused"):
            migrate(any_store.connections, database, Single(), Retention(), (*MIGRATIONS, broken))
    assert migrate(any_store.connections, database, Single(), Retention(), (*MIGRATIONS, adding(3))) == [3]


def test_numbers_are_unique_and_ascending() -> None:
    numbers = [migration.number for migration in MIGRATIONS]
    assert numbers == sorted(set(numbers))

"""One definition of a table, and the statements that come of it."""

from __future__ import annotations

import pytest

from vedette_storage.clickhouse import ClickHouseStore, Retention
from vedette_storage.clickhouse.ddl import Cluster, Column, Schema, Single, Table, View
from vedette_storage.clickhouse.tables import schema

SMALL = Schema(
    tables=(
        Table(
            "facts",
            (Column("ts", "DateTime", "Delta, ZSTD(1)"), Column("ver", "UInt64")),
            order_by="ts",
            version="ver",
            partition_by="toDate(ts)",
            indexes=("ix ts TYPE minmax",),
            expiry="ts",
            settings=("fsync_after_insert = 1",),
            shard_by="cityHash64(ts)",
        ),
    ),
    views=(View("last_view", "last", "facts", "SELECT max(ts) AS ts FROM {source}"),),
    days={"facts": 8},
)


def test_a_table_of_a_single_server() -> None:
    assert Single().statements(SMALL, "db")[1] == (
        "CREATE TABLE IF NOT EXISTS `db`.`facts` (\n"
        "    `ts` DateTime CODEC(Delta, ZSTD(1)),\n"
        "    `ver` UInt64,\n"
        "    INDEX ix ts TYPE minmax\n"
        ")\n"
        "ENGINE = ReplacingMergeTree(ver)\n"
        "PARTITION BY toDate(ts)\n"
        "ORDER BY ts\n"
        "TTL ts + INTERVAL 8 DAY\n"
        "SETTINGS fsync_after_insert = 1"
    )


def test_a_table_of_a_cluster_is_replicated_and_distributed() -> None:
    _, local, distributed, view = Cluster("c").statements(SMALL, "db")
    assert local.startswith("CREATE TABLE IF NOT EXISTS `db`.`facts_local` ON CLUSTER 'c' (")
    replica = "'/clickhouse/tables/{uuid}/{shard}', '{replica}', ver"
    assert f"ENGINE = ReplicatedReplacingMergeTree({replica})" in local
    assert distributed.endswith("ENGINE = Distributed('c', 'db', 'facts_local', cityHash64(ts))")
    assert "TO `db`.`last_local`" in view
    assert "FROM `db`.`facts_local`" in view


@pytest.mark.parametrize("layout", [Single(), Cluster("c")], ids=["single", "cluster"])
@pytest.mark.parametrize("retention", [Retention(), Retention.forever()], ids=["8 days", "for ever"])
def test_every_statement_is_understood_by_clickhouse(
    store: ClickHouseStore, layout: Single | Cluster, retention: Retention
) -> None:
    """A cluster cannot be run here, so its statements are parsed only."""
    for statement in layout.statements(schema(retention), "elsewhere"):
        formatted = store.connections.query("SELECT formatQuery({sql:String}) AS sql", {"sql": statement})
        assert formatted["sql"][0].as_py().startswith("CREATE")
        store.connections.command(f"EXPLAIN AST {statement}")


def test_retention_for_ever_means_no_expiry() -> None:
    assert not any("TTL" in statement for statement in Single().statements(schema(Retention.forever()), "db"))
    assert sum("TTL" in statement for statement in Single().statements(schema(Retention()), "db")) == 9

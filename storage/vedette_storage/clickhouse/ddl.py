"""From one definition of a table to the statements that create it, on one server or on a cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    codec: str = ""

    def __str__(self) -> str:
        return f"`{self.name}` {self.type}" + (f" CODEC({self.codec})" if self.codec else "")


@dataclass(frozen=True)
class Table:
    """A table of the MergeTree family. `expiry` is the expression whose passing removes a row, without the interval."""

    name: str
    columns: tuple[Column, ...]
    order_by: str
    family: str = "ReplacingMergeTree"
    version: str = ""  # the column that decides which of two rows with one key stays
    partition_by: str = ""
    indexes: tuple[str, ...] = ()
    expiry: str = ""
    also_expires: str = ""  # a further TTL clause, in force whenever rows expire at all
    settings: tuple[str, ...] = ()
    shard_by: str = "rand()"

    def body(self) -> str:
        """Columns and indexes."""
        return ",\n    ".join([*map(str, self.columns), *(f"INDEX {index}" for index in self.indexes)])

    def tail(self, days: int) -> str:
        """What follows the engine: partitions, order, and the days after which rows expire (0: never)."""
        parts = [
            f"PARTITION BY {self.partition_by}" if self.partition_by else "",
            f"ORDER BY {self.order_by}",
            f"TTL {', '.join(filter(None, (f'{self.expiry} + INTERVAL {days} DAY', self.also_expires)))}"
            if self.expiry and days
            else "",
            f"SETTINGS {', '.join(self.settings)}" if self.settings else "",
        ]
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True)
class View:
    """A materialised view that keeps a look-up table of minima and maxima: harmless to repeat."""

    name: str
    target: str
    source: str
    select: str  # with {source} where the source table is named


@dataclass(frozen=True)
class Schema:
    """All tables and views, and the days that the rows of each table are kept (0: for ever)."""

    tables: tuple[Table, ...]
    views: tuple[View, ...]
    days: dict[str, int] = field(default_factory=dict)


class Layout(Protocol):
    """How a schema lies on machines."""

    def statements(self, schema: Schema, database: str) -> list[str]: ...

    def alteration(self, table: Table, database: str, change: str) -> str:
        """The statement that changes how the rows of an existing table are kept: `MODIFY COLUMN ...` and the like."""
        ...


@dataclass(frozen=True)
class Single:
    """One engine: embedded, or one server."""

    def statements(self, schema: Schema, database: str) -> list[str]:
        tables = [
            f"CREATE TABLE IF NOT EXISTS `{database}`.`{table.name}` (\n    {table.body()}\n)\n"
            f"ENGINE = {table.family}({table.version})\n{table.tail(schema.days.get(table.name, 0))}"
            for table in schema.tables
        ]
        views = [
            f"CREATE MATERIALIZED VIEW IF NOT EXISTS `{database}`.`{view.name}` TO `{database}`.`{view.target}` AS\n"
            + view.select.format(source=f"`{database}`.`{view.source}`")
            for view in schema.views
        ]
        return [f"CREATE DATABASE IF NOT EXISTS `{database}` ENGINE = Atomic", *tables, *views]

    def alteration(self, table: Table, database: str, change: str) -> str:
        return f"ALTER TABLE `{database}`.`{table.name}` {change}"


_REPLICA: Final = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"


@dataclass(frozen=True)
class Cluster:
    """Many servers: replicated local tables, and a distributed table over them under the plain name."""

    name: str

    def statements(self, schema: Schema, database: str) -> list[str]:
        on = f"ON CLUSTER '{self.name}'"
        statements = [f"CREATE DATABASE IF NOT EXISTS `{database}` {on} ENGINE = Atomic"]
        for table in schema.tables:
            local = f"`{database}`.`{table.name}_local`"
            arguments = ", ".join(filter(None, (_REPLICA, table.version)))
            statements.append(
                f"CREATE TABLE IF NOT EXISTS {local} {on} (\n    {table.body()}\n)\n"
                f"ENGINE = Replicated{table.family}({arguments})\n{table.tail(schema.days.get(table.name, 0))}"
            )
            statements.append(
                f"CREATE TABLE IF NOT EXISTS `{database}`.`{table.name}` {on} AS {local}\n"
                f"ENGINE = Distributed('{self.name}', '{database}', '{table.name}_local', {table.shard_by})"
            )
        for view in schema.views:
            statements.append(
                f"CREATE MATERIALIZED VIEW IF NOT EXISTS `{database}`.`{view.name}` {on} "
                f"TO `{database}`.`{view.target}_local` AS\n"
                + view.select.format(source=f"`{database}`.`{view.source}_local`")
            )
        return statements

    def alteration(self, table: Table, database: str, change: str) -> str:
        return f"ALTER TABLE `{database}`.`{table.name}_local` ON CLUSTER '{self.name}' {change}"

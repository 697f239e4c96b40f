"""Adds the rollups of samples, marks all samples that are there for them, and writes the times of samples quicker.

The marks go by whole hours, which are the partitions of `samples`: a minute that holds nothing costs nothing to derive.
"""

from __future__ import annotations

from typing import Final

from vedette_storage.clickhouse.ddl import Layout, Schema
from vedette_storage.clickhouse.migrations.migration import Migration
from vedette_storage.clickhouse.tables import SAMPLES, SAMPLES_1H, SAMPLES_1M, Retention, schema

_MARK: Final = """\
INSERT INTO `{database}`.dirty_windows (signal, window, mark, cleared, marked)
SELECT pair.1 AS signal, pair.2 AS window, rand64(), 0, now('UTC')
FROM (SELECT DISTINCT toStartOfHour(ts) AS hour FROM `{database}`.samples)
ARRAY JOIN arrayConcat(
    arrayMap(minute -> ('minutes', hour + minute * 60), range(61)),
    [('hours', hour), ('hours', hour + 3600)]
) AS pair"""


def _statements(layout: Layout, database: str, retention: Retention) -> list[str]:
    rollups = Schema((SAMPLES_1M, SAMPLES_1H), (), schema(retention).days)
    times = next(column for column in SAMPLES.columns if column.name == "ts")
    return [
        *layout.statements(rollups, database),
        layout.alteration(SAMPLES, database, f"MODIFY COLUMN {times}"),
        _MARK.format(database=database),
    ]


MIGRATION: Final = Migration(2, "rollups of samples to minutes and hours", _statements)

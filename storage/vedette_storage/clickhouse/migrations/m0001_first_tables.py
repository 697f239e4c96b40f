"""Creates every table and view that does not exist yet.

A later migration that adds a column also adds it to `tables.py`, with `ADD COLUMN IF NOT EXISTS`: a new store gets it
here, an old one there.
"""

from __future__ import annotations

from typing import Final

from vedette_storage.clickhouse.ddl import Layout
from vedette_storage.clickhouse.migrations.migration import Migration
from vedette_storage.clickhouse.tables import Retention, schema


def _statements(layout: Layout, database: str, retention: Retention) -> list[str]:
    return layout.statements(schema(retention), database)


MIGRATION: Final = Migration(1, "the first tables", _statements)

"""The numbered changes of the schema, oldest first. One module each; a released one is never edited.

Every statement may be repeated (`IF NOT EXISTS` and the like): a process may die between a change and its record.
"""

from __future__ import annotations

from typing import Final

from vedette_storage.clickhouse.migrations import m0001_first_tables, m0002_rollups
from vedette_storage.clickhouse.migrations.migration import Migration

MIGRATIONS: Final[tuple[Migration, ...]] = (m0001_first_tables.MIGRATION, m0002_rollups.MIGRATION)

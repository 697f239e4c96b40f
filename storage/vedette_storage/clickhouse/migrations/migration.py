"""One change of the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vedette_storage.clickhouse.ddl import Layout
from vedette_storage.clickhouse.tables import Retention


@dataclass(frozen=True)
class Migration:
    """`statements(layout, database, retention)` are run in order; each may be repeated without harm."""

    number: int
    title: str
    statements: Callable[[Layout, str, Retention], list[str]]

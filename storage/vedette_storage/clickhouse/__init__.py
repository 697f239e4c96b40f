"""The store over ClickHouse: an embedded chDB engine or a server behind HTTP, with one schema and one code path."""

from vedette_storage.clickhouse.limits import Limits
from vedette_storage.clickhouse.store import ClickHouseStore, open_store
from vedette_storage.clickhouse.tables import Retention

__all__ = ["ClickHouseStore", "Limits", "Retention", "open_store"]

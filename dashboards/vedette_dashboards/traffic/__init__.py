"""The live traffic graph: its page at `/traffic`, its layouts, and the feed that keeps every open page current."""

from vedette_dashboards.traffic.http import routes

__all__ = ["routes"]

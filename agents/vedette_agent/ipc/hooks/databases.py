"""Databases: OpenTelemetry's instrumentation of a client library is switched on, where it is installed.

Its spans are what calls are counted from (see `vedette_agent.ipc.spans`), so there is none without the extra `otel`.
"""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final

from vedette_agent.ipc.hooks.replacing import Current

logger = logging.getLogger(__name__)

_ROOM: Final = "opentelemetry.instrumentation"
_INSTRUMENTORS: Final = {
    "MySQLdb": ("mysqlclient", "MySQLClientInstrumentor"),
    "aiopg": ("aiopg", "AiopgInstrumentor"),
    "asyncpg": ("asyncpg", "AsyncPGInstrumentor"),
    "cassandra": ("cassandra", "CassandraInstrumentor"),
    "elasticsearch": ("elasticsearch", "ElasticsearchInstrumentor"),
    "mysql.connector": ("mysql", "MySQLInstrumentor"),
    "psycopg": ("psycopg", "PsycopgInstrumentor"),
    "psycopg2": ("psycopg2", "Psycopg2Instrumentor"),
    "pymemcache": ("pymemcache", "PymemcacheInstrumentor"),
    "pymongo": ("pymongo", "PymongoInstrumentor"),
    "pymysql": ("pymysql", "PyMySQLInstrumentor"),
    "redis": ("redis", "RedisInstrumentor"),
    "sqlalchemy": ("sqlalchemy", "SQLAlchemyInstrumentor"),
    "sqlite3": ("sqlite3", "SQLite3Instrumentor"),
    "tortoise": ("tortoiseorm", "TortoiseORMInstrumentor"),
}


def client(module: ModuleType, current: Current) -> None:
    """For a library of a database; what instruments it already, as `opentelemetry-instrument` does, is left alone."""
    agent = current()
    name, kind = _INSTRUMENTORS[module.__name__]
    if agent is None or agent.tracing is None or find_spec(f"{_ROOM}.{name}") is None:
        return
    instrumentor = getattr(import_module(f"{_ROOM}.{name}"), kind)()
    if instrumentor.is_instrumented_by_opentelemetry:
        return
    dependencies = import_module(f"{_ROOM}.dependencies")
    if conflict := dependencies.get_dependency_conflicts(instrumentor.instrumentation_dependencies()):
        logger.info("Queries of %s are not measured: %s", module.__name__, conflict)
        return
    instrumentor.instrument(tracer_provider=agent.tracing.provider)

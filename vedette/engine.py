"""The engine owner: collector, query API, alerts and jobs in one process, around one store.

`Engine` wires them; `gate.py` serves it. The order of an end is: no new requests, alerts, queries, the journal sealed
and loaded, what came last derived, the store closed.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from vedette import front
from vedette.errors import CannotStart
from vedette.health import router as health
from vedette.jobs import Deriving
from vedette.settings import EngineSettings
from vedette_collector.app import Collector
from vedette_collector.errors import CollectorError
from vedette_collector.settings import Settings as CollectorSettings
from vedette_query.alerting.app import Alerting
from vedette_query.alerting.errors import AlertingError
from vedette_query.alerting.rulefile import RuleFile
from vedette_query.api import traces, traffic
from vedette_query.api.errors import as_response
from vedette_query.app import QueryApi
from vedette_query.errors import QueryError
from vedette_query.settings import Settings as QuerySettings
from vedette_storage.clickhouse import ClickHouseStore, open_store
from vedette_storage.errors import StorageError


class Engine:
    """All around one store. `say` hears what is being done. Raises `CannotStart` when the store cannot be had."""

    def __init__(self, settings: EngineSettings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._registry = CollectorRegistry()
        for register in (ProcessCollector, PlatformCollector, GCCollector):
            register(registry=self._registry)
        _check_room(settings)
        say(
            "opening the store on a ClickHouse server"
            if settings.clickhouse
            else f"opening the store in {settings.store}"
        )
        self._store = _open(settings)
        self._collector = Collector(
            self._store.writer,
            settings.journal,
            CollectorSettings(step_ms=settings.step_ms, max_age_ms=settings.max_age_ms),
            registry=self._registry,
        )
        self._query = QueryApi(self._store, QuerySettings(step_ms=settings.step_ms), registry=self._registry)
        self._alerting = self._with_alerts()
        self._deriving = Deriving(self._store.derive, registry=self._registry, now_ms=_now_ms)
        self.app = self._wired()

    def start(self) -> None:
        """Load what the last life left, then be ready. Raises `CannotStart`."""
        self._say("loading what the last run left in the journal")
        try:
            self._collector.start()
        except (CollectorError, OSError) as error:
            self._store.close()
            raise CannotStart(str(error)) from error
        self._deriving.start()
        self._alerting.start()

    def stop(self) -> None:
        """End in order. What could not be loaded waits in the journal."""
        self._alerting.stop()
        self._query.close()
        self._collector.stop()
        self._deriving.stop()
        self._store.close()

    def _wired(self) -> FastAPI:
        app = front.build(self._settings.dashboards_url)
        checks = {"store": self._store_ready, "collector": self._collector.ready, "deriving": self._deriving.ready}
        workers, firing = self._query.workers, self._alerting.firing
        for routes in (
            self._collector.router(),
            self._query.router(),
            traffic.router(self._store, workers, now_ms=_now_ms, firing=firing),
            traces.router(self._store.spans, workers, now_ms=_now_ms),
            self._alerting.router(),
            health(checks, self._registry),
        ):
            app.include_router(routes)
        for kind in (QueryError, StorageError):
            app.add_exception_handler(kind, _refused)
        return app

    def _with_alerts(self) -> Alerting:
        settings = self._settings
        rules = RuleFile(settings.rules)
        url = settings.dashboards_url
        try:
            return Alerting(self._query.graph, rules, settings.state, registry=self._registry, external_url=url)
        except AlertingError as error:
            self._store.close()
            raise CannotStart(str(error)) from error

    def _store_ready(self) -> str | None:
        try:
            self._store.ping()
        except StorageError as error:
            return str(error)
        return None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def _refused(_request: Request, error: Exception) -> Response:
    """What the query rooms raise on purpose, in their own words."""
    return as_response(error)


def _open(settings: EngineSettings) -> ClickHouseStore:
    where = settings.clickhouse or settings.store
    try:
        return open_store(where, step_ms=settings.step_ms)
    except StorageError as error:
        raise CannotStart(str(error)) from error


def _check_room(settings: EngineSettings) -> None:
    """Raises `CannotStart` where the data directory cannot be had or has no room: better said now than found later."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.data).free
    except OSError as error:
        raise CannotStart(f"The data directory {settings.data} cannot be used: {error.strerror}.") from error
    if free < settings.reserve:
        raise CannotStart(
            f"The disk of {settings.data} has {free >> 20} MiB free; at least {settings.reserve >> 20} MiB are wanted "
            "(--reserve); make room, or choose another directory with --data."
        )

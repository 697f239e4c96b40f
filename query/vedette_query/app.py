"""Where the query API is wired: store, settings and registry in, routes out."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Gauge

from vedette_query.api import explain, expr, fetch, form, graph, inspect, tags, words
from vedette_query.metrics import QueryMetrics
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.stream import Streams
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.workers import Workers
from vedette_storage.store import Store


class QueryApi:
    """The query API over one store. `graph` also answers callers in the same process, such as the alerts."""

    def __init__(self, store: Store, settings: Settings, *, registry: CollectorRegistry) -> None:
        self._settings = settings
        self._metrics = QueryMetrics(registry)
        self._catalogue = Catalogue(settings.custom_averages)
        self.workers = Workers(settings.threads, settings.waiting)
        self.graph = GraphService(store.samples, self._catalogue, settings, self._metrics)
        self._streams = Streams(self.graph, store.samples, settings, self._metrics)
        self._tags = tags.TagsService(store.samples, self._catalogue, settings, self._metrics)
        self._expr = expr.ExprService(self._catalogue, settings)
        self._inspect = inspect.InspectService(self._catalogue, settings)
        self._editors = Workers(1, settings.waiting)  # who is writing does not wait behind those who ask
        self._forms = form.FormService(self._catalogue, settings)
        self._words = words.WordsService(self._catalogue)
        running = Gauge("vedette_query_workers_taken", "Queries that run or wait for a worker", registry=registry)
        running.set_function(lambda: self.workers.taken)
        self._open_streams = fetch.OpenStreams(settings.max_streams)
        streams = Gauge("vedette_query_streams_open", "Streams of /api/v2/fetch that are open", registry=registry)
        streams.set_function(lambda: self._open_streams.count)

    def router(self) -> APIRouter:
        """The routes of the query API, /api/v1/graph and its neighbours."""
        routes = APIRouter()
        routes.include_router(graph.router(self.graph, self.workers, self._settings))
        routes.include_router(explain.router(self.graph, self.workers, self._settings))
        routes.include_router(fetch.router(self._streams, self.workers, self._settings, self._open_streams))
        routes.include_router(tags.router(self._tags, self.workers))
        routes.include_router(inspect.router(self._inspect, self._editors, self._metrics))
        routes.include_router(form.router(self._forms, self._editors, self._metrics))
        routes.include_router(expr.router(self._expr, self.workers, self._metrics))
        routes.include_router(words.router(self._words, self.workers))
        return routes

    def close(self) -> None:
        """Finish what runs and stop the workers."""
        self._editors.close()
        self.workers.close()

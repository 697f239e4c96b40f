"""GET /api/v1/explain: how the answer to a graph request comes about, instead of the answer."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import json_response
from vedette_query.api.graph import PARAMETERS
from vedette_query.api.plain import as_plain_response
from vedette_query.api.render import find_format
from vedette_query.api.waiting import answered
from vedette_query.explaining import document, explain
from vedette_query.request import GraphRequest, graph_request, wall_clock_ms
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.workers import Workers
from vedette_storage.asker import Asker


def router(graph: GraphService, workers: Workers, settings: Settings) -> APIRouter:
    """The explanation of graph requests; it takes their parameters and keeps to their limits."""
    routes = APIRouter(tags=["graph"])

    def answer(request: GraphRequest, name: str, asker: Asker) -> Response:
        wanted = find_format(name)
        return json_response(document(explain(graph, request, name, wanted.render, asker)))

    @routes.get("/api/v1/explain", openapi_extra=PARAMETERS, response_model=None)
    async def get_explanation(request: Request) -> Response:
        """The expressions as trees, what was read for them from which tables by which SQL, and what took how long.

        Everything is done as for /api/v1/graph, and measured; only the answer itself is thrown away.
        """
        try:
            given = request.query_params
            asked = graph_request(given.multi_items(), settings, wall_clock_ms())
            name = given.get("format", "png")
            return await answered(request, workers, settings.max_seconds, lambda asker: answer(asked, name, asker))
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    return routes

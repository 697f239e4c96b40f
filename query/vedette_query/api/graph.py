"""GET /api/v1/graph: evaluate an expression and answer in the format asked for."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import as_response
from vedette_query.api.parameters import query_parameters
from vedette_query.api.render import FORMATS, find_format
from vedette_query.api.waiting import answered
from vedette_query.request import GraphRequest, graph_request, wall_clock_ms
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.workers import Workers
from vedette_storage.asker import Asker

PARAMETERS: Final = query_parameters(
    q="The expression (required).",
    cq="A query that is joined by and to every query of the expression.",
    s="Start: e-3h, now-1d, epoch seconds or ms, or 2026-11-22T00:00. Default e-3h.",
    e="End, in the same forms. Default now.",
    tz="Time zone for times without one. May repeat.",
    step="The shortest step wanted, such as 1m.",
    w="Width in pixels: no more points than this.",
    format=f"One of {', '.join(FORMATS)}.",
    sort="Order of the lines: legend, min, max, avg, count, total, last. sort.0 for one axis.",
    order="asc or desc. order.0 for one axis.",
)


def router(graph: GraphService, workers: Workers, settings: Settings) -> APIRouter:
    """The graph API."""
    routes = APIRouter(tags=["graph"])

    def answer(request: GraphRequest, name: str, asker: Asker) -> Response:
        wanted = find_format(name)
        return Response(wanted.render(graph.evaluate(request, asker), request), media_type=wanted.content_type)

    @routes.get("/api/v1/graph", openapi_extra=PARAMETERS, response_model=None)
    async def get_graph(request: Request) -> Response:
        """Lines that an expression evaluates to over a window of time."""
        try:
            given = request.query_params
            asked = graph_request(given.multi_items(), settings, wall_clock_ms())
            name = given.get("format", "png")
            return await answered(request, workers, settings.max_seconds, lambda asker: answer(asked, name, asker))
        except Exception as error:  # every failure has an answer in JSON
            return as_response(error)

    return routes

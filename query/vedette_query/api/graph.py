"""GET /api/v1/graph: evaluate an expression and answer in the format asked for."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from vedette_query.api.browser import for_browsers
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
    w="Width in pixels, and no more points than this. Default 700.",
    h="Height in pixels. Default 300.",
    format=f"One of {', '.join(FORMATS)}. Default png.",
    zoom="How many times larger than w and h the picture is, up to 2.",
    layout="What w and h measure: canvas (the plotting area), image (all), iw or ih (only one of the image).",
    theme="light or dark.",
    title="The title; $key stands for the value of a tag that all lines have.",
    palette="Name of a palette, or colours: (,f00,0f0,). hash: before it: by label. palette.0 for an axis.",
    vision="A kind of vision to simulate, such as protanopia.",
    no_legend="1: no legend.",
    no_legend_stats="1: a legend without statistics.",
    only_graph="1: the plotting area alone.",
    axis_per_line="1: each line has a Y axis of its own.",
    hints="Separated by commas: no-image, presentation-metadata, ambiguous-multi-y.",
    features="stable or unstable words.",
    id="Who asks.",
    sort="Order of the lines: legend, min, max, avg, count, total, last. sort.0 for one axis.",
    order="asc or desc. order.0 for one axis.",
    u="Upper bound of Y axes: a number, auto-style or auto-data. u.0 for one axis.",
    l="Lower bound of Y axes. l.0 for one axis.",
    scale="Scale of Y axes: linear, log, log-linear, pow2 or sqrt. scale.0 for one axis.",
    stack="1: stack the lines that have no style. stack.0 for one axis.",
    ylabel="Label of Y axes, with $key as in the title. ylabel.0 for one axis.",
    tick_labels="Labels of Y axes: decimal, binary, duration or off. tick_labels.0 for one axis.",
    heatmap_scale="Scale of a heatmap's colours. heatmap_scale.0 for one axis, as are all of heatmap's.",
    heatmap_u="The count that has the last colour.",
    heatmap_l="The count that has the first colour.",
    heatmap_palette="The colours of a heatmap.",
    heatmap_label="The name of a heatmap in the legend.",
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
        except Exception as error:  # every failure has an answer: JSON, or a picture where a browser wants one
            return await for_browsers(as_response(error), request, workers, settings)

    return routes

"""The traffic page's own routes in the dashboards process: its feed, and its ES modules."""

from __future__ import annotations

from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from vedette_dashboards.client import Client
from vedette_dashboards.modules import Modules
from vedette_dashboards.settings import Settings
from vedette_dashboards.traffic.feed import TrafficFeed
from vedette_dashboards.traffic.graph import Path

MODULES = Modules("traffic", "/feed/modules/")


def routes(settings: Settings, client: Client) -> APIRouter:
    """The feed at `/feed/traffic` and the page's modules below `/feed/modules/`, for the dashboards' application."""
    return feed_routes(TrafficFeed(client.traffic, interval_s=min(4.0, settings.refresh)))


def feed_routes(feed: TrafficFeed) -> APIRouter:
    """The same over any feed."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feed/traffic")
    async def traffic(request: Request, view: str = "", last: str | None = None) -> Response:
        path = read_path(view)
        if path is None:
            message = f"A view is a region, or a region and a service, as in us-east-1/api; {view[:200]!r} is neither."
            return JSONResponse({"type": "error", "message": message}, 400)
        if feed.full:
            message = "As many browsers listen to the traffic feed as it serves; try again in a moment."
            return JSONResponse({"type": "error", "message": message}, 503, {"Retry-After": "10"})
        return StreamingResponse(
            feed.events(path, request.headers.get("last-event-id") or last),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    MODULES.serve(router)
    return router


def read_path(view: str) -> Path | None:
    """The path of a view from its address form: percent-encoded parts between slashes. None when it is no view."""
    parts = tuple(unquote(part) for part in view.split("/") if part)
    if len(parts) > 2 or any(len(part) > 1_024 for part in parts):
        return None
    return parts

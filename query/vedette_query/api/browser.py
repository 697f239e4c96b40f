"""Errors as pictures, for browsers: in the place of a picture they show nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import orjson
from fastapi import Request, Response

from vedette_query.api.errors import LEFT
from vedette_query.chart.draw import error_image
from vedette_query.chart.plan import LEAST_CANVAS, MOST_HEIGHT, MOST_WIDTH
from vedette_query.chart.theme import DRESSES
from vedette_query.errors import Busy
from vedette_query.language.numbers import parse_int
from vedette_query.settings import Settings
from vedette_query.workers import Workers

_BROWSER: Final = re.compile("mozilla|msie|gecko|chrome|opera|webkit", re.IGNORECASE)
"""The agents that Atlas takes for browsers."""


async def for_browsers(error: Response, request: Request, workers: Workers, settings: Settings) -> Response:
    """An error as a picture with status 200 if a browser asked for one; else, and while all are busy, as it is."""
    given = request.query_params
    agent = request.headers.get("user-agent", "")
    if given.get("format", "png") != "png" or not _BROWSER.search(agent) or error.status_code == LEFT:
        return error
    message = str(orjson.loads(error.body)["message"])
    width = _length(given, "w", settings.width, MOST_WIDTH)
    height = _length(given, "h", settings.height, MOST_HEIGHT)
    dress = DRESSES.get(given.get("theme", "light"), DRESSES["light"])
    try:
        picture = await workers.run(error_image, message, width, height, dress.theme)
    except Busy:
        return error
    # Kept by nobody: the next time there may be a chart.
    return Response(picture, 200, {"Cache-Control": "no-store"}, "image/png")


def _length(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A width or height as asked for, within limits, also where another parameter, or this one, was what went wrong."""
    number = parse_int(given.get(name, ""))
    return default if number is None else int(min(max(number, LEAST_CANVAS), most))

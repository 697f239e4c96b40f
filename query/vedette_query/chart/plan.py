"""From an answer to a chart: everything that a picture shows is decided here, and nothing is drawn."""

from __future__ import annotations

from typing import Final

from vedette_query.answer import Answer
from vedette_query.chart.axes import planned_axes
from vedette_query.chart.chart import Chart, TimeAxis
from vedette_query.chart.clock import time_ticks
from vedette_query.chart.legend import filled, footer
from vedette_query.chart.options import ChartOptions
from vedette_query.chart.theme import DRESSES
from vedette_query.timing.dates import parse_zone

LEAST_CANVAS: Final = 64  # pixels, either way
MOST_WIDTH: Final = 2000
MOST_HEIGHT: Final = 1000
MOST_ZOOM: Final = 2.0
MOST_ZONES: Final = 5

_TIME_LABEL: Final = 75  # pixels from one label of the time axis to the next
_LEAST_TEXT: Final = 120  # pixels of width: with less there is no title and no legend
_LEAST_STATISTICS: Final = 300


def plan(answer: Answer, options: ChartOptions) -> Chart:
    """The chart of an answer. Raises `BadRequest` for settings of lines that make no sense."""
    width = min(max(options.width, LEAST_CANVAS), MOST_WIDTH)
    height = min(max(options.height, LEAST_CANVAS), MOST_HEIGHT)
    axes, warnings = planned_axes(answer, options, height)
    texts = width >= _LEAST_TEXT and not options.only_graph
    return Chart(
        start_ms=answer.start_ms,
        end_ms=answer.end_ms,
        step_ms=answer.step_ms,
        width=width,
        height=height,
        layout=options.layout,
        zoom=min(options.zoom, MOST_ZOOM),
        title=filled(options.title, answer.lines),
        theme=DRESSES[options.theme].theme,
        times=_times(answer, width),
        axes=axes,
        footer=footer(answer.start_ms, answer.end_ms, answer.step_ms, answer.timezone),
        show_legend=options.legend and texts and options.layout in ("canvas", "iw"),
        show_statistics=options.statistics and width >= _LEAST_STATISTICS,
        only_graph=options.only_graph,
        notices=(*warnings, *answer.notices, *_restrictions(answer, options)),
    )


def _restrictions(answer: Answer, options: ChartOptions) -> tuple[str, ...]:
    limits = (
        (options.height > MOST_HEIGHT, f"graph height to {MOST_HEIGHT}"),
        (options.width > MOST_WIDTH, f"graph width to {MOST_WIDTH}"),
        (options.zoom > MOST_ZOOM, f"zoom to {MOST_ZOOM}"),
        (len(answer.timezones) > MOST_ZONES, f"time zones to {MOST_ZONES}"),
    )
    return tuple(f"Restricted {what}." for beyond, what in limits if beyond)


def _times(answer: Answer, width: int) -> tuple[TimeAxis, ...]:
    """One axis for each zone, over the steps that the points cover: from one step before the first to the last."""
    start, end = answer.start_ms - answer.step_ms, answer.end_ms - answer.step_ms
    count = max(1, width // _TIME_LABEL)
    return tuple(
        TimeAxis(zone, time_ticks(start, end, parse_zone(zone), count)) for zone in answer.timezones[:MOST_ZONES]
    )

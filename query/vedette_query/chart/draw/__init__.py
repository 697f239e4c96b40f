"""Pictures of charts, as PNG. matplotlib is loaded for the first one: a process that draws nothing does without."""

from __future__ import annotations

from vedette_query.chart.chart import Chart, Theme

__all__ = ["draw", "error_image"]


def draw(chart: Chart) -> bytes:
    """The picture of a chart. Any thread may call it; the same chart gives the same bytes.

    With the layout `canvas` the plotting area is `width` x `height` pixels (at least 64 x 64) times the zoom, with
    `image` the whole picture, with `iw` and `ih` the picture's width or height alone and the canvas's other side.
    """
    from vedette_query.chart.draw.picture import paint  # noqa: PLC0415  # 23 MB that an idle process need not hold

    return paint(chart)


def error_image(message: str, width: int, height: int, theme: Theme) -> bytes:
    """A picture of this size that says what went wrong, for browsers: they show no other answer in the place of one."""
    from vedette_query.chart.draw.failure import paint_error  # noqa: PLC0415  # as above

    return paint_error(message, width, height, theme)

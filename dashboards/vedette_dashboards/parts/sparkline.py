"""A sparkline as a small SVG image: a line of values, with a bar below for each step that had failures.

An image in a data URI costs no script at all; twenty of them are drawn faster than one chart.
"""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

import numpy as np
from dash import html
from numpy.typing import NDArray

from vedette_dashboards import theme

WIDTH, HEIGHT = 132, 32
_PAD = 2.0
_BAR = 5.0  # height of the failure bars, below the line


def sparkline(values: NDArray[np.float64] | None, failures: NDArray[np.float64] | None = None, *, label: str) -> Any:
    """The image; `label` says in words what it shows."""
    if values is None or not np.isfinite(values).any():
        return html.Span("–", className="v-faint")
    return html.Img(src=uri(svg(values, failures)), alt=label, width=WIDTH, height=HEIGHT, className="v-spark")


def uri(image: str) -> str:
    """The SVG text as an address."""
    return "data:image/svg+xml," + quote(image, safe=" =:/'(),;.")


def svg(values: NDArray[np.float64], failures: NDArray[np.float64] | None = None) -> str:
    """The image's text. `failures` are shares from 0 to 1 on the same steps; NaN makes a gap. Zero is the bottom."""
    top = float(np.nanmax(values)) or 1.0
    count = max(2, values.size)
    xs = _PAD + (WIDTH - 2 * _PAD) * np.arange(values.size) / (count - 1)
    ys = _PAD + (HEIGHT - 2 * _PAD - _BAR) * (1 - values / top)
    colour, bad, ground = theme.LINES[0], theme.FAILURE, HEIGHT - _PAD - _BAR
    parts = []
    for run in _runs(xs, ys):
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (run if len(run) > 1 else run * 2))
        under = f"{path}L{run[-1][0]:.1f},{ground:.1f}L{run[0][0]:.1f},{ground:.1f}Z"
        parts.append(f"<path d='{under}' fill='{colour}' fill-opacity='.16'/>")
        parts.append(
            f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='1.5' stroke-linejoin='round'"
            " stroke-linecap='round'/>"
        )
    if failures is not None:
        width = max(1.0, (WIDTH - 2 * _PAD) / count)
        for x, share in zip(xs, failures, strict=True):
            if share > 0:
                size = max(1.5, _BAR * min(1.0, float(share) * 4))  # a quarter of all calls fills the bar
                parts.append(
                    f"<rect x='{x - width / 2:.1f}' y='{HEIGHT - size:.1f}' width='{width:.1f}' height='{size:.1f}'"
                    f" fill='{bad}'/>"
                )
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}'>{''.join(parts)}</svg>"


def _runs(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> list[list[tuple[float, float]]]:
    """The points of each unbroken run of values (a lone value becomes a line of no length: its round ends show)."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        if not math.isnan(y):
            runs[-1].append((x, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]

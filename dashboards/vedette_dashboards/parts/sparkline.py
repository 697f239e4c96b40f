"""A sparkline as a small SVG image: a line of values, with a bar below for each step that had failures.

An image in a data URI costs no script at all; twenty of them are drawn faster than one chart.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    colour, bad = theme.LINES[0], theme.LINES[1]
    parts = [
        f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='1.5' stroke-linejoin='round'"
        " stroke-linecap='round'/>"
        for path in _paths(xs, ys)
    ]
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


def _paths(xs: Sequence[float] | NDArray[np.float64], ys: NDArray[np.float64]) -> list[str]:
    """One path for each unbroken run of values; a lone value is a dot (a line of no length with round ends)."""
    paths: list[str] = []
    run: list[str] = []
    for x, y in zip(xs, ys, strict=True):
        if np.isnan(y):
            if run:
                paths.append("M" + "L".join(run if len(run) > 1 else run * 2))
            run = []
        else:
            run.append(f"{x:.1f},{y:.1f}")
    if run:
        paths.append("M" + "L".join(run if len(run) > 1 else run * 2))
    return paths

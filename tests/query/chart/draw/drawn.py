"""Charts made by hand, with their ticks and texts: what the golden pictures are drawn from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from vedette_query.answer import statistics
from vedette_query.chart.chart import (
    Axis,
    Cell,
    Chart,
    Heatmap,
    Line,
    LineStyle,
    Scale,
    Shade,
    Theme,
    Tick,
    TimeAxis,
)  # fmt: skip

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
START: Final = 1_763_769_600_000  # 2025-11-22T00:00Z

LIGHT: Final = Theme(
    "light", "fff5f5f5", "ffffffff", "ff000000", "5fababab", "5fff5b5b", "ffffc800", "ff444444"
)  # fmt: skip
DARK: Final = Theme(
    "dark", "ff0a0a0a", "ff000000", "ffffffff", "5fababab", "5fff5b5b", "ffffc800", "ffbbbbbb"
)  # fmt: skip

COLORS: Final = (
    "ff0075dc", "ff993f00", "ff9dcc00", "ff4c005c", "ff00998f", "ffffa405", "ff5ef1f2", "fff0a3ff", "ff94ffb5",
    "ffff0010", "ff2bce48", "ff740aff", "ff191919", "ffff5005", "ff005c31", "ffffcc99", "ff808080", "ff8f7c00",
    "ffc20088", "ff003380",
)  # fmt: skip
DARK_COLORS: Final = (
    "ff00b5f7", "ffe48f72", "ff86ce00", "ffd626ff", "ff479b55", "ffff9616", "ff0df9ff", "ffeea6fb", "ff22ffa7",
)  # fmt: skip

Numbers = Sequence[float]


def wave(period: float, height: float, base: float, noise: float = 0.0, seed: int = 1, *, points: int = 180) -> Numbers:
    """A sine with some noise, the same each time."""
    at = np.arange(points)
    rough = np.random.default_rng(seed).normal(0, noise, points) if noise else 0
    values: Numbers = (base + height * np.sin(at * 2 * np.pi / period) + rough).tolist()
    return values


def short(value: float) -> str:
    """A statistic as legends write it."""
    if math.isnan(value):
        return "NaN "
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:9.2f}{prefix}"
    return f"{value:9.2f} "


def line(label: str, color: str, values: Numbers, style: LineStyle = "line", width: float = 1.0) -> Line:
    """A line with the statistics of its values."""
    s = statistics(values)
    numbers = {"Max": s.maximum, "Min": s.minimum, "Avg": s.average, "Last": s.last, "Tot": s.total, "Cnt": s.count}
    legend = [(name, short(number)) for name, number in numbers.items()]
    return Line(label, color, style, width, values, s, legend, "name,x,:eq,:sum", {"name": "x"})


def value_ticks(lower: float, upper: float, step: float, unit: str = "") -> tuple[Tick, ...]:
    """A labelled tick at each step, and four without a label between two."""
    count = round((upper - lower) / step)
    every = [
        Tick(lower + step * (number + part / 5), "" if part else f"{lower + step * number:g}{unit}", part == 0)
        for number in range(count)
        for part in range(5)
    ]
    return (*every, Tick(upper, f"{upper:g}{unit}"))


def axis(number: int, lines: Sequence[Line], bounds: tuple[float, float], step: float, label: str = "") -> Axis:
    """A linear axis."""
    lower, upper = bounds
    ticks = value_ticks(lower, upper, step)
    color = lines[0].color if lines else "ff444444"
    return Axis(
        number, label, color, "linear", lower, upper, "auto-style", "auto-style", "decimal", ticks, tuple(lines)
    )


def time_axis(chart_start: int, chart_end: int, every: int, zone: str = "UTC", hours_off: int = 0) -> TimeAxis:
    """A labelled tick at each multiple of a time, and three without a label between two."""
    first = -(-chart_start // every) * every
    ticks = []
    for ms in range(first, chart_end, every // 4):
        minutes = (ms + hours_off * HOUR) // MINUTE % 1440
        major = ms % every == 0
        ticks.append(Tick(float(ms), f"{minutes // 60:02}:{minutes % 60:02}" if major else "", major))
    return TimeAxis(zone, tuple(ticks))


def chart(
    axes: Sequence[Axis], points: int = 180, step_ms: int = MINUTE, *, title: str = "", dark: bool = False
) -> Chart:
    """A chart over some points."""
    end = START + points * step_ms
    every = max(HOUR // 2, points * step_ms // 6 // (HOUR // 2) * (HOUR // 2))
    theme = DARK if dark else LIGHT
    axes = [replace(one, color=theme.axis) for one in axes] if len(axes) == 1 else axes
    return Chart(
        START, end, step_ms, 700, 300, "canvas", 1.0, title, theme, (time_axis(START, end, every),), tuple(axes),
        "Frame: 3h, End: 2025-11-22T03:00Z[UTC], Step: 1m", show_legend=True, show_statistics=True, only_graph=False,
    )  # fmt: skip


def plain() -> Chart:
    """A few lines."""
    lines = [
        line(f"region {name}", COLORS[n], wave(90 + 9 * n, 20, 60 + 15 * n, 3, n)) for n, name in enumerate("abcd")
    ]
    return chart([axis(0, lines, (0, 150), 25, "requests / s")], title="Requests by region")


def dark() -> Chart:
    """The same in the dark."""
    lines = [
        line(f"region {name}", DARK_COLORS[n], wave(90 + 9 * n, 20, 60 + 15 * n, 3, n)) for n, name in enumerate("abcd")
    ]
    return chart([axis(0, lines, (0, 150), 25, "requests / s")], title="Requests by region", dark=True)


def twenty() -> Chart:
    """Twenty lines of three hours at ten seconds."""
    lines = [line(f"app=web, node=i-{n:05}", COLORS[n], wave(400, 5, 10 * n, 2, n, points=1081)) for n in range(20)]
    return chart([axis(0, lines, (0, 250), 50)], 1081, 10_000, title="CPU by node")


def gaps() -> Chart:
    """Gaps, points alone, infinities, and values outside of the bounds."""
    nan, inf = float("nan"), float("inf")
    holes = [nan if 40 <= at % 60 < 50 else value for at, value in enumerate(wave(60, 20, 50))]
    alone = [30.0 if at % 12 == 0 else nan for at in range(180)]
    wild = [inf if 60 <= at < 66 else -inf if at == 120 else 500.0 if at == 150 else 70.0 for at in range(180)]
    lines = [line("holes", COLORS[0], holes), line("alone", COLORS[9], alone), line("wild", COLORS[4], wild, width=2)]
    return chart([axis(0, lines, (0, 100), 20)], title="Gaps and infinities")


def areas() -> Chart:
    """An area over and under zero with a line."""
    lines = [
        line("balance", "a00075dc", wave(60, 40, 0, 3), "area"),
        line("limit", COLORS[9], [25.0] * 180, width=2),
    ]
    return chart([axis(0, lines, (-50, 50), 25)])


def stacks(*, is_dark: bool = False) -> Chart:
    """Stacks upwards and downwards, one with a gap."""
    colors = DARK_COLORS if is_dark else COLORS
    nan = float("nan")
    holed = [nan if 80 <= at < 90 else value for at, value in enumerate(wave(45, 4, 12, 1, 3))]
    lines = [
        line("in a", colors[0], wave(90, 5, 20, 1, 1), "stack"),
        line("in b", colors[1], holed, "stack"),
        line("in c", colors[2], wave(120, 3, 9, 1, 4), "stack"),
        line("out a", colors[3], wave(60, 4, -15, 1, 5), "stack"),
        line("out b", colors[4], wave(60, 2, -6, 1, 6), "stack"),
    ]
    return chart([axis(0, lines, (-40, 60), 20, "bytes / s")], title="Traffic", dark=is_dark)


def spans() -> Chart:
    """Shades where a value is true."""
    busy = [1.0 if 30 <= at < 45 or at == 100 or 150 <= at < 155 else 0.0 for at in range(180)]
    lines = [line("alert", "40ff0010", busy, "vspan"), line("latency", COLORS[0], wave(70, 20, 50, 4), width=1.5)]
    lines.append(line("usual", "2000998f", [38.0, 62.0] * 90, "hspan"))
    made = replace(axis(0, lines, (0, 100), 20, "ms"), messages=("... 3 of 7 lines matched filter ...",))
    return chart([made], title="Latency, and when the alert was on")


def several_axes(*, is_dark: bool = False) -> Chart:
    """Three Y axes and three zones."""
    colors = DARK_COLORS if is_dark else COLORS
    axes = [
        axis(0, [line("requests", colors[0], wave(80, 20, 60, 3))], (0, 100), 20, "requests / s"),
        axis(1, [line("errors", colors[1], wave(50, 2, 3, 0.3))], (0, 8), 2, "errors / s"),
        axis(2, [line("latency", colors[2], wave(30, 100, 400, 9))], (0, 1000), 250),
    ]
    made = chart(axes, title="Requests, errors and latency", dark=is_dark)
    end = made.end_ms
    zones = (time_axis(START, end, HOUR // 2), time_axis(START, end, HOUR // 2, "US/Pacific", -8))
    return replace(made, times=(*zones, time_axis(START, end, HOUR // 2, "Europe/Paris", 1)))


def heat(*, is_dark: bool = False) -> Chart:
    """A heatmap with its scale."""
    colors = ("ffc6dbef", "ff9ecae1", "ff6baed6", "ff4292c6", "ff2171b5", "ff08519c", "ff08306b")
    rows = tuple(Cell(low, low + 5.0, f"{low}-{low + 5}") for low in range(0, 100, 5))
    at, low = np.meshgrid(np.arange(180), np.arange(0, 100, 5), indexing="ij")
    counts = np.floor(60 * np.exp(-(((low - 45 - 25 * np.sin(at / 25)) / 14) ** 2)))
    cells = [[colors[min(6, int(count / 9))] if count > 0 else "" for count in row] for row in counts.tolist()]
    shades = tuple(Shade(color, 9.0 * n, 9.0 * n + 9, f"{9 * n}-{9 * n + 9}") for n, color in enumerate(colors))
    heatmap = Heatmap(rows, shades, counts.tolist(), cells, "linear", "0", "auto-data", "requests by latency")
    made = axis(0, [line("latency", COLORS[0], [1.0] * 180, "heatmap")], (0, 100), 20, "ms")
    return chart([replace(made, heatmap=heatmap)], title="Latency", dark=is_dark)


def scale(name: Scale) -> Chart:
    """Values of all sizes on a scale that is not linear."""
    values = [10 ** (at / 45) for at in range(180)]
    ticks = tuple(Tick(value, f"{value:g}") for value in (0, 1, 10, 100, 1000, 10000))
    made = replace(axis(0, [line("growth", COLORS[0], values, width=2)], (0, 10000), 2500), scale=name, ticks=ticks)
    return chart([made], title=f"Scale {name}")


def notices() -> Chart:
    """Notices, long labels and labels with odd characters."""
    labels = (
        "name=http.server.requests, nf.app=www-gateway, nf.cluster=www-gateway-main, nf.region=us-east-1, " + "x" * 200,
        "costs $5 and $x^2$ under_score {brace} \\alpha",
        "日本 \t tab \x00 nul ✓ Ωμέγα Ж",
        "שלום עולם",
        "e\u0301te\u0301",
    )
    lines = [line(text, COLORS[n], wave(60, 5, 10 * n + 10, 1, n)) for n, text in enumerate(labels)]
    long_label = "a label that is far too long to stand beside a canvas of this small height, and so it is cut"
    made = chart([axis(0, lines, (0, 75), 25, long_label)], title="A title " + "very " * 60 + "long")
    told = "This notice is so long that it needs several lines. " * 3
    return replace(
        made,
        notices=(
            "Restricted graph width to 2000.",
            f"Invalid sort mode 'x'. Using default of 'legend'. {told}",
        ),
    )


def narrow() -> Chart:
    """A small canvas: statistics go below the labels."""
    return replace(plain(), width=220, height=120)


def image() -> Chart:
    """A whole image of a fixed size, so that the legend is cut."""
    return replace(twenty(), layout="image", width=600, height=400)


def zoomed() -> Chart:
    """Twice the dots."""
    return replace(several_axes(), zoom=2.0, width=350, height=150)


def labels_only() -> Chart:
    """No statistics: the labels stand side by side."""
    return replace(twenty(), show_statistics=False)


def only_graph() -> Chart:
    """Nothing but the canvas."""
    return replace(stacks(), only_graph=True, width=300, height=100)


def empty() -> Chart:
    """No lines."""
    return chart([axis(0, [], (0, 1), 0.25)], title="Nothing", dark=True)


GOLDEN: Final[Mapping[str, Callable[[], Chart]]] = {
    "plain": plain,
    "dark": dark,
    "gaps": gaps,
    "areas": areas,
    "stacks": stacks,
    "stacks-dark": lambda: stacks(is_dark=True),
    "spans": spans,
    "several-axes": several_axes,
    "several-axes-dark": lambda: several_axes(is_dark=True),
    "heatmap": heat,
    "heatmap-dark": lambda: heat(is_dark=True),
    "log": lambda: scale("log"),
    "log-linear": lambda: scale("log-linear"),
    "notices": notices,
    "narrow": narrow,
    "image": image,
    "zoomed": zoomed,
    "labels-only": labels_only,
    "only-graph": only_graph,
    "empty": empty,
}

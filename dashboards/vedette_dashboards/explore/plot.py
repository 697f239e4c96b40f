"""Drawing -> Plotly figure: several Y axes, lines, areas, stacks and shaded times. Pure, as `figure.figure` is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vedette_dashboards import theme
from vedette_dashboards.explore.drawing import Axis, Drawing, Heatmap, Line, Span
from vedette_dashboards.explore.units import Unit, unit_of
from vedette_dashboards.figure import Figure, identity, moment, time_axis

UNIFIED = 16
"""Lines whose values fit into one box beside the pointer; with more, the box has the nearest line only."""

_AREA = 0.35  # opacity of an area whose colour says nothing about it
_SPAN = 0.18


def plot(drawing: Drawing, *, tz: str, revision: str, units: Mapping[int, Unit]) -> Figure:
    """The figure. `revision` names the view: while it stays the same, the reader's zoom is kept."""
    names = line_names(drawing.lines)
    dashes = line_dashes(drawing.lines)
    first, used = moment(drawing.start_ms, tz), _used(drawing)
    traces = [
        _trace(line, name, dash, units[line.axis]) | {"x0": first, "dx": drawing.step_ms} | _against(line.axis, used)
        for line, name, dash in zip(drawing.lines, names, dashes, strict=True)
    ]
    traces += [_heat(heatmap, drawing, units, tz) | _against(heatmap.axis, used) for heatmap in drawing.heatmaps]
    shapes = [
        shape
        for line, name in zip(drawing.lines, names, strict=True)
        if line.style == "vspan"
        for shape in _spans(line, name, drawing, tz)
    ]
    shapes += [_shape(span, tz, used) for span in drawing.spans if span.axis is None or span.axis in used]
    return {"data": traces, "layout": {**_layout(drawing, units, revision=revision), "shapes": shapes}}


def axis_units(drawing: Drawing) -> dict[int, Unit]:
    """How the values of each axis are written."""
    kinds = {axis.id: axis.tick_labels for axis in drawing.axes}
    found = {}
    for axis in {*_used(drawing), *kinds}:
        values = [value for line in drawing.lines if line.axis == axis for value in line.values]
        values += [edge for heatmap in drawing.heatmaps if heatmap.axis == axis for edge in heatmap.edges]
        found[axis] = unit_of(kinds.get(axis, "decimal"), values)
    return found


def line_names(lines: Sequence[Line]) -> list[str]:
    """A name of its own for each line: its label, numbered where several have the same."""
    seen: Counter[str] = Counter()
    names = []
    for line in lines:
        seen[line.label] += 1
        names.append(line.label if seen[line.label] == 1 else f"{line.label} #{seen[line.label]}")
    return names


def line_dashes(lines: Sequence[Line]) -> list[str]:
    """A colour that comes again comes with another dash, so that two lines never look the same."""
    seen: Counter[str] = Counter()
    dashes = []
    for line in lines:
        dashes.append(theme.DASHES[seen[line.colour] % len(theme.DASHES)])
        seen[line.colour] += 1
    return dashes


def _trace(line: Line, name: str, dash: str, unit: Unit) -> Figure:
    values = np.asarray(line.values, dtype=np.float64) / unit.divisor
    there = np.isfinite(values)
    alone = there & ~np.roll(there, 1) & ~np.roll(there, -1) if values.size > 1 else there
    shaded = line.style == "vspan"
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "uid": identity(name),
        "y": [float(f"{v:.7g}") if ok and not shaded else None for v, ok in zip(values.tolist(), there, strict=True)],
        "opacity": 1.0 if line.style in ("area", "stack") else round(line.opacity, 3),
        "line": {"color": line.colour, "width": _width(line), "dash": dash if line.style == "line" else "solid"},
        "hovertemplate": f"%{{y:{unit.hover}}}{unit.suffix}",
        "connectgaps": False,
    }
    if shaded:
        trace["hoverinfo"] = "skip"
    if line.style == "area":
        trace |= {"fill": "tozeroy", "fillcolor": _rgba(line.colour, _fill(line))}
    elif line.style == "stack":
        side = "below" if there.any() and float(values[there].max()) < 0 else "above"
        trace |= {"stackgroup": f"{line.axis} {side}", "fillcolor": _rgba(line.colour, 0.75 * line.opacity)}
        # Within a stack a gap counts as zero; where the data has not come yet there is no stack at all.
        trace["y"] = trace["y"][: int(np.flatnonzero(there)[-1]) + 1] if there.any() else []
    if alone.any() and line.style == "line":  # between two gaps a line has no length: draw a dot
        trace |= {"mode": "lines+markers", "marker": {"size": [5 if lone else 0 for lone in alone.tolist()]}}
    return trace


def _heat(heatmap: Heatmap, drawing: Drawing, units: Mapping[int, Unit], tz: str) -> Figure:
    """Cells whose colours are those of the answer; a column stands for the step that ends at its time."""
    unit, counts = units[heatmap.axis], np.asarray(heatmap.counts, dtype=np.float64)
    cells = np.where(np.isfinite(counts) & (counts > 0), counts, np.nan).T
    low = heatmap.shades[0].lower if heatmap.shades else 0.0
    width = (heatmap.shades[-1].upper - low if heatmap.shades else 0.0) or 1.0
    return {
        "type": "heatmap",
        "name": heatmap.label,
        "uid": f"heatmap{heatmap.axis}",
        "x0": moment(drawing.start_ms - drawing.step_ms / 2, tz),
        "dx": drawing.step_ms,
        "y": [edge / unit.divisor for edge in heatmap.edges],
        "z": [[None if math.isnan(cell) else float(f"{cell:.5g}") for cell in row] for row in cells.tolist()],
        "zmin": low,
        "zmax": low + width,
        "colorscale": [
            [round((bound - low) / width, 6), _rgba(shade.colour, shade.opacity)]
            for shade in heatmap.shades
            for bound in (shade.lower, shade.upper)
        ],
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": f"%{{z:.4~s}} at %{{y:{unit.hover}}}{unit.suffix}<extra></extra>",
    }


def _width(line: Line) -> float:
    usual = 1.0 if line.style in ("area", "stack") else 1.8
    return usual if line.width == 1 else line.width


def _fill(line: Line) -> float:
    return _AREA if line.opacity == 1 else line.opacity


def _spans(line: Line, name: str, drawing: Drawing, tz: str) -> list[Figure]:
    """Shades for the runs of points at which a line is not zero; a point stands for the step that ends with it."""
    values = np.nan_to_num(np.asarray(line.values, dtype=np.float64))
    lit = np.concatenate(([False], np.abs(values) >= 1e-12, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(lit)).reshape(-1, 2)
    opacity = _SPAN if line.opacity == 1 else line.opacity
    return [
        {
            **_shape(
                Span(
                    drawing.start_ms + (begin - 1) * drawing.step_ms,
                    drawing.start_ms + (end - 1) * drawing.step_ms,
                    line.colour,
                    opacity,
                ),
                tz,
            ),
            "name": name,
        }
        for begin, end in edges.tolist()
    ]


def _shape(span: Span, tz: str, used: Sequence[int] = ()) -> Figure:
    fill = {"type": "rect", "layer": "below", "fillcolor": _rgba(span.colour, span.opacity), "line": {"width": 0}}
    if span.axis is None:
        return {
            **fill, "xref": "x", "x0": moment(span.start, tz), "x1": moment(span.end, tz),
            "yref": "paper", "y0": 0, "y1": 1,
        }  # fmt: skip
    reference = f"y{_number(used.index(span.axis))}"
    return {**fill, "xref": "paper", "x0": 0, "x1": 1, "yref": reference, "y0": span.start, "y1": span.end}


def _layout(drawing: Drawing, units: Mapping[int, Unit], *, revision: str) -> Figure:
    used = _used(drawing)
    axes = {axis.id: axis for axis in drawing.axes}
    drawn = [line for line in drawing.lines if line.style != "vspan"]
    layout: dict[str, Any] = {
        "autosize": True,
        "uirevision": revision,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 28},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": theme.FONT, "size": 12},
        "hovermode": "x unified" if len(drawn) <= UNIFIED else "closest",
        "hoverdistance": -1 if len(drawn) <= UNIFIED else 30,
        "dragmode": "zoom",
        "showlegend": False,
        "hoverlabel": {"namelength": 56},
        "xaxis": time_axis(),
    }
    for place, axis in enumerate(used):
        colour = next((line.colour for line in drawing.lines if line.axis == axis), None)
        name = "yaxis" + _number(place)
        lines = [line for line in drawing.lines if line.axis == axis]
        layout[name] = _value_axis(axes.get(axis, Axis(axis)), lines, units[axis])
        if len(used) > 1 and colour:
            layout[name] |= {"tickfont": {"color": colour}, "ticks": "outside", "tickcolor": colour}
        if place:  # the first axis stands on the left, the others on the right
            layout[name] |= {"overlaying": "y", "side": "right", "showgrid": False, "tickmode": "auto"}
            layout[name] |= {"anchor": "x"} if place == 1 else {"anchor": "free", "autoshift": True, "shift": 8}
    return layout


def _used(drawing: Drawing) -> list[int]:
    """The axes that lines are drawn against, the left one first. Plotly numbers them anew: y, y2, y3 ..."""
    found = {line.axis for line in drawing.lines} | {heatmap.axis for heatmap in drawing.heatmaps}
    return sorted(found or {0})


def _against(axis: int, used: Sequence[int]) -> Figure:
    return {"yaxis": f"y{_number(used.index(axis))}"}


def _number(place: int) -> str:
    return "" if place == 0 else str(place + 1)


def _value_axis(axis: Axis, lines: Sequence[Line], unit: Unit) -> Figure:
    zero = any(line.style in ("area", "stack") for line in lines)
    drawn: dict[str, Any] = {
        "rangemode": "tozero" if zero or _nearly_zero(lines) else "normal",
        "ticksuffix": unit.suffix,
        "tickformat": unit.tick,
        "nticks": 6,
        "automargin": True,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,  # a drag chooses times
        "showticklabels": axis.tick_labels != "off",
        "exponentformat": "SI",
    }
    if axis.scale.startswith("log") and all(v > 0 for line in lines for v in line.values if math.isfinite(v)):
        drawn["type"] = "log"
    elif axis.lower is not None or axis.upper is not None:
        drawn |= {"range": [_over(axis.lower, unit), _over(axis.upper, unit)], "autorange": _auto(axis)}
    if axis.label:
        drawn["title"] = {"text": axis.label, "standoff": 8}
    return drawn


def _nearly_zero(lines: Sequence[Line]) -> bool:
    """Whether the axis can begin at zero without flattening the lines: they use more than a fifth of the height."""
    values = [value for line in lines if line.style != "vspan" for value in line.values if math.isfinite(value)]
    return not values or (min(values) >= 0 and min(values) <= 0.8 * max(values))


def _auto(axis: Axis) -> bool | str:
    if axis.lower is None:
        return "min"
    return "max" if axis.upper is None else False


def _over(bound: float | None, unit: Unit) -> float | None:
    return None if bound is None else bound / unit.divisor


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:.3g})"

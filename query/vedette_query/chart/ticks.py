"""Ticks of a Y axis on round values, with labels that are as short as they can be and still differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from vedette_query.chart.chart import Scale, Tick, TickLabels
from vedette_query.chart.crooked import crooked_places
from vedette_query.chart.steps import Step, step_for
from vedette_query.chart.units import UNITS, Unit, compact, fits, unit_of

_MOST_DECIMALS: Final = 4
_LONG: Final = 8  # characters of a label; more are said once, and then only what is added


def value_ticks(lower: float, upper: float, scale: Scale, labels: TickLabels, count: int) -> tuple[Tick, ...]:
    """The ticks from `lower` to `upper` in ascending order, with about `count` labelled ones at most."""
    if scale != "linear":
        places = crooked_places(lower, upper, scale, labels, count)
        if places is not None:
            return tuple(Tick(value, _single(value, labels) if major else "", major) for value, major in places)
    step = step_for(lower, upper, labels, count)
    if step is None:  # bounds so close to each other that there is no round number between them
        texts = iter(_added((lower, upper), upper - lower, labels) if labels != "off" else ("", ""))
        return tuple(Tick(value, next(texts)) for value in (lower, upper))
    ticks = _multiples(step, lower, upper)
    texts = iter(_aligned([value for value, major in ticks if major], float(step.minor * step.parts), labels))
    return tuple(Tick(value, next(texts) if major else "", major) for value, major in ticks)


def _multiples(step: Step, lower: float, upper: float) -> list[tuple[float, bool]]:
    """The multiples of a small step within bounds, and whether each is one of the great step too."""
    first, last = math.floor(Fraction(lower) / step.minor), math.ceil(Fraction(upper) / step.minor)
    values = ((number, float(number * step.minor)) for number in range(first, last + 1))
    return [(value, number % step.parts == 0) for number, value in values if lower <= value <= upper]


def _single(value: float, labels: TickLabels) -> str:
    return "" if labels == "off" else compact(value, labels)


def _aligned(values: Sequence[float], step: float, labels: TickLabels) -> list[str]:
    """Labels of neighbours: all in one unit, with as many decimals as the step needs."""
    if labels == "off" or not values:
        return [""] * len(values)
    top = max(map(abs, values))
    text = _writer(top, step, labels)
    if text is None:
        return _added(values, step, labels)
    return [text(value) for value in values]


class _Writer:
    """Writes numbers in a unit with so many decimals."""

    def __init__(self, unit: Unit, decimals: int) -> None:
        self.unit = unit
        self.decimals = decimals

    def __call__(self, value: float) -> str:
        return "0" if value == 0 else f"{value / self.unit.factor:.{self.decimals}f}{self.unit.name}"


def _writer(top: float, step: float, labels: TickLabels) -> _Writer | None:
    """How to write values up to `top` the shortest way, with the fewest decimals; None where that would be long."""
    greatest = unit_of(top, labels)
    writers = [
        _Writer(unit, decimals)
        for unit in UNITS[labels]
        if unit.factor <= greatest.factor
        and fits(top, unit)
        and (decimals := _decimals(step / unit.factor)) is not None
    ]
    best = min(writers, key=lambda writer: (len(writer(top)), writer.decimals), default=None)
    return best if best is not None and len(best(top)) <= _LONG else None


def _decimals(step: float) -> int | None:
    """How many decimals tell multiples of a step apart exactly."""
    for decimals in range(_MOST_DECIMALS + 1):
        whole = step * 10**decimals
        if whole >= 0.999 and abs(whole - round(whole)) < 1e-6 * whole:
            return decimals
    return None


def _added(values: Sequence[float], step: float, labels: TickLabels) -> list[str]:
    """Labels of numbers that are long: with an exponent, or where that does not tell them apart, the first one in full
    and of the others what they are more."""
    powers = [f"{value:.3g}" for value in values]
    if len(set(powers)) == len(powers):
        return powers
    first = values[0]
    deltas = [value - first for value in values[1:]]
    text = _writer(max(deltas, default=step), step, labels) or (lambda value: f"{value:.3g}")
    return [f"{first:.7g}", *(f"+{text(delta)}" for delta in deltas)]

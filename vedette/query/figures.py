"""Numbers as people read them, with a prefix for the thousands (`1.234k`, `12.3m`), and marks for an axis."""

from __future__ import annotations

import math
from typing import Final

_PREFIXES: Final = ("y", "z", "a", "f", "p", "n", "u", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y")
_ONE: Final = _PREFIXES.index("")
_NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def figure(value: float, digits: int = 4) -> str:
    """A number with so many significant digits: 1234.5 is `1.234k`. A missing one is `-`."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")  # first of all, so that 999.96 becomes 1k and not 1000
    power = _power(rounded)
    scaled = rounded / 1000.0**power
    return _trimmed(f"{scaled:.{digits}f}") + _PREFIXES[_ONE + power]


def marks(lower: float, upper: float, most: int) -> list[tuple[float, str]]:
    """Round values from `lower` to `upper`, at most `most` (3 or more), with labels of one prefix that differ."""
    if not upper > lower:
        return [(lower, figure(lower))]
    step = _nice((upper - lower) / (most + 1))
    while len(indexes := _multiples(lower, upper, step)) > most:
        step = _nice(step * 1.01)
    values = [index * step for index in indexes]
    power = _power(max(map(abs, values), default=0.0) or 1.0)
    places = next(places for places in range(19) if _whole(step / 1000.0**power * 10**places))
    return [(value, _mark(value / 1000.0**power, places, _PREFIXES[_ONE + power])) for value in values]


def _multiples(lower: float, upper: float, step: float) -> range:
    return range(math.ceil(lower / step - 1e-9), math.floor(upper / step + 1e-9) + 1)


def _power(value: float) -> int:
    """How often a value is to be divided by a thousand, as far as there are prefixes."""
    power = math.floor(math.log10(abs(value)) / 3 + 1e-12)
    return max(-_ONE, min(len(_PREFIXES) - _ONE - 1, power))


def _nice(step: float) -> float:
    """The least round step that is not smaller: 1, 2, 2.5 or 5 by a power of ten."""
    unit = 10.0 ** math.floor(math.log10(step))
    return next(nice * unit for nice in _NICE if nice * unit >= step * (1 - 1e-9))


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6 * max(1.0, abs(value)) and round(value) != 0


def _mark(value: float, places: int, prefix: str) -> str:
    return "0" if value == 0 else f"{value:.{places}f}{prefix}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text

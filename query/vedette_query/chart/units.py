"""Units in front of which numbers stay short: k, M, m, μ; Ki, Mi; ms, h, d."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vedette_query.chart.chart import TickLabels
from vedette_query.language.numbers import print_double, print_fixed

_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Unit:
    """A name and how much it stands for."""

    name: str
    factor: float


def _decimal(names: str, sign: int) -> list[Unit]:
    return [Unit(name, float(f"1e{sign * 3 * place}")) for place, name in enumerate(names, start=1)]


_SMALL: Final = _decimal("mμnpfazy", -1)
_ONE: Final = Unit("", 1.0)

DECIMAL: Final = (*reversed(_decimal("kMGTPEZY", 1)), _ONE, *_SMALL)
BINARY: Final = (*reversed([Unit(f"{name}i", 1024.0**n) for n, name in enumerate("KMGTPEZY", 1)]), _ONE, *_SMALL)
DURATION: Final = (
    Unit("y", 365 * _DAY),
    Unit("w", 7 * _DAY),
    Unit("d", _DAY),
    Unit("h", 3600.0),
    Unit("m", 60.0),
    Unit("s", 1.0),
    Unit("ms", 1e-3),
    Unit("μs", 1e-6),
    Unit("ns", 1e-9),
)

UNITS: Final[Mapping[TickLabels, tuple[Unit, ...]]] = {
    "off": DECIMAL,
    "decimal": DECIMAL,
    "binary": BINARY,
    "duration": DURATION,
}
"""The units of each kind of label, greatest first. Durations are seconds."""

_MOST: Final = 1e5  # of the greatest unit and least of the smallest: beyond, an exponent is shorter


def unit_of(value: float, labels: TickLabels) -> Unit:
    """The greatest unit that is not more than a value; for zero that without a prefix."""
    units, size = UNITS[labels], abs(value)
    if size == 0:
        return next(unit for unit in units if unit.factor == 1.0)
    return next((unit for unit in units if size >= unit.factor), units[-1])


def fits(value: float, unit: Unit) -> bool:
    """Whether a value can be written in a unit without many digits or none."""
    return value == 0 or 1 / _MOST <= abs(value) / unit.factor < _MOST


def compact(value: float, labels: TickLabels = "decimal") -> str:
    """A number with at most three digits, or four before the point: `1.23k`, `1023Ki`, `90ms`, `1e+30`."""
    if not math.isfinite(value):
        return print_double(value)
    if value == 0:
        return "0"
    unit = unit_of(value, labels)
    if not fits(value, unit):
        return f"{value:.3g}"
    part = value / unit.factor
    text = f"{part:.0f}" if abs(part) >= 100 else f"{part:.3g}"
    return f"{text}{unit.name}"


def short(value: float, labels: TickLabels = "decimal") -> str:
    """A number with one decimal, as variables of legends stand for it: `123.5k`."""
    unit = unit_of(value, labels) if math.isfinite(value) else _ONE
    return f"{print_fixed(value / unit.factor, 1)}{unit.name}"


def fixed(value: float, labels: TickLabels = "decimal") -> str:
    """A number with two decimals, so that columns of it line up: `    12.30k`, `     5.00 `, `NaN `."""
    if not math.isfinite(value):
        return f"{print_double(value):>9} "
    unit = unit_of(value, labels)
    if not fits(value, unit):
        return f"{value:9.1e} "
    return f"{print_fixed(value / unit.factor, 2):>9}{unit.name or ' '}"

"""How the values of an axis are written: with decimal prefixes, with binary ones, or as durations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from vedette_dashboards import format
from vedette_dashboards.explore.drawing import TickLabels

_DURATIONS = ((1e-6, 1e-9, "ns"), (1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s"), (7200.0, 60.0, "min"),
              (172_800.0, 3600.0, "h"), (math.inf, 86_400.0, "d"))  # fmt: skip
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


@dataclass(frozen=True)
class Unit:
    """Values are divided by `divisor` and written with `suffix`, ticks and hovers with d3's format `tick`."""

    kind: TickLabels
    divisor: float = 1.0
    suffix: str = ""
    tick: str = "~s"
    hover: str = ".4~s"

    def text(self, value: float) -> str:
        """One value, as the legend has it."""
        match self.kind:
            case "duration":
                return format.duration(value)
            case "binary":
                return _binary(value)
            case _:
                return format.number(value)


def unit_of(kind: TickLabels, values: Iterable[float]) -> Unit:
    """The unit that suits the greatest of the values."""
    top = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if kind == "duration":
        divisor, suffix = next((size, name) for limit, size, name in _DURATIONS if top < limit)
        return Unit(kind, divisor, f" {suffix}", ",.3~r", ",.4~r")
    if kind == "binary":
        power = _power(top)
        return Unit(kind, 1024.0**power, f" {_BINARY[power]}" if power else "", ",.4~r", ",.4~r")
    return Unit(kind)


def _binary(value: float) -> str:
    if not math.isfinite(value):
        return format.number(value)
    power = _power(abs(value))
    return f"{format.number(value / 1024.0**power)}{' ' if power else ''}{_BINARY[power]}"


def _power(size: float) -> int:
    return min(len(_BINARY) - 1, max(0, int(math.log2(size) / 10))) if size >= 1 else 0

"""The values of constants, noise and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vedette_query.errors import BadField, BadRequest, require
from vedette_query.evaluation.evaluate import Evaluation, compute
from vedette_query.evaluation.lines import Lines, single
from vedette_query.language.numbers import print_double
from vedette_query.model.values import Constant, Random, Time, TimeSpan
from vedette_query.timing.dates import parse_date, reference

Times = NDArray[np.int64]
Field = Callable[[Times], NDArray[np.generic]]

_DAY_S: Final = 86_400


def _day_of(unit: str) -> Field:
    """The day (from 1) within the month or year."""
    return lambda ms: _days(ms) - _days(ms).astype(f"M8[{unit}]").astype("M8[D]") + np.timedelta64(1, "D")


def _days(ms: Times) -> NDArray[np.datetime64]:
    return ms.astype("M8[ms]").astype("M8[D]")


def _seconds(ms: Times) -> Times:
    return ms // 1000


def _year(ms: Times) -> NDArray[np.generic]:
    return ms.astype("M8[ms]").astype("M8[Y]").astype(np.int64) + 1970


def _month(ms: Times) -> NDArray[np.generic]:
    return ms.astype("M8[ms]").astype("M8[M]").astype(np.int64) % 12 + 1


def _since_epoch(unit_ms: int) -> Field:
    return lambda ms: ms / unit_ms


# The names of java.time.temporal.ChronoField, of which the short names are a selection.
_FIELDS: Final[dict[str, Field]] = {
    "NANO_OF_SECOND": lambda ms: ms % 1000 * 1_000_000,
    "MICRO_OF_SECOND": lambda ms: ms % 1000 * 1000,
    "MILLI_OF_SECOND": lambda ms: ms % 1000,
    "MILLI_OF_DAY": lambda ms: ms % (_DAY_S * 1000),
    "SECOND_OF_MINUTE": lambda ms: _seconds(ms) % 60,
    "SECOND_OF_DAY": lambda ms: _seconds(ms) % _DAY_S,
    "MINUTE_OF_HOUR": lambda ms: _seconds(ms) // 60 % 60,
    "MINUTE_OF_DAY": lambda ms: _seconds(ms) % _DAY_S // 60,
    "HOUR_OF_AMPM": lambda ms: _seconds(ms) // 3600 % 12,
    "CLOCK_HOUR_OF_AMPM": lambda ms: (_seconds(ms) // 3600 + 11) % 12 + 1,
    "HOUR_OF_DAY": lambda ms: _seconds(ms) // 3600 % 24,
    "CLOCK_HOUR_OF_DAY": lambda ms: (_seconds(ms) // 3600 + 23) % 24 + 1,
    "AMPM_OF_DAY": lambda ms: _seconds(ms) // 43_200 % 2,
    "DAY_OF_WEEK": lambda ms: (_seconds(ms) // _DAY_S + 3) % 7 + 1,
    "ALIGNED_DAY_OF_WEEK_IN_MONTH": lambda ms: (_day_of("M")(ms).astype(np.int64) - 1) % 7 + 1,
    "ALIGNED_DAY_OF_WEEK_IN_YEAR": lambda ms: (_day_of("Y")(ms).astype(np.int64) - 1) % 7 + 1,
    "DAY_OF_MONTH": _day_of("M"),
    "DAY_OF_YEAR": _day_of("Y"),
    "ALIGNED_WEEK_OF_MONTH": lambda ms: (_day_of("M")(ms).astype(np.int64) - 1) // 7 + 1,
    "ALIGNED_WEEK_OF_YEAR": lambda ms: (_day_of("Y")(ms).astype(np.int64) - 1) // 7 + 1,
    "MONTH_OF_YEAR": _month,
    "YEAR_OF_ERA": _year,
    "YEAR": _year,
    "ERA": np.ones_like,
    "OFFSET_SECONDS": np.zeros_like,
}

MODES: Final[dict[str, Field]] = {
    **_FIELDS,
    "secondOfMinute": _FIELDS["SECOND_OF_MINUTE"],
    "secondOfDay": _FIELDS["SECOND_OF_DAY"],
    "minuteOfHour": _FIELDS["MINUTE_OF_HOUR"],
    "minuteOfDay": _FIELDS["MINUTE_OF_DAY"],
    "hourOfDay": _FIELDS["HOUR_OF_DAY"],
    "dayOfWeek": _FIELDS["DAY_OF_WEEK"],
    "dayOfMonth": _FIELDS["DAY_OF_MONTH"],
    "dayOfYear": _FIELDS["DAY_OF_YEAR"],
    "monthOfYear": _FIELDS["MONTH_OF_YEAR"],
    "yearOfCentury": _year,
    "yearOfEra": _year,
    "seconds": _since_epoch(1000),
    "minutes": _since_epoch(60_000),
    "hours": _since_epoch(3_600_000),
    "days": _since_epoch(_DAY_S * 1000),
    "weeks": _since_epoch(7 * _DAY_S * 1000),
}
"""The modes of `:time`, in UTC; the last five are the time since the epoch as a fraction."""

_LONG: Final = {
    "NANO_OF_DAY": "NanoOfDay",
    "MICRO_OF_DAY": "MicroOfDay",
    "EPOCH_DAY": "EpochDay",
    "PROLEPTIC_MONTH": "ProlepticMonth",
    "INSTANT_SECONDS": "InstantSeconds",
}
"""Fields of `ChronoField` that a program may name, but that Atlas cannot evaluate: they are no 32-bit numbers there."""


@compute.register
def _(expr: Constant, evaluation: Evaluation) -> Lines:
    text = print_double(expr.constant)
    return single({"name": text}, text, np.full(evaluation.window.points, expr.constant))


@compute.register
def _(expr: Random, evaluation: Evaluation) -> Lines:
    label = "random" if expr.seed is None else f"seeded-random({expr.seed})"
    return single({"name": label}, label, noise(evaluation.window.times_ms ^ np.int64(expr.seed or 0)))


@compute.register
def _(expr: Time, evaluation: Evaluation) -> Lines:
    if expr.mode in _LONG:
        raise BadField(f"Invalid field '{_LONG[expr.mode]}' for get() method, use getLong() instead")
    values = MODES[expr.mode](evaluation.window.times_ms).astype(np.float64)
    return single({"name": expr.mode}, expr.mode, values)


@compute.register
def _(expr: TimeSpan, evaluation: Evaluation) -> Lines:
    start, end = _span(expr, evaluation)
    require(start <= end, "start must be <= end")
    times = evaluation.window.times_ms
    return single({"name": expr.label}, expr.label, ((times >= start) & (times <= end)).astype(np.float64))


def noise(times_ms: Times) -> NDArray[np.float64]:
    """Numbers from 0 to 0.999 that depend on the time only: a hash of both halves of the epoch ms."""
    bits = times_ms.astype(np.uint64)
    mixed = _mix((bits >> np.uint64(32)).astype(np.uint32)) ^ _mix(bits.astype(np.uint32))
    signed = mixed.view(np.int32).astype(np.int64)
    return np.abs(signed) % 1000 / 1000.0


def _mix(x: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The 32-bit finaliser "lowbias32" by Chris Wellons (public domain)."""
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def _span(expr: TimeSpan, evaluation: Evaluation) -> tuple[int, int]:
    from_name, to_name = reference(expr.start), reference(expr.end)
    if from_name == "e" and to_name == "s":
        raise BadRequest("start and end time are relative to each other")
    if from_name == "s":
        raise BadRequest("start time is relative to itself")
    if to_name == "e":
        raise BadRequest("end time is relative to itself")
    # Of the request, not of a chunk: who writes `ge-5m` means the end of what was asked for.
    graph = {"gs": evaluation.whole.start_ms, "ge": evaluation.whole.end_ms}

    def parse(text: str, **more: int) -> int:
        return parse_date(text, expr.zone, graph | more, evaluation.now_ms)

    if from_name == "e":
        end = parse(expr.end)
        return parse(expr.start, e=end), end
    start = parse(expr.start)
    return start, parse(expr.end, s=start)


def is_mode(name: str) -> bool:
    """Whether `:time` knows the mode."""
    return name in MODES or name in _LONG

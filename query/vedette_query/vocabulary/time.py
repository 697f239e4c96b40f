"""Words that make lines of the time itself."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final

from vedette_query.errors import BadRequest
from vedette_query.evaluation.values import is_mode
from vedette_query.language.kinds import TEXT
from vedette_query.language.typed import Slot, read, signature, typed
from vedette_query.language.word import Context, Word
from vedette_query.model.values import Time, TimeSpan
from vedette_query.timing.dates import parse_zone

_SPAN: Final = (Slot(TEXT, "s"), Slot(TEXT, "e"))


def _time(mode: str) -> Time:
    if not is_mode(mode):
        raise BadRequest(f"No enum constant java.time.temporal.ChronoField.{mode}")
    return Time(mode)


def _time_span(context: Context) -> Context:
    start, end = context.stack[-2:]
    zone = context.variables.get("tz", UTC)
    if isinstance(zone, str):
        zone = parse_zone(zone)
    span = TimeSpan(start, end, zone if isinstance(zone, tzinfo) else UTC)
    return context.with_stack((*context.stack[:-2], span))


TIME: Final = typed(
    "time",
    (Slot(TEXT, "mode"),),
    "TimeSeriesExpr",
    _time,
    "A part of the time in UTC as a line: secondOfMinute, minuteOfHour, hourOfDay, dayOfWeek (1 is Monday), "
    "dayOfMonth, monthOfYear and others; or the time since 1970 in seconds, minutes, hours, days or weeks.",
    "hourOfDay",
    "dayOfWeek",
)

TIME_SPAN: Final = Word(
    "time-span",
    signature(_SPAN, "TimeSeriesExpr"),
    "1 from one time to another (both included), else 0. The times are written as the s and e of a graph, each may "
    "refer to the other, and gs and ge are those of the graph. Without a zone they are in that of the graph.",
    ("e-30m,ge", "2026-02-20T13:00,s+30m"),
    lambda stack: read(stack, _SPAN) is not None,
    _time_span,
)

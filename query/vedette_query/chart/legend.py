"""What the legend and the footer of a chart say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from vedette_query.answer import AnswerLine, Statistics
from vedette_query.chart.chart import TickLabels
from vedette_query.chart.clock import at
from vedette_query.chart.units import fixed
from vedette_query.model.legends import substitute
from vedette_query.timing.dates import parse_zone
from vedette_query.timing.durations import from_ms

_SIGNS: Final = ("+", "-")
"""How the names of zones begin that are nothing but an offset."""


def statistic_rows(line: Statistics, labels: TickLabels) -> tuple[tuple[str, str], ...]:
    """The statistics of a line, in the order in which they stand: two in a row."""
    return (
        ("Max", fixed(line.maximum, labels)),
        ("Min", fixed(line.minimum, labels)),
        ("Avg", fixed(line.average, labels)),
        ("Last", fixed(line.last, labels)),
        ("Tot", fixed(line.total, labels)),
        ("Cnt", fixed(float(line.count))),
    )


def filled(text: str, lines: Iterable[AnswerLine]) -> str:
    """A title or label whose variables are filled in from the tags that all lines have in common."""
    if "$" not in text:
        return text
    tags = common_tags(lines)
    return substitute(text, lambda key: tags.get(key, key))


def common_tags(lines: Iterable[AnswerLine]) -> Mapping[str, str]:
    """The tags that all lines have with the same value."""
    every = [line.tags.items() for line in lines]
    return dict(set(every[0]).intersection(*every[1:])) if every else {}


def footer(start_ms: int, end_ms: int, step_ms: int, zone: str) -> str:
    """How long a chart is, when it ends, and its step: `Frame: 3h, End: 2026-11-22T03:00Z[UTC], Step: 1m`."""
    return f"Frame: {from_ms(end_ms - start_ms)}, End: {zoned(end_ms, zone)}, Step: {from_ms(step_ms)}"


def zoned(ms: int, zone: str) -> str:
    """A time as Java's `ZonedDateTime` prints it: `2026-11-22T03:00-08:00[US/Pacific]`; seconds where there are any."""
    time = at(ms, parse_zone(zone))
    text = time.replace(tzinfo=None).isoformat(timespec="milliseconds" if time.microsecond else "seconds")
    shift = time.isoformat()[len(time.replace(tzinfo=None).isoformat()) :]
    shift = "Z" if shift == "+00:00" else shift
    name = "" if zone == "Z" or zone.startswith(_SIGNS) else f"[{zone}]"
    return f"{text.removesuffix(':00') if time.second == 0 and not time.microsecond else text}{shift}{name}"

"""Answers as bytes: json, stats.json, v2.json, csv, txt and png, as Atlas writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from vedette_query.answer import Answer, statistics
from vedette_query.chart.document import documents
from vedette_query.chart.draw import draw
from vedette_query.chart.plan import plan
from vedette_query.errors import BadRequest
from vedette_query.language.numbers import print_double, print_fixed
from vedette_query.request import GraphRequest
from vedette_query.timing.dates import parse_zone


@dataclass(frozen=True)
class Format:
    """A way to write an answer."""

    content_type: str
    render: Callable[[Answer, GraphRequest], bytes]


def png(answer: Answer, request: GraphRequest) -> bytes:
    """A picture of the chart."""
    return draw(plan(answer, request.chart))


def v2_json(answer: Answer, request: GraphRequest) -> bytes:
    """The chart, planned but for the drawing, and its picture."""
    return orjson.dumps(documents(plan(answer, request.chart), request.chart, draw))


def json(answer: Answer, _: GraphRequest) -> bytes:
    """One row of values for each time, one column for each line; NaN and infinities are texts."""
    # A sum is finite only if all of its parts are, and is had in a tenth of the time of looking at each.
    columns = [
        line.values if math.isfinite(sum(line.values)) else list(map(_value, line.values)) for line in answer.lines
    ]
    rows: Iterable[Any] = zip(*columns, strict=True) if columns else ((),) * answer.points
    return orjson.dumps(
        {
            "start": answer.start_ms,
            "step": answer.step_ms,
            **_lines(answer),
            "values": list(rows),
            "notices": list(answer.notices),
        }
    )


def stats_json(answer: Answer, _: GraphRequest) -> bytes:
    """The statistics of each line instead of its values."""
    return orjson.dumps(
        {
            "start": answer.start_ms,
            "end": answer.end_ms,
            "step": answer.step_ms,
            **_lines(answer),
            "stats": [_statistics(line.values) for line in answer.lines],
            "notices": list(answer.notices),
        }
    )


def csv(answer: Answer, _: GraphRequest) -> bytes:
    """A table separated by commas, with times in the zone of the request."""
    return _table(answer, ",")


def txt(answer: Answer, _: GraphRequest) -> bytes:
    """A table separated by tabs."""
    return _table(answer, "\t")


FORMATS: Final = {
    "png": Format("image/png", png),
    "json": Format("application/json", json),
    "std.json": Format("application/json", json),
    "stats.json": Format("application/json", stats_json),
    "v2.json": Format("application/json", v2_json),
    "csv": Format("text/csv", csv),
    "txt": Format("text/plain", txt),
}


def find_format(name: str) -> Format:
    """A format by its name; raises `BadRequest` that says which there are."""
    if name not in FORMATS:
        raise BadRequest(f"unknown format '{name}', there are {', '.join(FORMATS)}")
    return FORMATS[name]


def _lines(answer: Answer) -> dict[str, Any]:
    return {
        "legend": [line.legend for line in answer.lines],
        "metrics": [dict(sorted(line.tags.items())) for line in answer.lines],
    }


def _statistics(values: Iterable[float]) -> dict[str, Any]:
    line = statistics(values)
    numbers = {
        "avg": line.average,
        "total": line.total,
        "max": line.maximum,
        "min": line.minimum,
        "last": line.last,
    }
    return {"count": line.count, **{name: _value(number) for name, number in numbers.items()}}


def _value(value: float) -> float | str:
    return value if math.isfinite(value) else print_double(value)


def _table(answer: Answer, separator: str) -> bytes:
    zone = parse_zone(answer.timezone)
    header = separator.join(f'"{name}"' for name in ("timestamp", *(line.legend for line in answer.lines)))
    rows = [header]
    for point, ms in enumerate(answer.times_ms):
        at = datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)
        cells = (_cell(line.values[point]) for line in answer.lines)
        rows.append(separator.join((_iso(at), *cells)))
    return ("\n".join(rows) + "\n").encode()


def _cell(value: float) -> str:
    return print_fixed(value, 6)


def _iso(at: datetime) -> str:
    text = at.isoformat(timespec="seconds")
    if at.microsecond:
        text = f"{text[:19]}.{at.microsecond:06}".rstrip("0") + text[19:]
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text

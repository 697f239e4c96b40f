"""An answer in numbers: a row of statistics for each line, and the values themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD, Box
from rich.table import Table
from rich.text import Text

from vedette.query import clock
from vedette.query.chart import Swatch
from vedette.query.figures import figure
from vedette.query.look import Look
from vedette_query.answer import Answer, AnswerLine, statistics
from vedette_query.timing.dates import parse_zone

_PLAIN: Final = Box("    \n    \n -- \n    \n    \n -- \n    \n    \n", ascii=True)
_NUMBERS: Final = ("last", "avg", "max", "min", "total", "count")


def statistics_table(answer: Answer, look: Look, marks: Sequence[Swatch] = (), *, most: int | None = None) -> str:
    """One row for each line, at most `most` of them; `marks` say how the chart above draws them."""
    table = _table(look)
    if marks:
        table.add_column("")
    table.add_column("line", overflow="fold", min_width=8)
    for name in _NUMBERS:
        table.add_column(name, justify="right", no_wrap=True)
    shown = answer.lines[:most]
    for place, line in enumerate(shown):
        table.add_row(*([_swatch(marks[place])] if marks else []), Text(line.legend), *_statistics(line))
    text = look.text(table, width=look.table_width)
    hidden = len(answer.lines) - len(shown)
    return text + (f"\n{hidden} more lines; --format table lists all." if hidden else "")


def value_table(answer: Answer, look: Look) -> str:
    """One row for each time, one column for each line."""
    table = _table(look)
    table.add_column(f"time ({answer.timezone})", no_wrap=True)
    for line in answer.lines:
        table.add_column(Text(line.legend), justify="right", overflow="fold", min_width=6)
    zone = parse_zone(answer.timezone)
    for point, ms in enumerate(answer.times_ms):
        at = clock.moment(ms, zone)
        table.add_row(f"{at:%Y-%m-%d %H:%M:%S}", *(figure(line.values[point]) for line in answer.lines))
    return look.text(table, width=look.table_width)


def span(answer: Answer) -> str:
    """The times of the answer in words: `2026-11-22 14:00:10 to 17:00:00 Europe/Berlin, one value each 10 s`."""
    zone = parse_zone(answer.timezone)
    first, last = (clock.moment(ms, zone) for ms in (answer.start_ms, answer.end_ms - answer.step_ms))
    day = "" if first.date() == last.date() else f"{last:%Y-%m-%d} "
    each = f"one value each {clock.period(answer.step_ms)}"
    return f"{first:%Y-%m-%d %H:%M:%S} to {day}{last:%H:%M:%S} {answer.timezone}, {each}"


def _table(look: Look) -> Table:
    return Table(box=SIMPLE_HEAD if look.unicode else _PLAIN, pad_edge=False, show_edge=False)


def _swatch(swatch: Swatch) -> Text:
    return Text(swatch.mark, style="" if swatch.colour is None else f"color({swatch.colour})")


def _statistics(line: AnswerLine) -> tuple[str, ...]:
    seen = statistics(line.values)
    numbers = (seen.last, seen.average, seen.maximum, seen.minimum, seen.total)
    return (*map(figure, numbers), f"{seen.count:,}")

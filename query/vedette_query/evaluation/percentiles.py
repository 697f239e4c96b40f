"""The values of percentiles and of distinct counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vedette_query.errors import BadRequest, require
from vedette_query.evaluation import buckets
from vedette_query.evaluation.distinct import REGISTERS, estimate_distinct
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.lines import Lines, Values, no_lines
from vedette_query.evaluation.memory import name, nothing
from vedette_query.language.numbers import print_double
from vedette_query.model.estimates import DISTINCT, PERCENTILE, ApproxDistinct, Percentiles
from vedette_query.model.expr import Tags, group_label
from vedette_query.model.query import label_query

NANOSECOND = 1e-9
"""Timers count nanoseconds in their buckets; a line shows seconds."""


@compute.register
def _(expr: Percentiles, evaluation: Evaluation) -> Lines:
    counts = evaluate(expr.counts, evaluation)
    groups = _groups(counts, expr.keys, PERCENTILE)
    if not groups:
        return no_lines(evaluation.window.points)
    tags: list[Tags] = []
    labels: list[str] = []
    values: list[Values] = []
    for key, members in groups.items():
        first = counts.tags[members[0]]
        about = label_query(expr.counts.query) if not expr.keys else key
        factor = NANOSECOND if first[PERCENTILE].startswith("T") else 1.0
        values.append(buckets.estimate(_by_bucket(counts, members), expr.percentiles) * factor)
        for percentile in map(_padded, expr.percentiles):
            tags.append({**first, PERCENTILE: percentile})
            labels.append(f"percentile({about}, {percentile})")
    return Lines(tuple(tags), np.concatenate(values), tuple(labels), counts.messages)


@compute.register
def _(expr: ApproxDistinct, evaluation: Evaluation) -> Lines:
    registers = evaluate(expr.registers, evaluation)
    groups = _groups(registers, expr.grouping, DISTINCT)
    points = evaluation.window.points
    if not groups:
        return no_lines(points) if expr.grouped else nothing(expr, points, evaluation.memory)
    tags = tuple(_without(registers.tags[members[0]], DISTINCT) for members in groups.values())
    values = [estimate_distinct(_by_register(registers, members)) for members in groups.values()]
    lines = Lines(tags, np.stack(values), None, registers.messages)
    return lines if expr.grouped else name(expr, lines, evaluation.memory)


def _groups(lines: Lines, keys: tuple[str, ...], part: str) -> dict[str, list[int]]:
    """The places of the lines of each group, by the group's label; lines without the tag `part` do not count."""
    groups: dict[str, list[int]] = {}
    for line, tags in enumerate(lines.tags):
        label = group_label(keys, tags)
        if part in tags and label is not None:
            groups.setdefault(label, []).append(line)
    return dict(sorted(groups.items()))


def _by_bucket(counts: Lines, members: Iterable[int]) -> Values:
    """The counts of one group as [buckets, points]."""
    rows = np.zeros((buckets.COUNT, counts.values.shape[1]))
    names: dict[int, str] = {}
    for line in members:
        name = counts.tags[line][PERCENTILE]
        bucket = _index(name, 16)
        if bucket is None or bucket >= buckets.COUNT:
            raise BadRequest(f"invalid percentile encoding: [{name}]")
        require(bucket not in names, f"invalid percentile encoding: [{names.get(bucket)},{name}]")
        names[bucket] = name
        rows[bucket] = counts.values[line]
    return rows


def _by_register(registers: Lines, members: Iterable[int]) -> Values:
    """The registers of one group as [registers, points]."""
    rows = np.full((REGISTERS, registers.values.shape[1]), np.nan)
    for line in members:
        name = registers.tags[line][DISTINCT]
        register = _index(name, 16) if name.startswith("R") else None
        if register is None or register >= REGISTERS:
            raise BadRequest(f"invalid register '{name}' for a distinct count, expected R00 to R{REGISTERS - 1:02X}")
        rows[register] = np.fmax(rows[register], registers.values[line])
    return rows


def _index(name: str, base: int) -> int | None:
    try:
        return int(name[1:], base)
    except ValueError:
        return None


def _padded(percentile: float) -> str:
    """The percentile with its decimal point at a fixed place: `  9.0`, ` 50.0`, `100.0`."""
    text = print_double(percentile)
    return f"  {text}" if percentile < 10 else f" {text}" if percentile < 100 else text


def _without(tags: Tags, key: str) -> Tags:
    return {name: value for name, value in tags.items() if name != key}

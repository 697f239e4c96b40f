"""From a `Selection` to SQL: which lines there are, whether sources overlap, and the values; pure.

The sources of a series at one step are put together (rates add, of gauges the greatest counts), then each series is
consolidated to the step, then series are combined. Each of the three can be a level of GROUP BY; a level that cannot
change the answer is left out, so that a plain sum of rates is one pass over the samples.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vedette_storage.clickhouse.condition import Conditions
from vedette_storage.predicate import Always, Equal
from vedette_storage.selection import Selection
from vedette_storage.series import Kind

NAMES_LIMIT: Final = 1000
"""With more names than this a query is not narrowed by name: the list would cost more than it saves."""

_NO_LINE: Final = 4294967295
"""Stands for the line of a series that was registered after the lines were listed; it is left out."""


# Samples are chosen by columns of their key alone, so they may be chosen before duplicates are removed.
_EARLY_FILTER: Final = "\nSETTINGS optimize_move_to_prewhere_if_final = 1"


@dataclass(frozen=True)
class Statement:
    """SQL text with its parameters."""

    text: str
    parameters: Mapping[str, object]

    def __str__(self) -> str:
        return "\n".join([self.text, *(f"-- {name} = {value!r}" for name, value in self.parameters.items())])


@dataclass(frozen=True)
class Found:
    """What matched: a hash for each line, the kinds of the series, and their names (empty: too many to name)."""

    hashes: Sequence[int]
    kinds: Collection[str]
    names: Sequence[str]


def lines(selection: Selection) -> Statement:
    """The lines of the answer: columns `hash`, `labels` (values of the group-by keys), `series_tags`, `kinds`, `names`
    and `series` (how many make up the line).

    `series_tags` is filled for `all` only. `series` may hold a series several times until its parts merge, which the
    grouping absorbs.
    """
    conditions = Conditions()
    hashed = _line_hash(selection, conditions)
    labels = ", ".join(f"any({conditions.value(key)})" for key in selection.group_by)
    series = "toUInt64(1)" if selection.aggregate == "all" else "uniqExact(series_id)"
    tags = "any(tags)" if selection.aggregate == "all" else "map()::Map(String, String)"
    text = f"""\
SELECT {hashed} AS hash, [{labels}]::Array(String) AS labels, {tags} AS series_tags,
    groupUniqArray(kind) AS kinds, groupUniqArray({NAMES_LIMIT + 1})(name) AS names,
    {series} AS series
FROM series
WHERE {_matching(selection, conditions)}
GROUP BY hash
ORDER BY labels, hash"""
    return Statement(text, conditions.parameters)


def overlapping_sources(selection: Selection, found: Found) -> Statement:
    """Answers one row if a series of the selection has values of several sources in the window, else none."""
    conditions = Conditions()
    text = f"""\
SELECT series_id
FROM samples
WHERE {_in_window(selection, found, conditions)}
GROUP BY series_id
HAVING min(src) != max(src)
LIMIT 1"""
    return Statement(text, conditions.parameters)


def sources_matter(selection: Selection, kinds: Collection[str], primary_ms: int) -> bool:
    """Whether a one-level answer would be wrong if a series had several sources at one step."""
    rates, gauges = set(kinds) == {Kind.RATE}, Kind.RATE not in kinds
    same_step = selection.step_ms == primary_ms
    added = rates and (same_step or selection.consolidation in ("avg", "sum"))
    greatest = gauges and (same_step or selection.consolidation == "max")
    match selection.aggregate:
        case "sum":
            return not added
        case "max":
            return not greatest
        case "all":
            return not (added or greatest)
        case "count":
            return selection.consolidation in ("avg", "sum")
        case "min":
            return True


def values(selection: Selection, found: Found, primary_ms: int, *, fold: bool) -> Statement:
    """The values of the answer: columns `g` (line, from 0), `i` (point, from 0) and `v`.

    `fold` puts the sources of each series together first, at the cost of a level; see `sources_matter`.
    """
    conditions = Conditions()
    samples = _folded(selection, found, conditions) if fold else _plain(selection, found, conditions)
    grouped = selection.aggregate == "all" or bool(selection.group_by)
    join = _join(selection, found, conditions) if grouped else ""
    g = "g" if grouped else "toUInt32(0) AS g"
    point = _point(selection, conditions)
    at_once = _at_once(selection, found.kinds, primary_ms, conditions)
    if at_once:
        text = f"""\
SELECT {g}, {point} AS i, {at_once} AS v
FROM (
{_indent(samples)}
) AS sample
{join}GROUP BY g, i"""
    else:
        consolidated = _consolidated(selection, primary_ms, conditions)
        text = f"""\
SELECT {g}, i, {"sum" if selection.aggregate == "count" else selection.aggregate}(consolidated) AS v
FROM (
    SELECT series_id, {point} AS i, {consolidated} AS consolidated
    FROM (
{_indent(samples, 8)}
    ) AS sample
    GROUP BY series_id, i
) AS stepped
{join}GROUP BY g, i"""
    return Statement(text + _EARLY_FILTER, conditions.parameters)


def _plain(selection: Selection, found: Found, conditions: Conditions) -> str:
    return f"SELECT series_id, ts, value\nFROM samples FINAL\nWHERE {_in_window(selection, found, conditions)}"


def _folded(selection: Selection, found: Found, conditions: Conditions) -> str:
    """One row for each series and step."""
    if set(found.kinds) == {Kind.RATE}:
        value = "sum(value)"
    elif Kind.RATE not in found.kinds:
        value = "max(value)"
    else:
        rates = f"SELECT series_id FROM series WHERE {_matching(selection, conditions)} AND kind = '{Kind.RATE}'"
        value = f"if(series_id IN ({rates}), sum(value), max(value))"
    # The new name keeps ClickHouse from reading the aggregate's own result where the column is meant.
    return f"""\
SELECT series_id, ts, folded AS value
FROM (
    SELECT series_id, ts, {value} AS folded
    FROM samples FINAL
    WHERE {_in_window(selection, found, conditions)}
    GROUP BY series_id, ts
)"""


def _at_once(selection: Selection, kinds: Collection[str], primary_ms: int, conditions: Conditions) -> str | None:
    """The value of a point straight from the samples, if consolidating each series first would not change it."""
    aggregate, consolidation = selection.aggregate, selection.consolidation
    if aggregate == "count" and consolidation in ("min", "max"):
        return "toFloat64(uniqExact(series_id))"
    if aggregate == "all" and selection.step_ms == primary_ms:
        return "max(value)" if Kind.RATE not in kinds else "sum(value)"
    if selection.step_ms == primary_ms:
        return "toFloat64(count())" if aggregate == "count" else f"{aggregate}(value)"
    linear = aggregate in ("sum", "count") and consolidation in ("avg", "sum")
    if aggregate == "all" or linear or aggregate == consolidation:
        return _consolidated(selection, primary_ms, conditions)
    return None


def _consolidated(selection: Selection, primary_ms: int, conditions: Conditions) -> str:
    """The samples of one series in one step as one value; for `count` each sample stands for 1."""
    steps = "{steps:Float64}"
    counting = selection.aggregate == "count"
    match selection.consolidation:
        case "avg":
            conditions.parameters["steps"] = selection.step_ms / primary_ms
            return f"count() / {steps}" if counting else f"sum(value) / {steps}"
        case "sum":
            return "toFloat64(count())" if counting else "sum(value)"
        case other:
            return f"{other}(value)"


def _join(selection: Selection, found: Found, conditions: Conditions) -> str:
    """Gives each sample the number `g` of the line that its series belongs to; each series stands there once."""
    conditions.parameters["hashes"] = list(found.hashes)
    conditions.parameters["lines"] = list(range(len(found.hashes)))
    return f"""\
INNER JOIN (
    SELECT series_id, transform(hash, {{hashes:Array(UInt64)}}, {{lines:Array(UInt32)}}, toUInt32({_NO_LINE})) AS g
    FROM (
        SELECT series_id, {_line_hash(selection, conditions)} AS hash
        FROM series
        WHERE {_matching(selection, conditions)}
        LIMIT 1 BY series_id
    )
    WHERE g != {_NO_LINE}
) AS line USING (series_id)
"""


def _line_hash(selection: Selection, conditions: Conditions) -> str:
    if selection.aggregate == "all":
        return "series_id"
    if not selection.group_by:
        return "toUInt64(0)"
    return f"cityHash64({', '.join(conditions.value(key) for key in selection.group_by)})"


def _matching(selection: Selection, conditions: Conditions) -> str:
    """The series of the selection: those that meet the predicate and have every group-by key."""
    clauses = [conditions.of(selection.predicate)]
    clauses += [conditions.has(key) for key in selection.group_by if key != "name"]
    return " AND ".join(clauses)


def _in_window(selection: Selection, found: Found, conditions: Conditions) -> str:
    """The samples of the selection. Its time selects partitions, its names and series parts of these."""
    _bind_window(selection, conditions)
    first, last = "fromUnixTimestamp64Milli({first:Int64}, 'UTC')", "fromUnixTimestamp64Milli({last:Int64}, 'UTC')"
    clauses = [
        f"ts >= {first} AND ts <= {last}",
    ]
    if found.names:
        conditions.parameters["names"] = list(found.names)
        clauses.insert(0, "name IN {names:Array(String)}")
    named_alone = isinstance(selection.predicate, Equal) and selection.predicate.key == "name"
    if not ((named_alone or selection.predicate == Always()) and not selection.group_by):
        clauses.append(f"series_id IN (SELECT series_id FROM series WHERE {_matching(selection, conditions)})")
    return "\n    AND ".join(clauses)


def _bind_window(selection: Selection, conditions: Conditions) -> None:
    conditions.parameters["first"] = selection.start_ms - selection.step_ms + 1
    conditions.parameters["last"] = selection.end_ms
    conditions.parameters["step"] = selection.step_ms


def _point(selection: Selection, conditions: Conditions) -> str:
    """The point that a sample belongs to: point i covers (t - step, t]. A small integer groups fastest."""
    _bind_window(selection, conditions)
    type_ = "UInt16" if selection.points <= 65536 else "UInt32"
    return f"to{type_}(intDiv(toUnixTimestamp64Milli(ts) - {{first:Int64}}, {{step:Int64}}))"


def _indent(text: str, by: int = 4) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())

"""From a `Selection` to SQL over the samples: the values of its lines, and whether sources overlap; pure.

The sources of a series at one step are put together (rates add, of gauges the greatest counts), then each series is
consolidated to the step, then series are combined. Each of the three can be a level of GROUP BY; a level that cannot
change the answer is left out, so that a plain sum of rates is one pass over the samples. A rollup has the first level
behind it, and where its buckets are the steps, the second.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vedette_storage.clickhouse.condition import Conditions
from vedette_storage.clickhouse.layers import Rollup
from vedette_storage.clickhouse.shares import Share, Stretch
from vedette_storage.clickhouse.sql import Found, Statement, join, line_of_member, matching
from vedette_storage.predicate import Always, Equal
from vedette_storage.selection import Selection
from vedette_storage.series import Kind

# Samples are chosen by columns of their key alone, so they may be chosen before duplicates are removed.
_EARLY_FILTER = "\nSETTINGS optimize_move_to_prewhere_if_final = 1"


def overlapping_sources(selection: Selection, found: Found, share: Share) -> Statement:
    """Answers one row if a series of the selection may have several sources at one step of the raw share, else none.

    A source that takes over from another, as after a restart, does not count: their times do not overlap. Of times
    sorted by their begin any two overlap only if two neighbours do.
    """
    conditions = Conditions()
    text = f"""\
SELECT series_id
FROM (
    SELECT series_id, src, min(ts) AS since, max(ts) AS until
    FROM {share.layer.table}
    WHERE {_within(selection, found, share, conditions)}
    GROUP BY series_id, src
)
GROUP BY series_id
HAVING count() > 1 AND arrayExists(
    (one, next) -> next.1 <= one.2,
    arrayPopBack(arraySort(groupArray((since, until))) AS times), arrayPopFront(times))
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


def values(selection: Selection, found: Found, shares: Sequence[Share], primary_ms: int, *, fold: bool) -> Statement:
    """The values of the answer: columns `g` (line, from 0), `i` (point, from 0) and `v`.

    The shares are disjoint and make up the window. `fold` puts the sources of each series together first where samples
    are raw, at the cost of a level; see `sources_matter`.
    """
    return _Values(selection, found, primary_ms, fold).statement(shares)


class _Values:
    """Writes the one statement of a selection."""

    def __init__(self, selection: Selection, found: Found, primary_ms: int, fold: bool) -> None:
        self._selection = selection
        self._found = found
        self._primary_ms = primary_ms
        self._fold = fold
        self._conditions = Conditions()

    def statement(self, shares: Sequence[Share]) -> Statement:
        selection = self._selection
        grouped = selection.aggregate == "all" or bool(selection.group_by)
        line, joined = "toUInt32(0) AS g", ""
        if grouped and self._found.members:
            line = f"{line_of_member(self._found, self._conditions)} AS g"
        elif grouped:
            line, joined = "g", join(selection, self._found, self._conditions)
        at_once = self._at_once(shares)
        if at_once:
            source, value = self._samples(shares), at_once
        else:
            source, value = self._consolidated(shares), f"{_across(selection)}(value)"
        text = f"""\
SELECT {line}, i, {value} AS v
FROM (
{_indent(source)}
) AS sample
{joined}GROUP BY g, i"""
        return Statement(text + _EARLY_FILTER, self._conditions.parameters)

    def _at_once(self, shares: Sequence[Share]) -> str | None:
        """The value of a point straight from the samples, if consolidating each series first would not change it."""
        aggregate, consolidation = self._selection.aggregate, self._selection.consolidation
        if aggregate == "count" and consolidation in ("min", "max"):
            return "toFloat64(uniqExact(series_id))"
        linear = aggregate in ("sum", "count") and consolidation in ("avg", "sum")
        if aggregate == "all" and self._selection.step_ms == self._primary_ms:
            return "max(value)" if Kind.RATE not in self._found.kinds else "sum(value)"
        if aggregate == "all" or linear or aggregate == consolidation:
            return self._of_step(shares)
        if all(share.layer.width_ms == self._selection.step_ms for share in shares):
            return f"{_across(self._selection)}({self._of_row('value')})"
        return None

    def _of_step(self, shares: Sequence[Share]) -> str:
        """The rows of one step as one value; for `count` each sample stands for 1."""
        counting, raw = self._selection.aggregate == "count", not any(isinstance(one.layer, Rollup) for one in shares)
        match self._selection.consolidation:
            case "avg" | "sum":
                return self._of_row("count()" if counting and raw else "sum(value)")
            case other:
                return f"{other}(value)"

    def _of_row(self, value: str) -> str:
        """What a sum over a step counts for: an average divides it by the length of the step, gaps included."""
        steps = self._selection.step_ms / self._primary_ms
        if self._selection.consolidation != "avg" or steps == 1:
            return "toFloat64(count())" if value == "count()" else value
        self._conditions.parameters["steps"] = steps
        return f"{value} / {{steps:Float64}}"

    def _consolidated(self, shares: Sequence[Share]) -> str:
        """One row for each series and point: `series_id`, `i`, `value`. A bucket that is a step is one already."""
        ready = [share for share in shares if share.layer.width_ms == self._selection.step_ms]
        finer = [share for share in shares if share not in ready]
        sources = [self._rows(share, self._of_row(self._column(share))) for share in ready]
        if finer:
            stepped = f"""\
SELECT series_id, i, {self._of_step(finer)} AS consolidated
FROM (
{_indent(self._samples(finer))}
)
GROUP BY series_id, i"""
            # The new name keeps ClickHouse from reading the aggregate's own result where the column is meant.
            sources.append(f"SELECT series_id, i, consolidated AS value FROM (\n{_indent(stepped)}\n)")
        return "\nUNION ALL\n".join(sources)

    def _samples(self, shares: Sequence[Share]) -> str:
        """The rows of the shares: `series_id`, `i` (the point they belong to), `value`."""
        return "\nUNION ALL\n".join(
            self._folded(share)
            if self._fold and not isinstance(share.layer, Rollup)
            else self._rows(share, self._column(share))
            for share in shares
        )

    def _rows(self, share: Share, value: str) -> str:
        where = _within(self._selection, self._found, share, self._conditions)
        selected = value if value == "value" else f"{value} AS value"
        return f"SELECT series_id, {self._point(share)} AS i, {selected}\nFROM {share.layer.table} FINAL\nWHERE {where}"

    def _folded(self, share: Share) -> str:
        """The raw rows of a share with one value for each series and step."""
        if set(self._found.kinds) == {Kind.RATE}:
            value = "sum(value)"
        elif Kind.RATE not in self._found.kinds:
            value = "max(value)"
        else:
            rates = f"SELECT series_id FROM series WHERE {matching(self._selection, self._conditions)}"
            value = f"if(series_id IN ({rates} AND kind = '{Kind.RATE}'), sum(value), max(value))"
        counts = self._selection.aggregate == "count" and self._selection.consolidation in ("avg", "sum")
        return f"""\
SELECT series_id, {self._point(share)} AS i, {"toFloat64(1)" if counts else "folded"} AS value
FROM (
    SELECT series_id, ts, {value} AS folded
    FROM {share.layer.table} FINAL
    WHERE {_within(self._selection, self._found, share, self._conditions)}
    GROUP BY series_id, ts
)"""

    def _column(self, share: Share) -> str:
        """What a row of the layer has to say to this selection."""
        counting = self._selection.aggregate == "count"
        if not isinstance(share.layer, Rollup):
            return "toFloat64(1)" if counting else "value"
        match self._selection.consolidation:
            case "avg" | "sum":
                return "toFloat64(cnt)" if counting else "sum"
            case other:
                return "toFloat64(1)" if counting else other

    def _point(self, share: Share) -> str:
        """The point that a row belongs to: point i covers (t - step, t]. A small integer groups fastest."""
        self._conditions.parameters["first"] = self._selection.start_ms - self._selection.step_ms + 1
        self._conditions.parameters["step"] = self._selection.step_ms
        type_ = "UInt16" if self._selection.points <= 65536 else "UInt32"
        ms = "toUnixTimestamp(ts) * 1000" if isinstance(share.layer, Rollup) else "toUnixTimestamp64Milli(ts)"
        return f"to{type_}(intDiv({ms} - {{first:Int64}}, {{step:Int64}}))"


def _across(selection: Selection) -> str:
    """How the consolidated values of several series become one."""
    return "sum" if selection.aggregate == "count" else selection.aggregate


def _within(selection: Selection, found: Found, share: Share, conditions: Conditions) -> str:
    """The rows of the share. Its time selects partitions, its names and series parts of these."""
    clauses = [_time(share, conditions)]
    if found.names:
        conditions.parameters["names"] = list(found.names)
        clauses.insert(0, "name IN {names:Array(String)}")
    if found.members:
        conditions.parameters["ids"] = list(found.members)
        clauses.append("series_id IN {ids:Array(UInt64)}")
        return "\n    AND ".join(clauses)
    # Who lacks a key to group by is left out by the join; that alone is no reason to look every row's series up twice.
    named_alone = isinstance(selection.predicate, Equal) and selection.predicate.key == "name"
    if not (named_alone or selection.predicate == Always()):
        clauses.append(f"series_id IN (SELECT series_id FROM series WHERE {matching(selection, conditions)})")
    return "\n    AND ".join(clauses)


def _time(share: Share, conditions: Conditions) -> str:
    stretches = [_between(share, stretch, conditions) for stretch in share.stretches]
    return stretches[0] if len(stretches) == 1 else f"({' OR '.join(stretches)})"


def _between(share: Share, stretch: Stretch, conditions: Conditions) -> str:
    if isinstance(share.layer, Rollup):
        ends = (f"toDateTime({conditions.bind('Int64', end // 1000)}, 'UTC')" for end in _ends(stretch))
    else:
        ends = (f"fromUnixTimestamp64Milli({conditions.bind('Int64', end)}, 'UTC')" for end in _ends(stretch))
    after, until = ends
    return f"ts > {after} AND ts <= {until}"


def _ends(stretch: Stretch) -> tuple[int, int]:
    return stretch.after_ms, stretch.until_ms


def _indent(text: str, by: int = 4) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())

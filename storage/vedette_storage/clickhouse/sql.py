"""From a `Selection` to SQL over the series: which lines there are, and which series belongs to which; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vedette_storage.clickhouse.condition import Conditions
from vedette_storage.selection import Selection

NAMES_LIMIT: Final = 1000
"""With more names than this a query is not narrowed by name: the list would cost more than it saves."""

SERIES_LIMIT: Final = 500
"""Up to so many series are named to the database one by one; of more it finds out again which they are."""

_NO_LINE: Final = 4294967295
"""Stands for the line of a series that was registered after the lines were listed; it is left out."""


@dataclass(frozen=True)
class Statement:
    """SQL text with its parameters."""

    text: str
    parameters: Mapping[str, object]

    def __str__(self) -> str:
        return "\n".join([self.text, *(f"-- {name} = {value!r}" for name, value in self.parameters.items())])


@dataclass(frozen=True)
class Found:
    """What matched: a hash for each line, the kinds of the series, and their names (empty: too many to name).

    `members` holds the ids of the series with the number of their line; it is empty when there are too many.
    """

    hashes: Sequence[int]
    kinds: Collection[str]
    names: Sequence[str]
    members: Mapping[int, int] = field(default_factory=dict)


def lines(selection: Selection) -> Statement:
    """The lines of the answer: columns `hash`, `labels` (values of the group-by keys), `series_tags`, `kinds`, `names`
    `series` (how many make up the line) and `ids` (of these, some more than are of use).

    `series_tags` is filled for `all` only. `series` may hold a series several times until its parts merge, which the
    grouping absorbs.
    """
    conditions = Conditions()
    hashed = line_hash(selection, conditions)
    labels = ", ".join(f"any({conditions.value(key)})" for key in selection.group_by)
    series = "toUInt64(1)" if selection.aggregate == "all" else "uniqExact(series_id)"
    ids = "[series_id]" if selection.aggregate == "all" else f"groupUniqArray({SERIES_LIMIT + 1})(series_id)"
    tags = "any(tags)" if selection.aggregate == "all" else "map()::Map(String, String)"
    text = f"""\
SELECT {hashed} AS hash, [{labels}]::Array(String) AS labels, {tags} AS series_tags,
    groupUniqArray(kind) AS kinds, groupUniqArray({NAMES_LIMIT + 1})(name) AS names,
    {series} AS series, {ids} AS ids
FROM series
WHERE {matching(selection, conditions)}
GROUP BY hash
ORDER BY labels, hash"""
    return Statement(text, conditions.parameters)


def join(selection: Selection, found: Found, conditions: Conditions) -> str:
    """Gives each sample the number `g` of the line that its series belongs to; each series stands there once."""
    conditions.parameters["hashes"] = list(found.hashes)
    conditions.parameters["lines"] = list(range(len(found.hashes)))
    return f"""\
INNER JOIN (
    SELECT series_id, transform(hash, {{hashes:Array(UInt64)}}, {{lines:Array(UInt32)}}, toUInt32({_NO_LINE})) AS g
    FROM (
        SELECT series_id, {line_hash(selection, conditions)} AS hash
        FROM series
        WHERE {matching(selection, conditions)}
        LIMIT 1 BY series_id
    )
    WHERE g != {_NO_LINE}
) AS line USING (series_id)
"""


def line_of_member(found: Found, conditions: Conditions) -> str:
    """The number of the line of a sample, where every series that is read has been named."""
    conditions.parameters["ids"] = list(found.members)
    conditions.parameters["places"] = list(found.members.values())
    return f"transform(series_id, {{ids:Array(UInt64)}}, {{places:Array(UInt32)}}, toUInt32({_NO_LINE}))"


def line_hash(selection: Selection, conditions: Conditions) -> str:
    if selection.aggregate == "all":
        return "series_id"
    if not selection.group_by:
        return "toUInt64(0)"
    return f"cityHash64({', '.join(conditions.value(key) for key in selection.group_by)})"


def matching(selection: Selection, conditions: Conditions) -> str:
    """The series of the selection: those that meet the predicate and have every group-by key."""
    clauses = [conditions.of(selection.predicate)]
    clauses += [conditions.has(key) for key in selection.group_by if key != "name"]
    return " AND ".join(clauses)

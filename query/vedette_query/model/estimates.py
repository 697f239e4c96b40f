"""What can be estimated from bucket counts and registers: percentiles, and the number of distinct values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from vedette_query.errors import require
from vedette_query.language.numbers import print_double
from vedette_query.language.tokens import join, listed
from vedette_query.model.data import Aggregate, DataExpr, GroupBy
from vedette_query.model.expr import Node, SeriesExpr, Tags, group_label, rewrite_series
from vedette_query.model.query import print_query

PERCENTILE: Final = "percentile"
"""The tag that names the bucket of a count: `T` (ns) or `D` and four hexadecimal digits."""

DISTINCT: Final = "distinct"
"""The tag that names a register of a distinct count: `R00` to `R3F`."""


@dataclass(frozen=True)
class Percentiles(SeriesExpr):
    """Estimates of the percentiles of each group, one line for each. `counts` are grouped by bucket as well."""

    counts: GroupBy
    percentiles: tuple[float, ...]

    def __post_init__(self) -> None:
        for p in self.percentiles:
            text = f"invalid percentile {print_double(p)}, value must be 0.0 <= p <= 100.0"
            require(0.0 <= p <= 100.0, text)
        object.__setattr__(self, "percentiles", tuple(sorted(set(self.percentiles))))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the groups, without the bucket."""
        return tuple(key for key in self.counts.keys if key != PERCENTILE)

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return (self.counts,)

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.counts.keys

    @property
    def grouped(self) -> bool:
        return True

    def group_key(self, tags: Tags) -> str | None:
        return self.counts.group_key(tags)

    def text(self) -> str:
        parts = [print_query(self.counts.query)]
        if self.keys:
            parts += [listed(self.keys), ":by"]
        parts += [listed(map(print_double, self.percentiles)), ":percentiles"]
        if self.counts.aggregate.consolidated:
            parts.append(f":cf-{self.counts.consolidation}")
        if self.counts.offset:
            parts += [str(self.counts.offset), ":offset"]
        return join(parts)


@dataclass(frozen=True)
class ApproxDistinct(SeriesExpr):
    """The estimated number of distinct values, from registers that keep their maximum (HyperLogLog)."""

    input: SeriesExpr

    def __post_init__(self) -> None:
        require(bool(self.data), ":approx-distinct needs data, found constants only")

    @cached_property
    def registers(self) -> SeriesExpr:
        """The input with every data expression split by register; what is evaluated, and so always the same object."""
        return rewrite_series(self.input, _by_register)

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.registers.data

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.input.grouping

    @property
    def grouped(self) -> bool:
        return self.input.grouped

    def group_key(self, tags: Tags) -> str | None:
        return group_label(self.grouping, tags) if self.grouped else None

    def text(self) -> str:
        return f"{self.input},:approx-distinct"


def _by_register(node: Node) -> Node | None:
    match node:
        case GroupBy(aggregate, keys):
            return GroupBy(_maximum(aggregate), (DISTINCT, *(key for key in keys if key != DISTINCT)))
        case Aggregate():
            return GroupBy(_maximum(node), (DISTINCT,))
        case _:
            return None


def _maximum(aggregate: Aggregate) -> Aggregate:
    return replace(aggregate, function="max", consolidated=None)

"""The nouns of an explanation: how the answer to a request came about. Times are milliseconds, sizes bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """A part of an expression: its last words, and the parts below that they work on.

    `data` is the place of what is read for it among the data of the explanation, for a part that reads.
    """

    text: str
    parts: tuple[Branch, ...] = ()
    data: int | None = None


@dataclass(frozen=True)
class ExplainedExpression:
    """One expression of the request."""

    text: str
    tree: Branch
    lines: int


@dataclass(frozen=True)
class Statement:
    """A statement as the database ran it. The size is 0 where the engine does not tell."""

    purpose: str
    sql: str
    parameters: Mapping[str, object]
    tables: tuple[str, ...]
    rows: int
    bytes: int
    ms: float


@dataclass(frozen=True)
class ExplainedData:
    """A data expression: what storage was asked for it, from which tables it came and why, and what that took.

    Times are epoch ms; point i covers the step that ends at `start + i * step`. `offset` is how much earlier than the
    graph the data lies, by whole steps.
    """

    text: str
    aggregate: str
    consolidation: str
    group_by: tuple[str, ...]
    start: int
    end: int
    step: int
    points: int
    offset: int
    tables: tuple[str, ...]
    why: str
    lines: int
    rows: int
    bytes: int
    ms: float
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Stage:
    """A part of the time: parse, plan, read, evaluate or render."""

    name: str
    ms: float


@dataclass(frozen=True)
class Explanation:
    """How one answer came about. `start` and `end` (exclusive) are of the shown points; one more lies before them."""

    query: str
    start: int
    end: int
    step: int
    format: str
    size: int  # of the answer in that format
    expressions: tuple[ExplainedExpression, ...]
    data: tuple[ExplainedData, ...]
    stages: tuple[Stage, ...]
    rows: int
    bytes: int
    ms: float

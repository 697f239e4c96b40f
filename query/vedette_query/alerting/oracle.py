"""Asks the query API what a rule's expression says at one step, and tells "false" from "nothing is known"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from vedette_query.alerting.measure import measured, points_needed
from vedette_query.alerting.outcome import Answered, NoData, Signal
from vedette_query.errors import BadRequest
from vedette_query.evaluation.algebra import truthy
from vedette_query.model.data import All
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.query import print_query, without_keys
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_storage.asker import Asker
from vedette_storage.predicate import Always

OFFSET: Final = "atlas.offset"
HOW_ASKED: Final = frozenset({"name", "statistic", OFFSET})
"""Tags that say how a line was asked for, not what it is about; unless it was grouped by them."""

Line = tuple[Mapping[str, str], float]
"""The tags of a line, and its value at the last step."""

Key = str | frozenset[tuple[str, str]] | None
"""What joins the lines of a condition with those of what it measures."""


class GraphOracle:
    """An oracle over the graph service, which reads the last whole step and what the expression needs before it.

    A rule has `max_rule_seconds` of the settings for its answer: the others wait for it.
    """

    def __init__(self, graph: GraphService) -> None:
        self._graph = graph
        self._seconds = graph.settings.max_rule_seconds
        # The step that a window of nothing gets: the store's own.
        self._step_ms = graph.window(_request("", step_ms=None)).step_ms
        self._parsed = lru_cache(maxsize=1_000)(self._parse)

    def check(self, expr: str) -> None:
        """Raise `QueryError` unless the text is one expression that can be graphed."""
        self._parsed(expr)

    def ask(self, expr: str, at_ms: int) -> Answered | NoData:
        condition, asker = self._parsed(expr), Asker(self._seconds)
        measure = measured(condition)
        points = points_needed(condition, self._step_ms)
        program = expr if measure is None else f"{expr},{measure}"
        lines = self._last_points(program, at_ms, points, asker)
        signals = _signals(condition, measure, lines[0], lines[-1])
        if any(signal.active is not None for signal in signals) or self._reported(condition, at_ms, asker):
            return Answered(signals)
        return NoData()

    def _parse(self, expr: str) -> SeriesExpr:
        found = self._graph.parse(_request(expr))
        if len(found) != 1:
            text = (
                f"a rule needs exactly one expression, this one leaves {len(found)}; join conditions with :and or :or"
            )
            raise BadRequest(text)
        (styled,) = found
        if styled.limit is not None:
            raise BadRequest("a rule cannot use :limit, since its alerts would come and go with the order of the lines")
        return styled.expr

    def _last_points(self, program: str, at_ms: int, points: int, asker: Asker) -> list[list[Line]]:
        """For each expression of a program the lines with their values at the last step."""
        end_ms = at_ms // self._step_ms * self._step_ms
        request = _request(program, end_ms - points * self._step_ms, end_ms, self._step_ms, points)
        texts = [styled.text() for styled in self._graph.parse(request)]
        lines = self._graph.evaluate(request, asker).lines
        return [[(line.tags, line.values[-1]) for line in lines if line.query == text] for text in texts]

    def _reported(self, condition: SeriesExpr, at_ms: int, asker: Asker) -> bool:
        """Whether the metrics that the expression reads were reported at all, by whomever and whatever they said.

        If so, the lines that are absent are truly absent, as that of an error counter while there are no errors. If
        not, somebody is silent: the agents, the collector, the store.
        """
        names = {without_keys(data.query, ("name",)) for data in condition.data}
        if not names or Always() in names:
            return False  # it would be a question to all there is
        program = ",".join(f"{print_query(name)},:count" for name in sorted(names, key=print_query))
        return any(not math.isnan(value) for lines in self._last_points(program, at_ms, 1, asker) for _, value in lines)


def _request(
    program: str, start_ms: int = 0, end_ms: int = 0, step_ms: int | None = None, points: int = 1
) -> GraphRequest:
    return GraphRequest(
        query=program,
        start=str(start_ms),
        end=str(end_ms),
        timezones=("UTC",),
        step_ms=step_ms,
        width=points,
        now_ms=end_ms,
    )


def _signals(
    condition: SeriesExpr, measure: SeriesExpr | None, lines: Sequence[Line], values: Sequence[Line]
) -> tuple[Signal, ...]:
    """The condition's lines as signals, each with the value that was measured for it."""
    measures = {_key(measure, tags): value for tags, value in values} if measure is not None else {}
    found = []
    for tags, point in lines:
        value = point if measure is None else measures.get(_key(measure, tags), math.nan)
        true = bool(truthy(np.array([point]))[0])
        known = true or not math.isnan(value)
        found.append(Signal(_about(condition, tags), true if known else None, None if math.isnan(value) else value))
    return tuple(found)


def _key(measure: SeriesExpr, tags: Mapping[str, str]) -> Key:
    if measure.grouped:
        return measure.group_key(tags)
    if any(isinstance(data, All) for data in measure.data):
        return frozenset((key, value) for key, value in tags.items() if key != OFFSET)
    return None  # one line, for all lines of the condition


def _about(condition: SeriesExpr, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that say what a line is about."""
    hidden = HOW_ASKED - set(condition.grouping)
    return {key: value for key, value in tags.items() if key not in hidden}

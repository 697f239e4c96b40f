"""The values of statistics, filters and priorities."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from vedette_query.errors import BadRequest, require
from vedette_query.evaluation.algebra import fold_lines, truthy
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.lines import Lines, Values, no_lines, tag_label
from vedette_query.model.filters import STATISTICS, Filter, Priority, Stat, StatOfFiltered


@compute.register
def _(expr: Stat, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    values = np.repeat(statistic(expr.statistic, lines.values)[:, None], evaluation.window.points, axis=1)
    return lines.with_values(values, lines.relabelled(lambda label: f"stat-{expr.statistic}({label})"))


@compute.register
def _(expr: StatOfFiltered, evaluation: Evaluation) -> Lines:
    return no_lines(evaluation.window.points)  # means something inside of a filter only


@compute.register
def _(expr: Filter, evaluation: Evaluation) -> Lines:
    lines, condition = evaluate(expr.input, evaluation), evaluate(expr.condition, evaluation)
    holds = [bool(line.any()) for line in truthy(condition.values)]
    if not expr.condition.grouped:
        require(len(condition) == 1, "empty result for filter expression")
        kept = list(range(len(lines))) if holds[0] else []
    else:
        groups: dict[str | None, list[int]] = {}
        for line, tags in enumerate(condition.tags):
            groups.setdefault(expr.input.group_key(tags), []).append(line)
        matching = {key for key, found in groups.items() if len(found) == 1 and holds[found[0]]}
        kept = [line for line, tags in enumerate(lines.tags) if expr.input.group_key(tags) in matching]
    message = f"{len(kept)} of {len(lines)} lines matched filter"
    return replace(lines.take(kept), messages=(*lines.messages, message))


@compute.register
def _(expr: Priority, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    worth = statistic(expr.statistic, lines.values)
    which, _, rest = expr.operation.partition("-others-")
    # NaN is the greatest value, as in Java's order of doubles: first of the top, last of the bottom.
    rank = np.where(np.isnan(worth), np.inf, worth)
    missing = np.isnan(worth).astype(np.int8)
    order = np.lexsort((-rank, -missing)) if which == "topk" else np.lexsort((rank, missing))
    kept = sorted(order[: expr.k].tolist())
    if not rest or len(kept) == len(lines):
        return lines.take(kept)
    others = order[expr.k :].tolist()
    tags = {**lines.tags[others[0]], **dict.fromkeys(expr.grouping, "--others--")}
    chosen = lines.take(kept)
    return Lines(
        (tags, *chosen.tags),
        np.vstack((fold_lines(rest, lines.values[others]), chosen.values)),
        (tag_label(tags), *(chosen.label(line) for line in range(len(chosen)))),
        lines.messages,
    )


def statistic(name: str, values: Values) -> NDArray[np.float64]:
    """One number for each line over the whole window; NaN does not count."""
    if len(values) == 0:
        return np.empty(0)  # no line asks for it, so nobody sees that it has no name
    if name not in STATISTICS:
        raise BadRequest(f"unknown statistic: {name}")
    if name == "last":
        return _last(values)
    if name == "count":
        return cast(NDArray[np.float64], (~np.isnan(values)).sum(axis=1).astype(np.float64))
    return fold_lines("sum" if name == "total" else name, values.T)


def _last(values: Values) -> NDArray[np.float64]:
    there = ~np.isnan(values)
    place = values.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)
    found: NDArray[np.float64] = values[np.arange(len(values)), place]
    return np.where(there.any(axis=1), found, np.nan)

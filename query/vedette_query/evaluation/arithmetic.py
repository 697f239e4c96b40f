"""The values of operations on one or two sets of lines."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from vedette_query.errors import BadProgram
from vedette_query.evaluation.algebra import binary, unary
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.lines import Lines
from vedette_query.model.arithmetic import Binary, Clamp, Unary


@compute.register
def _(expr: Unary, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    if expr.operation == "per-step":
        # Atlas multiplies by whole seconds; a step of less than a second has to keep its fraction here.
        with np.errstate(over="ignore"):
            return lines.with_values(lines.values * (evaluation.window.step_ms / 1000))
    return lines.with_values(unary(expr.operation, lines.values))


@compute.register
def _(expr: Clamp, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    limit, values = expr.limit, lines.values
    beyond = values < limit if expr.operation == "clamp-min" else values > limit
    return lines.with_values(np.where(beyond, limit, values))


@compute.register
def _(expr: Binary, evaluation: Evaluation) -> Lines:
    left, right = evaluate(expr.left, evaluation), evaluate(expr.right, evaluation)
    wide, narrow = (left, right) if expr.left_is_wider else (right, left)
    wide_index, narrow_index = _join(expr, wide, narrow)
    wide_values, narrow_values = wide.values[wide_index], narrow.values[narrow_index]
    pair = (wide_values, narrow_values) if expr.left_is_wider else (narrow_values, wide_values)
    tags = tuple(wide.tags[line] for line in wide_index)
    return Lines(tags, binary(expr.operation, *pair), None, left.messages + right.messages)


def _join(expr: Binary, wide: Lines, narrow: Lines) -> tuple[list[int], list[int]]:
    """For each line that survives, its place on both sides: an inner join on the narrower side's groups."""
    groups: dict[Hashable, list[int]] = {}
    for line, tags in enumerate(narrow.tags):
        groups.setdefault(expr.narrower.group_key(tags), []).append(line)
    pairs = [
        (line, groups[key]) for line, tags in enumerate(wide.tags) if (key := expr.narrower.group_key(tags)) in groups
    ]
    if any(len(found) > 1 for _, found in pairs):
        raise BadProgram("too many values for key")
    return [line for line, _ in pairs], [found[0] for _, found in pairs]

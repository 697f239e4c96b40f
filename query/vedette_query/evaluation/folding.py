"""The values of aggregates over lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vedette_query.evaluation.algebra import fold_lines
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.lines import Lines, no_lines, single, tag_label
from vedette_query.evaluation.memory import name, nothing
from vedette_query.model.expr import Tags, group_label
from vedette_query.model.folding import As, Fold, FoldBy
from vedette_query.model.query import exact_tags


@compute.register
def _(expr: Fold, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    if not len(lines):
        return nothing(expr, evaluation.window.points, evaluation.memory)
    tags: Tags = lines.tags[0]
    if expr.data:
        tags = {key: value for key, value in tags.items() if key in exact_tags(expr.data[0].query)}
    label = f"{expr.function}({tag_label(tags)})"
    line = replace(single(tags, label, fold_lines(expr.function, lines.values)), messages=lines.messages)
    return name(expr, line, evaluation.memory)


@compute.register
def _(expr: FoldBy, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.fold.input, evaluation)
    groups: dict[str, list[int]] = {}
    for line, tags in enumerate(lines.tags):
        label = group_label(expr.keys, tags)
        if label is not None:
            groups.setdefault(label, []).append(line)
    if not groups:
        return no_lines(evaluation.window.points)
    kept = expr.common_keys | set(expr.keys)
    labels = sorted(groups)
    return Lines(
        tuple({key: value for key, value in lines.tags[groups[label][0]].items() if key in kept} for label in labels),
        np.stack([fold_lines(expr.fold.function, lines.values[groups[label]]) for label in labels]),
        tuple(labels),
        lines.messages,
    )


@compute.register
def _(expr: As, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    return replace(lines, tags=tuple(_renamed(tags, expr.original, expr.replacement) for tags in lines.tags))


def _renamed(tags: Tags, original: str, replacement: str) -> Tags:
    if original not in tags:
        return tags
    rest = {key: value for key, value in tags.items() if key != original}
    return {**rest, replacement: tags[original]}

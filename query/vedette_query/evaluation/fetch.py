"""Reading what a plan asks for, as labelled lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from vedette_query.evaluation.lines import Lines, no_data, no_lines, tag_label
from vedette_query.model.data import All, DataExpr
from vedette_query.model.expr import group_label
from vedette_query.model.query import exact_tags
from vedette_query.timing.window import Window
from vedette_storage.asker import Asker
from vedette_storage.selection import Lines as StoredLines
from vedette_storage.selection import Selection

Data = Mapping[DataExpr, Lines]
"""The lines of each data expression, ready for evaluation."""


class Reader(Protocol):
    """What fetching needs of storage."""

    def read(self, selection: Selection, asker: Asker | None = None) -> StoredLines: ...


def fetch(
    reader: Reader,
    selections: Mapping[DataExpr, Selection],
    window: Window,
    asker: Asker | None = None,
    *,
    first: bool = True,
) -> dict[DataExpr, Lines]:
    """Read each selection once and give its lines their tags and default labels.

    `first` says whether the window begins what was asked for; a later chunk of it does not.
    """
    answers = {selection: reader.read(selection, asker) for selection in set(selections.values())}
    return {data: _lines(data, answers[selection], window, first) for data, selection in selections.items()}


def _lines(data: DataExpr, stored: StoredLines, window: Window, first: bool) -> Lines:
    if len(stored.tags) == 0:
        return no_lines(window.points) if data.grouped or isinstance(data, All) else no_data(window.points)
    values = stored.values
    if first and data.offset.ms % window.step_ms != 0:
        # The hidden first point lies between two steps then; Atlas has nothing there.
        values = values.copy()
        values[:, 0] = np.nan
    pinned = exact_tags(data.query)
    if isinstance(data, All):
        return Lines(stored.tags, values, tuple(map(tag_label, stored.tags)))
    if not data.grouped:
        return Lines((pinned,), values, (data.label,))
    tags = tuple({**pinned, **line} for line in stored.tags)
    labels = [group_label(data.grouping, line) or "" for line in tags]
    order = sorted(range(len(labels)), key=labels.__getitem__)
    grouped = Lines(tags, values, tuple(labels))
    return grouped if order == list(range(len(order))) else grouped.take(order)

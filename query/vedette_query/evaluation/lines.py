"""A set of lines over the points of a window: what every expression evaluates to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
"""[lines, points], NaN where there is nothing."""

NO_DATA: Final = "NO DATA"


@dataclass(frozen=True)
class Lines:
    """Lines with their tags. `labels` None: the default, which is made of the tags when somebody asks."""

    tags: tuple[Mapping[str, str], ...]
    values: Values
    labels: tuple[str, ...] | None = None
    messages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.tags)

    def label(self, line: int) -> str:
        return self.labels[line] if self.labels is not None else tag_label(self.tags[line])

    def with_values(self, values: Values, labels: tuple[str, ...] | None = None) -> Lines:
        """The same lines with other values; labels are made of the tags unless given."""
        return Lines(self.tags, values, labels, self.messages)

    def relabelled(self, change: Callable[[str], str]) -> tuple[str, ...]:
        """The labels, each changed."""
        return tuple(change(self.label(line)) for line in range(len(self)))

    def take(self, lines: Sequence[int]) -> Lines:
        """Some of the lines, in the order asked for."""
        tags = tuple(self.tags[line] for line in lines)
        labels = None if self.labels is None else tuple(self.labels[line] for line in lines)
        return Lines(tags, self.values[list(lines)], labels, self.messages)


def tag_label(tags: Mapping[str, str]) -> str:
    """`k1=v1, k2=v2` in the order of the keys."""
    return ", ".join(f"{key}={tags[key]}" for key in sorted(tags)) if tags else "NO TAGS"


def no_lines(points: int) -> Lines:
    return Lines((), np.empty((0, points)))


def no_data(points: int) -> Lines:
    """The one empty line that stands for an ungrouped result of nothing."""
    return Lines(({"name": "NO_DATA"},), np.full((1, points), np.nan), (NO_DATA,))


def single(tags: Mapping[str, str], label: str, values: Values) -> Lines:
    """One line."""
    return Lines((tags,), values.reshape(1, -1), (label,))

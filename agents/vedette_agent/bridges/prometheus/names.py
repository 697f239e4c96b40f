"""Names: what ours are called in Prometheus, and theirs here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

_NOT_IN_NAME: Final = re.compile(r"[^a-zA-Z0-9_:]")
_NOT_IN_LABEL: Final = re.compile(r"[^a-zA-Z0-9_]")
_RESERVED_HERE: Final = frozenset(("name", "statistic", "percentile"))
_RESERVED_THERE: Final = frozenset(("le", "quantile"))
_SUFFIXES: Final = {
    "counter": ("", "_total", "_created"),
    "summary": ("", "_sum", "_count", "_created"),
    "histogram": ("", "_bucket", "_sum", "_count", "_created"),
    "info": ("", "_info"),
}


@lru_cache(4096)
def metric_name(text: str) -> str:
    """A name with only what Prometheus permits: other characters are `_`, one for one."""
    name = _NOT_IN_NAME.sub("_", text) or "_"
    return f"_{name}" if name[0].isdigit() else name


@lru_cache(4096)
def escaped(text: str, *, label: bool = False) -> str:
    """A name of theirs as their scheme `underscores` has it: what is not permitted is `_`, a first digit too."""
    name = (_NOT_IN_LABEL if label else _NOT_IN_NAME).sub("_", text)
    return f"_{name[1:]}" if name[:1].isdigit() else name


@lru_cache(4096)
def label_name(text: str) -> str:
    """A label's name with only what Prometheus permits."""
    name = _NOT_IN_LABEL.sub("_", text) or "_"
    if name in _RESERVED_THERE or name.startswith("__"):
        return f"exported_{name}"
    return f"_{name}" if name[0].isdigit() else name


def labels_of(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Labels of tags. Where two keys become one label the later by key is told apart by a number."""
    labels: dict[str, str] = {}
    for key, value in sorted(tags):
        label, number = label_name(key), 2
        while label in labels:
            label, number = f"{label_name(key)}_{number}", number + 1
        labels[label] = value
    return labels


def tags_of(labels: Mapping[str, str]) -> dict[str, str]:
    """Tags of labels. An empty label is no label, as in Prometheus; a key that means something here is `exported_`."""
    return {f"exported_{key}" if key in _RESERVED_HERE else key: value for key, value in labels.items() if value}


def in_seconds(name: str, unit: str = "") -> bool:
    """Whether a distribution of this name measures durations in seconds: so says its unit, or the end of its name."""
    return unit == "seconds" or name.endswith("_seconds")


def sample_names(name: str, kind: str) -> set[str]:
    """The names that the samples of a family may have, and its own."""
    return {name + suffix for suffix in _SUFFIXES.get(kind, ("",))}


class Claims:
    """Gives each family a name of which no sample's is another family's."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, wanted: str, kind: str) -> str:
        """The name wanted, else with the kind appended, else with a number too."""
        name, number = wanted, 1
        while not self._taken.isdisjoint(sample_names(name, kind)):
            name, number = f"{wanted}_{kind}{number if number > 1 else ''}", number + 1
        self._taken |= sample_names(name, kind)
        return name

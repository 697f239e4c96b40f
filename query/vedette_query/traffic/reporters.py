"""How many instances of a service report, by what their own metrics say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from vedette_query.traffic.graph import NOWHERE, Place
from vedette_query.traffic.window import Window
from vedette_storage.predicate import And, Equal, HasKey, Not, Predicate
from vedette_storage.selection import Lines, Selection
from vedette_storage.store import SampleReader

REPORTS: Final = And(Equal("name", "ipc.server.call"), Equal("statistic", "count"))
"""Every instance that serves calls reports this series."""


def instances(samples: SampleReader, window: Window, *, homeless: bool) -> Mapping[Place, int]:
    """Distinct nodes that reported calls served, by application and region, within the window.

    A service that serves nothing through an instrumented server is absent, not zero. With `homeless`, also those that
    name no region.
    """
    tagged = _reporting(samples, window, REPORTS, ("app", "region", "node"))
    if homeless:
        tagged += _reporting(samples, window, And(REPORTS, Not(HasKey("region"))), ("app", "node"))
    nodes = {(tags["app"], tags.get("region", NOWHERE), tags["node"]) for tags in tagged}
    return Counter((app, region) for app, region, _ in nodes)


class Reporters:
    """Remembers the answer of one window: a picture that is asked for each second changes each step."""

    def __init__(self, samples: SampleReader) -> None:
        self._samples = samples
        self._last: tuple[tuple[Window, bool], Mapping[Place, int]] | None = None

    def instances(self, window: Window, *, homeless: bool) -> Mapping[Place, int]:
        key, last = (window, homeless), self._last  # read once: another thread may write it
        if last is None or last[0] != key:
            last = (key, instances(self._samples, window, homeless=homeless))
            self._last = last
        return last[1]


def _reporting(
    samples: SampleReader, window: Window, predicate: Predicate, keys: tuple[str, ...]
) -> list[Mapping[str, str]]:
    length_ms = window.end_ms - window.start_ms
    # One point over the whole window: a point of a step covers (t - step, t].
    lines: Lines = samples.read(Selection(predicate, "count", "max", window.end_ms, length_ms, 1, keys))
    return [tags for tags, row in zip(lines.tags, lines.values, strict=True) if not np.isnan(row).all()]

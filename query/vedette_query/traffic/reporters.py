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


def instances(samples: SampleReader, window: Window) -> Mapping[Place, int]:
    """Distinct nodes that reported calls served, by application and region, within the window.

    A service that serves nothing through an instrumented server is absent, not zero.
    """
    placed = _reporting(samples, window, REPORTS, ("app", "region", "node"))
    homeless = _reporting(samples, window, And(REPORTS, Not(HasKey("region"))), ("app", "node"))
    nodes = {(tags["app"], tags.get("region", NOWHERE), tags["node"]) for tags in (*placed, *homeless)}
    return Counter((app, region) for app, region, _ in nodes)


def _reporting(
    samples: SampleReader, window: Window, predicate: Predicate, keys: tuple[str, ...]
) -> list[Mapping[str, str]]:
    length_ms = window.end_ms - window.start_ms
    # One point over the whole window: a point of a step covers (t - step, t].
    lines: Lines = samples.read(Selection(predicate, "count", "max", window.end_ms, length_ms, 1, keys))
    return [tags for tags, row in zip(lines.tags, lines.values, strict=True) if not np.isnan(row).all()]

"""What can be chosen about the query API, read once at the edge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CustomAverage:
    """A word that divides a sum by the number of things that report, e.g. of nodes.

    `base` is the query (program text) that counts the things; of the asker's query only the clauses on `keys` are
    applied to it.
    """

    name: str
    base: str
    keys: tuple[str, ...]


COMMON_KEYS = (
    "nf.account", "nf.app", "nf.ami", "nf.asg", "nf.cluster", "nf.stack", "nf.zone", "nf.region", "nf.node", "nf.ns",
    "nf.vmtype",
)  # fmt: skip
"""The keys that describe where something runs, in Atlas's naming."""

CUSTOM_AVERAGES = (
    CustomAverage("node-avg", "name,poller.asg.instance,:eq", COMMON_KEYS),
    CustomAverage("eureka-avg", "name,discovery.status,:eq,state,UP,:eq,:and", COMMON_KEYS),
)


@dataclass(frozen=True)
class Settings:
    """Settings of the query API. Times are milliseconds unless the name says otherwise.

    What `max_...` limits is refused, with the number that was asked for: see `docs/reference/limits.md`.
    """

    step_ms: int = 10_000
    start: str = "e-3h"
    end: str = "now"
    timezone: str = "US/Pacific"
    width: int = 700  # points asked for when the request names no width
    height: int = 300
    max_datapoints: int = 1440  # per line; a longer window gets a longer step
    max_program: int = 65_536  # characters of an expression
    max_selections: int = 200  # distinct reads from storage for one request
    max_series: int = 200_000  # that these match
    max_samples: int = 500_000_000  # rows that these may be, which the database of a small machine reads in 30 s
    max_bytes: int = 512 << 20  # of memory for the lines of one request while it is evaluated
    max_values: int = 300_000_000  # values that one evaluation may compute
    max_streams: int = 32  # of /api/v2/fetch, open at the same time
    max_stream_points: int = 1_000_000  # per line of a stream: twelve weeks at 10 s
    max_lines: int = 5_000  # in one answer
    max_answer: int = 5_000_000  # values in one answer
    max_seconds: float = 30.0  # from a request to its answer
    max_rule_seconds: float = 5.0  # of one evaluation of an alert rule, for which the other rules wait
    max_tags: int = 1_000  # keys or values in one page
    threads: int = 4
    waiting: int = 64
    custom_averages: tuple[CustomAverage, ...] = CUSTOM_AVERAGES

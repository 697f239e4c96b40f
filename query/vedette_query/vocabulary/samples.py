"""Program texts that the examples of many words begin with: the demo, and any instrumented service, draws them."""

from __future__ import annotations

from typing import Final

NAMED: Final = "name,ipc.server.call,:eq"
"""A timer with its parts: count, totalTime, totalOfSquares, max, and percentile buckets."""

CALLS: Final = f"{NAMED},statistic,count,:eq,:and"
"""The query of the calls that services answer, per second."""

TOTAL: Final = f"{CALLS},:sum"
"""One line: all calls."""

BY_APP: Final = f"{TOTAL},(,app,),:by"
"""One line for each service."""

BY_APP_AND_REGION: Final = f"{TOTAL},(,app,region,),:by"
"""One line for each service in each region."""

SLOWEST: Final = f"{NAMED},statistic,max,:eq,:and,:max"
"""One line: the slowest call, in seconds."""

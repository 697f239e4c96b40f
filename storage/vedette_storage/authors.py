"""Who is believed about the calls from one service to another, and how a call's outcome reads.

1. The servers' own IPC counts are believed if the pair has any in the minute of the step or the one before;
   else the clients' IPC counts; else spans, which may be sampled. The first knows the most, the last the least.
2. One thing servers cannot know: calls that never reached them. Where servers are the author, the clients' calls that
   ended in a connection error are added, so that a dead instance shows as failing.
3. A span counts once: a server half with the caller that its parent names (`INTERNET` for a root), or a client half
   for which no server half has come within `HOLD_MS`, under the name that the caller gave its peer. Halves that name
   nobody are stored as an edge with one end empty: they are counted, and shown as unpaired.
4. A callee is virtual if no series and no span of its own is known.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Author(IntEnum):
    """Where an edge comes from; the greater is believed."""

    SPANS = 0
    CLIENT = 1
    SERVER = 2


FAILED: Final = ("unexpected_error", "connection_error", "unavailable", "timeout", "application_error")
"""The `ipc.status` of a failed call."""

WARNED: Final = ("bad_request", "throttled", "access_denied", "cancelled")
"""The `ipc.status` of a call that was answered with a no."""

NEVER_ARRIVED: Final = ("connection_error",)
"""The `ipc.status` of a call that its server cannot have counted."""

HOLD_MS: Final = 30_000
"""How long a half waits for its other half before it is shown alone."""

LOOKBACK_MS: Final = 300_000
"""How far apart in time two halves may start: a queue may hold a message for some minutes."""

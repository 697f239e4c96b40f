"""What one may set of a collector; every limit of this room stands here, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True)
class Settings:
    """How much a collector takes and keeps. Times in milliseconds unless the name says otherwise, sizes in bytes."""

    step_ms: int = 10_000
    """Primary step of the store."""
    max_age_ms: int = 6 * HOUR_MS
    """How far back a fact may lie."""
    max_future_ms: int = 60_000
    """How far ahead of our clock a fact may lie (for Atlas's publish it is one step, as in Atlas)."""

    max_body: int = 16 * MIB
    """Largest request on the wire."""
    max_inflated: int = 64 * MIB
    """Largest request once decompressed."""
    max_decoded: int = 512 * MIB
    """Most memory that the objects of one request may be expected to take (see `weight`)."""
    body_timeout_s: float = 30.0
    """How long a client may take to send one request."""
    max_rows: int = 2_000_000
    """Most samples one agent batch may become (a long step is written for each step it covers)."""

    decoders: int = 2
    """Threads that decode."""
    max_requests: int = 64
    """Requests taken at a time, from the first byte to the answer; one more is told to come back."""
    max_waiting_bytes: int = 64 * MIB
    """Bytes of bodies held at a time."""
    retry_after_s: int = 2
    """What a client that must come back is told to wait."""

    known_series: int = 200_000
    """Series of Atlas JSON whose id is remembered (about 0.5 kB each)."""
    table_bytes: int = 64 * MIB
    """Memory for the series tables of agents."""
    register_every_ms: int = HOUR_MS
    """How often a series that is still alive is written again, so that its `last_seen` is true."""

    journal_limit: int = 2_048 * MIB
    """Journal that may wait for the database; past it nothing is accepted."""
    segment_rows: int = 200_000
    """A segment is sealed at this many rows ..."""
    segment_age_s: float = 1.0
    """... or at this age."""
    stop_timeout_s: float = 10.0
    """How long a stopping collector goes on loading what it has; the rest waits in the journal."""

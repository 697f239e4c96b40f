"""Which steps a graph may have, and which one a window gets."""

from __future__ import annotations

from typing import Final

from vedette_query.errors import BadRequest

_SIXTIETHS: Final = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
_DAY_MS: Final = 86_400_000

ALLOWED_MS: Final = (
    *(1, 5, 10, 50, 100, 500),
    *(1_000 * n for n in _SIXTIETHS),
    *(60_000 * n for n in _SIXTIETHS),
    *(3_600_000 * n for n in (1, 2, 3, 4, 6, 8, 12)),
)
"""The steps people can read; above them, whole days."""

MAX_MS: Final = 3_660 * _DAY_MS
"""The longest step that can be asked for: ten years."""


def round_step(primary_ms: int, step_ms: int) -> int:
    """The smallest step for people that is at least `step_ms` and a whole multiple of the store's own step."""
    wanted = max(primary_ms, step_ms)
    for allowed in ALLOWED_MS:
        if allowed >= wanted and allowed % primary_ms == 0:
            return allowed
    days = -(-wanted // _DAY_MS) * _DAY_MS
    return -(-days // primary_ms) * primary_ms


def asked_step(primary_ms: int, step_ms: int | None) -> int:
    """The step that a request asks for; the store's own if it names none. Raises `BadRequest` for one too long."""
    if step_ms is None:
        return primary_ms
    if step_ms > MAX_MS:
        raise BadRequest(f"a step of {step_ms // _DAY_MS:,} days is too long, the limit is {MAX_MS // _DAY_MS:,} days")
    return round_step(primary_ms, step_ms)


def effective_step(primary_ms: int, step_ms: int | None, length_ms: int, datapoints: int) -> int:
    """The step that shows a window of `length_ms` in at most about `datapoints` points."""
    base = asked_step(primary_ms, step_ms)
    points = length_ms // base
    times = max(1, -(-points // datapoints))
    return round_step(primary_ms, times * base)

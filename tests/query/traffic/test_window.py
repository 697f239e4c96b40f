"""Which steps a picture is made of."""

from __future__ import annotations

import pytest

from vedette_query.traffic.window import Window, choose

STEP = 10_000
NOON = 1_790_000_000_000


@pytest.mark.parametrize(
    ("asked", "complete", "latest", "end"),
    [
        (NOON + 7_000, NOON + 2_000, NOON, NOON),  # the step that ends at noon has settled
        (NOON + 7_000, NOON - 1, NOON, NOON - STEP),  # it has not
        (NOON + 17_000, NOON + 12_000, NOON, NOON),  # derivation is one step behind: wait for it
        (NOON + 70_000, NOON + 65_000, NOON, NOON + 60_000),  # it is far behind: show the gap
        (NOON - 65_000, NOON, NOON, NOON - 70_000),  # the past, as it was asked
        (NOON + 7_000, NOON + 2_000, None, NOON),  # nothing derived yet
    ],
)
def test_the_end_is_the_last_step_that_is_complete(asked: int, complete: int, latest: int | None, end: int) -> None:
    assert choose(asked, 60_000, STEP, complete_ms=complete, latest_ms=latest) == Window(end - 60_000, end, STEP)


@pytest.mark.parametrize(("length", "seconds"), [(1, 10), (10_000, 10), (10_001, 20), (60_000, 60)])
def test_a_length_is_rounded_up_to_whole_steps(length: int, seconds: int) -> None:
    assert choose(NOON, length, STEP, complete_ms=NOON, latest_ms=None).seconds == seconds

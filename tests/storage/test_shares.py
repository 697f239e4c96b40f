"""Which layer answers which part of a window."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_storage.clickhouse import Retention
from vedette_storage.clickhouse.layers import Rollup, layers
from vedette_storage.clickhouse.shares import Share, Stretch, fitting, merged, shares, without
from vedette_storage.predicate import Always
from vedette_storage.selection import Selection

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOON = 1_790_078_400_000
LAYERS = layers(10_000, Retention())
MINUTES, HOURS = LAYERS.rollups

STEPS = [*(n * MINUTE for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)), *(n * HOUR for n in (1, 2, 3, 4, 6, 8, 12))]
"""The steps of a minute or more that a graph may have; above these are whole days."""


def window(step_ms: int, points: int, start_ms: int = NOON) -> Selection:
    """Points after a time: the first covers the step that follows it."""
    return Selection(Always(), "sum", "avg", start_ms + step_ms, step_ms, points)


def shared(selection: Selection, *dirty: tuple[str, int]) -> list[tuple[str, list[tuple[int, int]]]]:
    """Tables with their stretches in minutes after noon."""
    found = shares(selection, LAYERS.raw, fitting(selection, LAYERS), dirty)
    return [(share.layer.table, [_minutes(stretch) for stretch in share.stretches]) for share in found]


def _minutes(stretch: Stretch) -> tuple[int, int]:
    return (stretch.after_ms - NOON) // MINUTE, (stretch.until_ms - NOON) // MINUTE


@pytest.mark.parametrize("step_ms", [*STEPS, DAY, 2 * DAY, 7 * DAY])
@pytest.mark.parametrize("days", [1, 3, 60])
def test_over_a_day_or_more_every_step_of_a_minute_or_more_has_a_rollup(step_ms: int, days: int) -> None:
    selection = window(step_ms, max(1, days * DAY // step_ms), NOON // step_ms * step_ms)
    coarsest = "samples_1h" if step_ms % HOUR == 0 else "samples_1m"
    assert [table for table, _ in shared(selection)] == [coarsest]


def test_a_step_that_is_no_whole_number_of_buckets_has_none() -> None:
    assert fitting(window(90_000, 2000), LAYERS) == ()
    assert fitting(window(10_000, 10_000), LAYERS) == ()
    assert fitting(window(90 * MINUTE, 30), LAYERS) == (MINUTES,)


def test_a_window_between_the_buckets_has_none() -> None:
    assert fitting(window(MINUTE, 2000, NOON + 10_000), LAYERS) == ()
    assert fitting(window(HOUR, 100, NOON + MINUTE), LAYERS) == (MINUTES,)


def test_a_short_window_is_not_worth_it() -> None:
    assert fitting(window(MINUTE, 119), LAYERS) == ()
    assert fitting(window(MINUTE, 120), LAYERS) == (MINUTES,)


def test_a_store_has_the_rollups_of_several_whole_steps() -> None:
    def tables(step_ms: int) -> list[str]:
        return [one.table for one in layers(step_ms, Retention()).rollups]

    assert tables(1_000) == tables(10_000) == tables(30_000) == ["samples_1m", "samples_1h"]
    assert tables(60_000) == tables(45_000) == tables(300_000) == ["samples_1h"]
    assert tables(7_000) == tables(3_600_000) == []


def test_dirty_windows_come_from_the_layer_below() -> None:
    assert shared(window(HOUR, 24)) == [("samples_1h", [(0, 1440)])]
    assert shared(window(HOUR, 24), ("minutes", NOON + 61 * MINUTE), ("hours", NOON + 4 * HOUR)) == [
        ("samples_1h", [(0, 60), (120, 180), (240, 1440)]),
        ("samples_1m", [(61, 120), (180, 240)]),
        ("samples", [(60, 61)]),
    ]


def test_a_window_that_is_being_written_is_raw() -> None:
    assert shared(window(MINUTE, 1440), ("writing", NOON + 1440 * MINUTE)) == [
        ("samples_1m", [(0, 1439)]),
        ("samples", [(1439, 1440)]),
    ]


def test_marks_of_hours_mean_nothing_where_minutes_are_read() -> None:
    assert shared(window(MINUTE, 1440), ("hours", NOON + HOUR)) == [("samples_1m", [(0, 1440)])]


def test_what_is_dirty_everywhere_is_raw() -> None:
    dirty = [("minutes", NOON + minute * MINUTE) for minute in range(1, 121)]
    assert shared(window(MINUTE, 120), *dirty) == [("samples", [(0, 120)])]


stretches = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 20)).map(lambda pair: Stretch(pair[0], pair[0] + pair[1])),
    max_size=60,
)


@given(stretches)
def test_merging_keeps_all_time_in_few_stretches(some: list[Stretch]) -> None:
    found = merged(some)
    assert len(found) <= 24
    assert {t for one in some for t in range(one.after_ms, one.until_ms)} <= _times(found)
    assert all(one.until_ms < other.after_ms for one, other in pairwise(found))


@given(stretches, stretches)
def test_what_is_without_others_is_the_rest(some: list[Stretch], others: list[Stretch]) -> None:
    some, others = merged(some), merged(others)
    assert _times(without(some, others)) == _times(some) - _times(others)


def _times(some: list[Stretch]) -> set[int]:
    return {time for one in some for time in range(one.after_ms, one.until_ms)}


marks = st.one_of(
    st.tuples(st.sampled_from(["minutes", "writing"]), st.integers(-70, 700).map(lambda n: NOON + n * MINUTE)),
    st.tuples(st.just("hours"), st.integers(-1, 12).map(lambda n: NOON + n * HOUR)),
)


@given(dirty=st.lists(marks, max_size=80), step_ms=st.sampled_from([MINUTE, 7 * MINUTE, HOUR, 2 * HOUR]))
def test_shares_make_up_the_window_and_nothing_dirty_is_read_from_a_rollup(
    dirty: list[tuple[str, int]], step_ms: int
) -> None:
    selection = window(step_ms, 10 * HOUR // step_ms)
    found = shares(selection, LAYERS.raw, fitting(selection, LAYERS), dirty)
    covered = sorted(stretch for share in found for stretch in share.stretches)
    ends = [selection.start_ms - step_ms, *(stretch.until_ms for stretch in covered)]
    assert [stretch.after_ms for stretch in covered] == ends[:-1]
    assert ends[-1] == selection.end_ms
    for share in found:
        assert not any(_overlaps(share, signal, end) for signal, end in dirty), share


def _overlaps(share: Share, signal: str, end_ms: int) -> bool:
    """Whether a mark forbids what the share reads."""
    if not isinstance(share.layer, Rollup) or (signal == "hours" and share.layer is MINUTES):
        return False
    width = HOUR if signal == "hours" else MINUTE
    return any(one.after_ms < end_ms and end_ms - width < one.until_ms for one in share.stretches)

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vedette_collector import grid

STEPS = st.sampled_from([1_000, 5_000, 10_000, 60_000])
TIMES = st.integers(0, 2_000_000_000_000)


@given(TIMES, STEPS)
def test_a_time_belongs_to_the_step_that_ends_at_or_after_it(ts_ms: int, step_ms: int) -> None:
    end = int(grid.step_end(np.array([ts_ms]), step_ms)[0])
    assert end % step_ms == 0
    assert end - step_ms < ts_ms <= end


@given(TIMES, STEPS, st.integers(1, 60))
def test_a_long_step_covers_as_many_steps_as_it_is_long(ts_ms: int, step_ms: int, times: int) -> None:
    covered = grid.covered_steps(ts_ms, times * step_ms, step_ms)
    assert covered.size == times
    assert covered[-1] == grid.step_end(np.array([ts_ms]), step_ms)[0]
    assert (np.diff(covered) == step_ms).all()


ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.floats(-5, 5)), min_size=1, max_size=40)


@given(ROWS)
def test_one_value_for_a_series_and_step_the_largest_of_gauges_the_last_of_rates(
    rows: list[tuple[int, int, float]],
) -> None:
    expected: dict[tuple[int, int], float] = {}
    for series, step, value in rows:
        before = expected.get((series, step))
        expected[series, step] = max(value, before) if before is not None and series % 2 else value

    ids = np.array([series for series, _, _ in rows], dtype=np.uint64)
    steps = np.array([step for _, step, _ in rows], dtype=np.int64) * 10_000
    values = np.array([value for _, _, value in rows])
    settled = grid.one_per_step(ids, steps, values, ids % 2 == 1)
    kept, values = (np.arange(ids.size), values) if settled is None else settled

    got = {(int(ids[i]), int(steps[i] // 10_000)): float(value) for i, value in zip(kept, values, strict=True)}
    assert len(kept) == len(got)
    assert got == expected


def test_rows_that_stay_keep_their_order() -> None:
    ids = np.array([9, 3, 9, 1], dtype=np.uint64)
    settled = grid.one_per_step(ids, np.zeros(4, np.int64), np.arange(4.0), np.zeros(4, np.bool_))
    assert settled is not None
    assert ids[settled[0]].tolist() == [3, 9, 1]

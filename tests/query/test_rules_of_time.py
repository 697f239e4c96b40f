"""The rules of evaluation that have to do with time: consolidation, offsets, fields and spans; and what is refused."""

from __future__ import annotations

import pytest

from tests.query.minutes import START, STEP, N, ask, refusal, rows, same, service
from vedette_query.request import GraphRequest


class TestConsolidation:
    """Each series is consolidated first, then aggregated; gaps count in the divisor of avg."""

    def test_of_data(self) -> None:
        step = 3 * STEP
        same(rows("name,a,:eq,node,n2,:eq,:and", step_ms=step), [[10 / 3, 10 / 3]])
        same(rows("name,a,:eq,node,n2,:eq,:and,:sum,:cf-sum", step_ms=step), [[10, 10]])
        same(rows("name,a,:eq,node,n2,:eq,:and,:cf-min", step_ms=step), [[10, 10]])
        same(rows("name,a,:eq,:sum,:cf-min", step_ms=step), [[1 + 10 + 5, 4 + 10 + 5 + 7]])
        same(rows("name,a,:eq,:max,:cf-sum", step_ms=step), [[15, 15]])
        same(rows("name,a,:eq,:max,:cf-avg", step_ms=step), [[5, 5]])
        same(rows("name,a,:eq,:min", step_ms=step), [[1, 4]])
        # counting maps each value to 1 before consolidation
        same(rows("name,a,:eq,:count", step_ms=step), [[1 + 1 / 3 + 1, 1 + 1 / 3 + 1 + 1 / 3]])
        same(rows("name,a,:eq,node,n1,:eq,:and,:all", step_ms=step), [[6, 15]])
        same(rows("name,a,:eq,node,n1,:eq,:and,:per-step", step_ms=step), [[2 * 180, 5 * 180]])

    def test_by_the_word(self) -> None:
        one, two = "name,a,:eq,node,n1,:eq,:and", "name,a,:eq,node,n2,:eq,:and"
        same(rows(f"{one},sum,3m,:consolidate"), [[6, 6, 6, 15, 15, 15]])
        same(rows(f"{one},avg,2m,:consolidate"), [[1.5, 1.5, 3.5, 3.5, 5.5, 5.5]])
        same(rows(f"{one},max,100s,:consolidate"), [[2, 2, 4, 4, 6, 6]])
        same(rows(f"{one},min,1m,:consolidate"), [[1, 2, 3, 4, 5, 6]])
        same(rows(f"{one},min,1s,:consolidate"), [[1, 2, 3, 4, 5, 6]])
        same(rows(f"{two},avg,3m,:consolidate"), [[10 / 3] * 6])
        same(rows(f"{two},min,3m,:consolidate"), [[10] * 6])
        same(rows("name,a,:eq,node,n5,:eq,:and,sum,3m,:consolidate"), [[N, N, N, 7, 7, 7]])

    def test_of_the_time_reaches_beyond_the_window(self) -> None:
        same(rows("minuteOfHour,:time,max,4m,:consolidate"), [[4, 4, 4, 4, 8, 8]])
        same(rows("minuteOfHour,:time,avg,4m,:consolidate"), [[2.5, 2.5, 2.5, 2.5, 6.5, 6.5]])
        same(rows("1,avg,4m,:consolidate"), [[1] * 6])

    def test_windows_of_words_count_consolidated_points(self) -> None:
        same(rows("name,a,:eq,node,n1,:eq,:and,1,:delay", step_ms=2 * STEP), [[N, 1.5, 3.5]])
        same(rows("name,a,:eq,node,n1,:eq,:and,4m,:trend", step_ms=2 * STEP), [[0.75, 2.5, 4.5]])


class TestOffsets:
    def test_values_come_from_earlier_and_round_up_to_whole_steps(self) -> None:
        one = "name,a,:eq,node,n1,:eq,:and"
        same(rows(f"{one},2m,:offset"), [[N, N, 1, 2, 3, 4]])
        same(rows(f"{one},30s,:offset"), [[N, 1, 2, 3, 4, 5]])
        same(rows(f"{one},90s,:offset"), [[N, N, 1, 2, 3, 4]])
        # an offset replaces the one before
        same(rows(f"{one},5m,:offset,1m,:offset"), [[N, 1, 2, 3, 4, 5]])
        same(rows(f"{one},5m,:offset,2,:mul,0s,:offset"), [[2, 4, 6, 8, 10, 12]])

    def test_tags_and_labels_say_it_as_it_was_written(self) -> None:
        (line,) = ask("name,a,:eq,(,zone,),:by,:sum,90s,:offset").lines
        assert line.tags["atlas.offset"] == "90s"
        labels = [
            line.legend for line in ask("name,a,:eq,:sum,60m,:offset,1,:axis,x,:legend,name,a,:eq,1d,:offset").lines
        ]
        assert labels == ["a (offset=1d)", "x"]

    def test_an_offset_that_is_no_whole_step_has_nothing_at_the_hidden_point(self) -> None:
        # The hidden point of a window from 00:02 is 00:02 itself, where a shift by half a step would read 00:01.
        graph = service([({"name": "e"}, [8, 9])])

        def shown(offset: str) -> list[float]:
            program = f"name,e,:eq,{offset},:offset,:integral"
            start = str(START // 1000 + 120)
            request = GraphRequest(program, start, "s+2m", timezones=("UTC",), now_ms=START)
            return list(graph.evaluate(request).lines[0].values)

        same([shown("30s"), shown("1m")], [[9, 9], [17, 17]])


@pytest.mark.parametrize(
    ("mode", "value"),
    [
        ("secondOfMinute", 0), ("secondOfDay", 60), ("minuteOfHour", 1), ("minuteOfDay", 1), ("hourOfDay", 0),
        ("dayOfWeek", 7), ("dayOfMonth", 22), ("dayOfYear", 326), ("monthOfYear", 11), ("yearOfCentury", 2026),
        ("yearOfEra", 2026), ("seconds", 1_795_305_660), ("minutes", 29_921_761), ("hours", 29_921_761 / 60),
        ("days", 29_921_761 / 1440), ("weeks", 29_921_761 / 10_080), ("HOUR_OF_DAY", 0), ("CLOCK_HOUR_OF_DAY", 24),
        ("HOUR_OF_AMPM", 0), ("CLOCK_HOUR_OF_AMPM", 12), ("AMPM_OF_DAY", 0), ("MINUTE_OF_DAY", 1),
        ("SECOND_OF_DAY", 60),
        ("MILLI_OF_DAY", 60_000), ("MILLI_OF_SECOND", 0), ("MICRO_OF_SECOND", 0), ("NANO_OF_SECOND", 0),
        ("ERA", 1),
        ("DAY_OF_WEEK", 7), ("DAY_OF_MONTH", 22), ("DAY_OF_YEAR", 326), ("ALIGNED_DAY_OF_WEEK_IN_MONTH", 1),
        ("ALIGNED_WEEK_OF_MONTH", 4), ("ALIGNED_DAY_OF_WEEK_IN_YEAR", 4), ("ALIGNED_WEEK_OF_YEAR", 47),
        ("MONTH_OF_YEAR", 11), ("YEAR", 2026), ("YEAR_OF_ERA", 2026), ("OFFSET_SECONDS", 0),
    ],
)  # fmt: skip
def test_fields_of_the_time(mode: str, value: float) -> None:
    (line,) = ask(f"{mode},:time", points=1).lines
    assert list(line.values) == pytest.approx([value], rel=1e-15)
    assert line.legend == mode


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("2026-11-22T00:02,2026-11-22T00:04", [0, 1, 1, 1, 0, 0]),
        ("2026-11-22T00:02,s+1m", [0, 1, 1, 0, 0, 0]),
        ("e-1m,2026-11-22T00:04", [0, 0, 1, 1, 0, 0]),
        ("gs,gs+2m", [1, 1, 0, 0, 0, 0]),
        # the end of the graph is exclusive: one step after the last point
        ("ge-2m,ge", [0, 0, 0, 0, 1, 1]),
        ("e-2m,ge", [0, 0, 0, 0, 1, 1]),
        ("gs,ge", [1] * 6),
        ("epoch,now", [0] * 6),
        ("1795305780,1795305780", [0, 0, 1, 0, 0, 0]),
        ("2026-11-22T01:02+01:00,2026-11-22T00:03Z", [0, 1, 1, 0, 0, 0]),
    ],
)
def test_spans_of_time(span: str, expected: list[float]) -> None:
    same(rows(f"{span},:time-span"), [expected])


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("e-5m,s+5m,:time-span", "IllegalArgumentException: start and end time are relative to each other"),
        ("s-5m,now,:time-span", "IllegalArgumentException: start time is relative to itself"),
        ("now,e+5m,:time-span", "IllegalArgumentException: end time is relative to itself"),
        ("ge,gs,:time-span", "IllegalArgumentException: requirement failed: start must be <= end"),
        ("nonsense1,ge,:time-span", "IllegalArgumentException: invalid date nonsense1"),
        ("nope,:time", "IllegalArgumentException: No enum constant java.time.temporal.ChronoField.nope"),
        (
            "EPOCH_DAY,:time",
            "UnsupportedTemporalTypeException: Invalid field 'EpochDay' for get() method, use getLong() instead",
        ),
        ("1,nope,:stat", "IllegalArgumentException: unknown statistic: nope"),
        ("1,nope,1,:topk", "IllegalArgumentException: unknown statistic: nope"),
        ("1,max,0,:topk", "IllegalArgumentException: requirement failed: k must be positive (0 <= 0)"),
        ("1,max,-3,:bottomk-others-sum", "IllegalArgumentException: requirement failed: k must be positive (-3 <= 0)"),
        (
            "1,name,a,:eq,(,node,),:by,:filter",
            "IllegalArgumentException: requirement failed: filter grouping must match expr grouping",
        ),
        ("1,:stat-max,:filter", None),
        (
            "name,a,:eq,(,a,b,),:by,name,a,:eq,(,c,),:by,:add",
            "IllegalArgumentException: both sides of binary operation must have the same grouping or one side must be "
            "a subset of the other [(,a,b,) ⊈ (,c,)]",
        ),
        ("name,a,:eq,:all,:dup,:add", "IllegalStateException: too many values for key"),
        (
            "name,a,:eq,(,a,b,),:by,:max,(,c,),:by",
            "IllegalArgumentException: requirement failed: (,c,) is not a subset of (,a,b,)",
        ),
        (
            "name,p,:eq,(,-1,),:percentiles",
            "IllegalArgumentException: requirement failed: invalid percentile -1.0, value must be 0.0 <= p <= 100.0",
        ),
        ("name,twice,:eq,(,50,),:percentiles", "invalid percentile encoding: ["),
        ("name,a,:eq,3,2,:sample-count", "IllegalArgumentException: requirement failed: min >= max (min=3.0, max=2.0)"),
        ("name,a,:eq,-1,2,:sample-count", "IllegalArgumentException: requirement failed: min < 0 (min=-1.0)"),
        ("1,2,0,:rolling-mean", "IllegalArgumentException: requirement failed: minimum number of values must be >= 1"),
        (
            "1,2,3,:rolling-mean",
            "IllegalArgumentException: requirement failed: minimum number of values must be <= window size",
        ),
        (
            "1,bogus,5m,:consolidate",
            "IllegalStateException: no matches for word ':consolidate' with stack [String,String,",
        ),
        ("1,avg,5x,:consolidate", "IllegalStateException: no matches for word ':consolidate'"),
    ],
)
def test_what_is_refused(program: str, message: str | None) -> None:
    if message is None:
        assert "1 of 1 lines" in ask(program).messages[0]
    else:
        assert message in refusal(program)

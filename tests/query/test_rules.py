"""The rules of evaluation, with answers worked out by hand from Atlas's reference: numbers, lines, filters."""

from __future__ import annotations

import math

import pytest

from tests.query.minutes import INF, N, ask, rows, same

DISTINCT = 64 * math.log(64 / 61)  # three registers of 64 hold something


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("NaN,1,:add", 1.0), ("1,NaN,:add", 1.0), ("NaN,NaN,:add", N), ("NaN,1,:sub", -1.0), ("1,NaN,:sub", 1.0),
        ("NaN,1,:mul", N), ("NaN,1,:div", N), ("0,0,:div", 0.0), ("1,0,:div", N), ("NaN,0,:div", N), ("0,NaN,:div", N),
        ("-0.0,0,:div", 0.0), ("6,3,:div", 2.0), ("Infinity,Infinity,:div", N), ("0,0,:pow", 1.0), ("NaN,0,:pow", 1.0),
        ("1,NaN,:pow", N), ("-8,0.5,:pow", N), ("2,-1,:pow", 0.5), ("NaN,1,:fadd", N), ("1,NaN,:fsub", N),
        ("0,0,:fdiv", N), ("1,0,:fdiv", INF), ("-1,0,:fdiv", -INF), ("2,NaN,:fmul", N), ("0,Infinity,:fmul", N),
        ("NaN,0,:const,:gt", 0.0), ("NaN,NaN,:const,:ge", 0.0), ("NaN,NaN,:const,:le", 0.0), ("1,2,:const,:lt", 1.0),
        ("2,2,:const,:ge", 1.0), ("1,2,:const,:ge", 0.0), ("NaN,1,:const,:and", 0.0), ("NaN,1,:const,:or", 1.0),
        ("NaN,NaN,:const,:or", 0.0), ("1e-13,1,:const,:and", 0.0), ("1e-12,1,:const,:and", 1.0),
        ("-1,1,:const,:and", 1.0), ("NaN,:abs", N), ("-3,:abs", 3.0), ("3,:neg", -3.0), ("-4,:sqrt", N),
        ("9,:sqrt", 3.0),
        ("NaN,:cos", 1.0), ("NaN,:sin", N), ("0,:tan", 0.0), ("0,:cot", N), ("0,:sec", 1.0), ("0,:csc", N),
        (":pi", math.pi),
        ("64,:per-step", 3840.0), ("NaN,1,:clamp-min", N), ("0,1,:clamp-min", 1.0), ("5,3,:clamp-max", 3.0),
        ("1,2,:add,3,:mul", 9.0), ("NaN,:count", N), ("7,:count", 1.0), ("NaN,:sum", N), ("3,:avg", 3.0),
        ("3,:stddev", 0.0),
        ("3,:pct", 100.0),
    ],
)  # fmt: skip
def test_numbers(program: str, value: float) -> None:
    same(rows(program, points=2), [[value, value]])


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("name,a,:eq,:sum", [[6, 17, 8, 19, 10, 18]]),
        ("name,a,:eq,:count", [[2, 3, 2, 3, 2, 3]]),
        ("name,a,:eq,:min", [[1, 2, 3, 4, 5, 5]]),
        ("name,a,:eq,:max", [[5, 10, 5, 10, 5, 7]]),
        ("name,a,:eq,node,n2,:eq,:and,:count", [[N, 1, N, 1, N, N]]),
        ("name,a,:eq,:avg", [[3, 17 / 3, 4, 19 / 3, 5, 6]]),
        # series without one of the keys are dropped; groups come in the order of their labels
        ("name,a,:eq,(,zone,),:by", [[1, 12, 3, 14, 5, 6], [5, 5, 5, 5, 5, 5]]),
        ("name,a,:eq,:max,(,zone,node,),:by,:count", [[2, 3, 2, 3, 2, 2]]),
        # an aggregate over lines; on a plain aggregate of data only :count does anything
        ("name,a,:eq,:max,:sum", [[5, 10, 5, 10, 5, 7]]),
        ("name,a,:eq,:max,:count", [[1, 1, 1, 1, 1, 1]]),
        ("name,a,:eq,(,zone,),:by,:min", [[1, 5, 3, 5, 5, 5]]),
        ("name,a,:eq,(,zone,node,),:by,:max,(,zone,),:by", [[1, 10, 3, 10, 5, 6], [5, 5, 5, 5, 5, 5]]),
        ("name,a,:eq,(,zone,node,),:by,(,zone,),:by", [[1, 12, 3, 14, 5, 6], [5, 5, 5, 5, 5, 5]]),
        # :by goes down to the data through arithmetic; constants stay
        ("name,a,:eq,:sum,2,:mul,(,zone,),:by", [[2, 24, 6, 28, 10, 12], [10, 10, 10, 10, 10, 10]]),
        ("name,a,:eq,:avg,(,zone,),:by", [[1, 6, 3, 7, 5, 6], [5, 5, 5, 5, 5, 5]]),
        ("name,a,:eq,:all,:sum", [[6, 17, 8, 19, 10, 18]]),
        ("name,a,:eq,(,zone,),:by,:pct", [[100 / 6, 1200 / 17, 37.5, 1400 / 19, 50, 600 / 11],
                                          [500 / 6, 500 / 17, 62.5, 500 / 19, 50, 500 / 11]]),
        # joins: the narrower side is repeated, lines without a partner go
        ("name,a,:eq,(,zone,node,),:by,name,a,:eq,(,zone,),:by,:div",
         [[1, 2 / 12, 1, 4 / 14, 1, 1], [N, 10 / 12, N, 10 / 14, N, N], [1, 1, 1, 1, 1, 1]]),
        ("name,a,:eq,(,zone,),:by,name,a,:eq,(,node,zone,),:by,:sub",
         [[0, 10, 0, 10, 0, 0], [1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0]]),
        ("10,name,a,:eq,(,zone,),:by,:sub", [[9, -2, 7, -4, 5, 4], [5, 5, 5, 5, 5, 5]]),
        ("name,a,:eq,(,zone,),:by,name,nope,:eq,(,zone,),:by,:add", []),
        ("name,a,:eq,(,zone,),:by,name,a,:eq,node,n4,:eq,:and,(,zone,),:by,:add", [[10, 10, 10, 10, 10, 10]]),
        # another name for a key, to join by
        ("name,a,:eq,(,zone,),:by,zone,z,:as,name,a,:eq,:max,(,zone,),:by,zone,z,:as,:sub",
         [[0, 2, 0, 4, 0, 0], [0, 0, 0, 0, 0, 0]]),
        # parts of a timer
        ("name,t,:eq,:dist-avg", [[3, 0, N, 0.5, N, 1.5]]),
        ("name,t,:eq,:dist-max", [[4, 0, N, 1, 2, 3]]),
        ("name,t,:eq,:dist-avg,(,app,),:by", [[3, 0, N, 0.5, N, 1.5]]),
        # sqrt((N * squares - total^2) / N^2)
        ("name,t,:eq,:dist-stddev", [[1, 0, N, math.sqrt(32) / 4, 2, 0]]),
    ],
)  # fmt: skip
def test_lines(program: str, expected: list[list[float]]) -> None:
    same(rows(program), expected)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        # bucket 1 reaches from 1 to 2 ns, bucket 3 from 3 to 4
        ("name,p,:eq,(,50,),:percentiles", [[(3 + 1 / 3) * 1e-9, N, N, 1.5e-9, 3.5e-9, 2e-9]]),
        ("name,p,:eq,(,0,100,),:percentiles", [[0, N, N, 0, 0, 0], [4e-9, N, N, 2e-9, 4e-9, 4e-9]]),
        ("name,p,:eq,:max,:median", [[(3 + 1 / 3) * 1e-9, N, N, 1.5e-9, 3.5e-9, 2e-9]]),
        # bucket 0x0A = 10 reaches from 10 to 11, bucket 0x14 = 20 from 41 to 46
        ("name,d,:eq,(,50,),:percentiles", [[10 + 2 / 3] * 6]),
        ("name,d,:eq,(,node,),:by,(,50,),:percentiles", [[10.5] * 6, [11.0] * 6]),
        ("name,d,:eq,(,node,),:by,(,75,),:percentiles", [[10.75] * 6, [43.5] * 6]),
        ("name,d,:eq,10,10.5,:sample-count", [[3] * 6]),
        ("name,d,:eq,:sample-count", [[4] * 6]),
        ("name,p,:eq,1e-9,2e-9,:sample-count", [[1, 0, N, 4, 0, 1]]),
        # nothing where no register holds more than zero
        ("name,u,:eq,:approx-distinct", [[DISTINCT, DISTINCT, N, N, N, DISTINCT]]),
        ("name,u,:eq,(,node,),:by,:approx-distinct", [[DISTINCT, DISTINCT, N, N, N, DISTINCT]]),
        ("name,u,:eq,:approx-distinct-cumulative", [[DISTINCT] * 6]),
        ("name,nope,:eq,:approx-distinct", [[N] * 6]),
        ("name,nope,:eq,(,50,),:percentiles", []),
    ],
)  # fmt: skip
def test_estimates(program: str, expected: list[list[float]]) -> None:
    same(rows(program), expected)


def test_tags_and_labels_of_percentiles_are_padded() -> None:
    answer = ask("name,d,:eq,(,node,),:by,(,9,50,100,9,),:percentiles")
    found = sorted((line.tags["node"], line.tags["percentile"]) for line in answer.lines)
    assert found == [(node, percentile) for node in "xy" for percentile in ("  9.0", " 50.0", "100.0")]
    label = ask("name,d,:eq,(,node,),:by,(,9,),:percentiles,:derivative,(,),:cg").lines[0]
    assert label.tags == {"atlas.offset": "0w", "name": "d", "node": "x", "percentile": "  9.0"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # the hidden point before the first one shown has no data: it only counts where nothing counts
        ("2,:delay", [N, N, 1, 2, 3, 4]),
        ("0,:add,1,:delay", [0, 1, 2, 3, 4, 5]),
        ("3,:rolling-count", [1, 2, 3, 3, 3, 3]),
        ("3,:rolling-min", [1, 1, 1, 2, 3, 4]),
        ("2,:rolling-max", [1, 2, 3, 4, 5, 6]),
        ("3,:rolling-sum", [1, 3, 6, 9, 12, 15]),
        ("3,2,:rolling-mean", [N, 1.5, 2, 3, 4, 5]),
        ("3m,:trend", [N, 1, 2, 3, 4, 5]),
        ("59s,:trend", [1, 2, 3, 4, 5, 6]),
        (":integral", [1, 3, 6, 10, 15, 21]),
        (":neg,:cumulative-max", [-1, -1, -1, -1, -1, -1]),
        (":derivative", [N, 1, 1, 1, 1, 1]),
        ("2,1,0,:des", [N, N, 2, 3, 4, 5]),
        # the window starts at 00:00, which is aligned; its first value comes at 00:01
        ("2,1,0,:sdes", [N, N, 2, 3, 4, 5]),
        ("3,1,0,:sdes", [N, N, N, 3, 4, 5]),
    ],
)
def test_words_that_go_along_a_line(words: str, expected: list[float]) -> None:
    same(rows(f"name,a,:eq,node,n1,:eq,:and,{words}"), [expected])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3,:rolling-count", [0, 1, 1, 2, 1, 1]),
        ("2,:rolling-min", [N, 10, 10, 10, 10, N]),
        ("2,:rolling-sum", [N, 10, 10, 10, 10, N]),
        ("4,2,:rolling-mean", [N, N, N, 10, 10, N]),
        ("2m,:trend", [N, 5, 5, 5, 5, N]),
        (":integral", [N, 10, 10, 20, 20, 20]),
        (":cumulative-max", [N, 10, 10, 10, 10, 10]),
        (":derivative", [N, N, N, N, N, N]),
        ("1,0.5,0,:des", [N, N, 10, 10, 10, 10]),
    ],
)
def test_gaps_along_a_line(words: str, expected: list[float]) -> None:
    same(rows(f"name,a,:eq,node,n2,:eq,:and,{words}"), [expected])


@pytest.mark.parametrize(
    ("program", "kept"),
    [
        ("max,1,:topk", ["n2"]),
        ("max,2,:bottomk", ["n1", "n4"]),
        ("count,2,:topk", ["n1", "n4"]),
        ("last,1,:bottomk", ["n4"]),
        ("total,9,:topk", ["n1", "n2", "n4", "n5"]),
        # nothing ranks above everything
        ("-1,:mul,:sqrt,max,4,:topk", ["n1", "n2", "n4", "n5"]),
        ("8,:sub,:sqrt,max,3,:topk", ["n1", "n4", "n5"]),
        ("8,:sub,:sqrt,max,1,:bottomk", ["n2"]),
        # a later line that is equal does not displace an earlier one
        ("0,:mul,0,:add,max,2,:topk", ["n1", "n2"]),
        ("0,:mul,0,:add,max,2,:bottomk", ["n1", "n2"]),
        ("max,1,:topk-others-max", ["--others--", "n2"]),
        ("max,4,:topk-others-max", ["n1", "n2", "n4", "n5"]),
        (":stat-max,6,:ge,:filter", ["n1", "n2", "n5"]),
        ("name,a,:eq,:sum,18,:gt,:filter", ["n1", "n2", "n4", "n5"]),
        ("name,a,:eq,:sum,100,:gt,:filter", []),
        (":stat-count,2,:le,:filter", ["n2", "n5"]),
        (":stat-min,:stat-max,:lt,:filter", ["n1"]),
        (":stat-avg,7,:const,:ge,:filter", ["n2", "n5"]),
        (":stat-last,6,:ge,:filter", ["n1", "n2", "n5"]),
        (":stat-total,20,:ge,:filter", ["n1", "n2", "n4"]),
    ],
)
def test_which_lines_are_kept(program: str, kept: list[str]) -> None:
    answer = ask(f"name,a,:eq,(,node,),:by,{program}")
    assert [line.tags["node"] for line in answer.lines] == kept


def test_what_becomes_of_the_others() -> None:
    def others(by: str) -> list[float]:
        (line,) = [
            line
            for line in ask(f"name,a,:eq,(,node,),:by,max,1,:topk-others-{by}").lines
            if line.tags["node"] == "--others--"
        ]
        return list(line.values)

    assert others("sum") == [6, 7, 8, 9, 10, 18]
    assert others("avg") == [3, 3.5, 4, 4.5, 5, 6]
    assert others("min") == [1, 2, 3, 4, 5, 5]
    assert others("max") == [5, 5, 5, 5, 5, 7]


@pytest.mark.parametrize(
    ("statistic", "value"), [("avg", 3.5), ("max", 6), ("min", 1), ("last", 6), ("total", 21), ("count", 6)]
)
def test_statistics_are_flat_lines_over_the_whole_window(statistic: str, value: float) -> None:
    same(rows(f"name,a,:eq,node,n1,:eq,:and,{statistic},:stat"), [[value] * 6])


def test_statistics_see_the_hidden_first_point() -> None:
    same(rows("minuteOfHour,:time,:dup,min,:stat,:swap,count,:stat", points=3), [[0] * 3, [4] * 3])
    same(rows("minuteOfHour,:time,:stat-min-mf,minuteOfHour,:time,:stat-avg-mf", points=3), [[0] * 3, [1.5] * 3])


def test_statistics_of_nothing() -> None:
    same(rows("NaN,count,:stat,NaN,max,:stat,NaN,total,:stat"), [[0] * 6, [N] * 6, [N] * 6])
    assert rows("name,nope,:eq,(,node,),:by,nonsense,:stat") == []
    assert rows(":stat-max") == []


def test_filters_tell_how_many_lines_matched() -> None:
    assert ask("name,a,:eq,(,node,),:by,:stat-max,6,:ge,:filter").messages == ("3 of 4 lines matched filter",)
    assert ask("name,a,:eq,(,node,),:by,100,:const,:filter").messages == ("4 of 4 lines matched filter",)

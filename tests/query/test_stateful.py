"""Operations along a line, against the plainest way to compute them: point by point, in Python."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vedette_query.evaluation.stateful  # noqa: F401  # teaches `evaluate` these expressions
from vedette_query.errors import BadRequest
from vedette_query.evaluation.evaluate import Evaluation, evaluate
from vedette_query.evaluation.lines import Lines
from vedette_query.model.data import Aggregate
from vedette_query.model.query import TRUE
from vedette_query.model.stateful import Argument, Stateful
from vedette_query.timing.durations import from_ms
from vedette_query.timing.window import Window

INPUT = Aggregate("sum", TRUE)
NAN = math.nan
values = st.one_of(st.just(NAN), st.integers(-3, 3).map(float))
rows = st.integers(1, 12).flatmap(lambda n: st.lists(st.lists(values, min_size=n, max_size=n), min_size=1, max_size=3))
GAPS = [0.0, 1.0, -1.0, NAN, NAN, NAN, 1.0, 1.0, 1.0, 0.0]


def run(operation: str, lines: list[list[float]], *arguments: Argument, start_ms: int = 0) -> list[list[float]]:
    window = Window(start_ms, 10_000, len(lines[0]))
    given_lines = Lines(tuple({"line": str(n)} for n in range(len(lines))), np.array(lines))
    expr = Stateful(operation, INPUT, arguments)
    result: list[list[float]] = evaluate(expr, Evaluation(window, {INPUT: given_lines}, 0)).values.tolist()
    return result


def same(left: list[list[float]], right: list[list[float]]) -> bool:
    return bool(np.allclose(left, right, rtol=1e-12, atol=1e-12, equal_nan=True))


def by_windows(lines: list[list[float]], n: int, combine: Callable[[list[float]], float]) -> list[list[float]]:
    return [[combine(line[max(0, i - n + 1) : i + 1]) for i in range(len(line))] for line in lines]


def there(window: list[float]) -> list[float]:
    return [value for value in window if not math.isnan(value)]


@settings(deadline=None)
@given(rows, st.integers(1, 15))
def test_rolling_windows(lines: list[list[float]], n: int) -> None:
    assert same(run("rolling-sum", lines, n), by_windows(lines, n, lambda w: sum(there(w)) if there(w) else NAN))
    assert same(run("rolling-min", lines, n), by_windows(lines, n, lambda w: min(there(w), default=NAN)))
    assert same(run("rolling-max", lines, n), by_windows(lines, n, lambda w: max(there(w), default=NAN)))
    assert same(run("rolling-count", lines, n), by_windows(lines, n, lambda w: float(sum(v != 0 for v in there(w)))))


@settings(deadline=None)
@given(rows, st.integers(1, 6), st.integers(1, 6))
def test_rolling_mean_needs_enough_values(lines: list[list[float]], n: int, least: int) -> None:
    least = min(least, n)

    def mean(window: list[float]) -> float:
        found = there(window)
        return sum(found) / len(found) if len(found) >= least else NAN

    assert same(run("rolling-mean", lines, n, least), by_windows(lines, n, mean))


@settings(deadline=None)
@given(rows, st.integers(0, 60_000))
def test_trend_divides_by_the_window_not_by_the_count(lines: list[list[float]], ms: int) -> None:
    n = ms // 10_000

    def mean(line: list[float], i: int) -> float:
        window = there(line[max(0, i - n + 1) : i + 1])
        return sum(window) / n if i >= n - 1 and window else NAN

    expected = lines if n <= 1 else [[mean(line, i) for i in range(len(line))] for line in lines]
    assert same(run("trend", lines, from_ms(ms)), expected)


@settings(deadline=None)
@given(rows, st.integers(1, 8))
def test_delay_moves_values_to_later_points(lines: list[list[float]], n: int) -> None:
    expected = [[line[i - n] if i >= n else NAN for i in range(len(line))] for line in lines]
    assert same(run("delay", lines, n), expected)


def test_running_results_go_on_through_gaps() -> None:
    assert same(run("integral", [GAPS]), [[0, 1, 0, 0, 0, 0, 1, 2, 3, 3]])
    assert same(run("cumulative-max", [[NAN, *GAPS[1:]]]), [[NAN, 1, 1, 1, 1, 1, 1, 1, 1, 1]])
    assert same(run("derivative", [GAPS]), [[NAN, 1, -2, NAN, NAN, NAN, NAN, 0, 0, -1]])


class PlainDes:
    """Double exponential smoothing for one line, written down as the reference describes it."""

    def __init__(self, training: int, alpha: float, beta: float) -> None:
        self.training, self.alpha, self.beta = training, alpha, beta
        self.reset()

    def reset(self) -> None:
        self.level, self.slope, self.count = NAN, 0.0, 0

    def next(self, x: float) -> float:
        out = self.level if self.count >= self.training else NAN
        if not math.isnan(x):
            if self.count == 0:
                self.level, self.slope = x, 0.0
            else:
                before = self.level
                self.level = self.alpha * x + (1 - self.alpha) * (self.level + self.slope)
                self.slope = self.beta * (self.level - before) + (1 - self.beta) * self.slope
            self.count += 1
        return out


@settings(deadline=None)
@given(rows, st.integers(1, 5), st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.02, 0.5]))
def test_des(lines: list[list[float]], training: int, alpha: float, beta: float) -> None:
    smoothers = [PlainDes(training, alpha, beta) for _ in lines]
    expected = [[des.next(x) for x in line] for des, line in zip(smoothers, lines, strict=True)]
    assert same(run("des", lines, training, alpha, beta), expected)


@settings(deadline=None)
@given(rows, st.integers(1, 5), st.integers(0, 7))
def test_sliding_des(lines: list[list[float]], training: int, start: int) -> None:
    def slide(line: list[float]) -> list[float]:
        active, other = PlainDes(training, 0.3, 0.2), PlainDes(training, 0.3, 0.2)
        ignored = -start % training
        out = []
        for i, x in enumerate(line):
            if i > 0 and i % training == 0:
                active.reset()
                active, other = other, active
            x = NAN if i < ignored else x  # noqa: PLW2901  # what the reference does to early points
            out.append(active.next(x))
            other.next(x)
        return out

    result = run("sdes", lines, training, 0.3, 0.2, start_ms=start * 10_000)
    assert same(result, [slide(line) for line in lines])


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        ("rolling-mean", (2, 0), "minimum number of values must be >= 1"),
        ("rolling-mean", (2, 3), "minimum number of values must be <= window size"),
        ("rolling-sum", (0,), "window size must be between 1 and 86400"),
        ("delay", (86_401,), "window size must be between 1 and 86400"),
        ("sdes", (0, 0.1, 0.1), "training window must be >= 1"),
    ],
)
def test_impossible_windows_are_refused(operation: str, arguments: tuple[Argument, ...], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        run(operation, [[1.0]], *arguments)

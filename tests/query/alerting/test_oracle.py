"""What rules hear from the query API: true, false, missing, no data; and the value that was measured."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry

from tests.query.alerting.feed import feed
from vedette_query.alerting.measure import measured, points_needed
from vedette_query.alerting.oracle import GraphOracle
from vedette_query.alerting.outcome import Answered, NoData
from vedette_query.app import QueryApi
from vedette_query.errors import QueryError
from vedette_query.model.expr import SeriesExpr
from vedette_query.settings import Settings
from vedette_storage.memory import MemoryStore

NOON = 1_790_000_000_000
STEP = 10_000

RATIO = "name,calls,:eq,result,failure,:eq,:and,:sum,(,app,),:by,name,calls,:eq,:sum,(,app,),:by,:div,100,:mul,5,:gt"


class Desk:
    """A store in memory with the query API over it, and the oracle over that."""

    def __init__(self) -> None:
        self.store = MemoryStore(STEP)
        self.api = QueryApi(self.store, Settings(step_ms=STEP), registry=CollectorRegistry())
        self.oracle = GraphOracle(self.api.graph)

    def feed(self, name: str, tags: Mapping[str, str], *values: float | None, end: int = NOON) -> None:
        """A line whose last value is that of the step that ends at `end`; None is no sample."""
        times = range(end - (len(values) - 1) * STEP, end + 1, STEP)
        there = {time: value for time, value in zip(times, values, strict=True) if value is not None}
        feed(self.store.writer, name, tags, there)

    def ask(self, expr: str, at: int = NOON) -> dict[str, tuple[bool | None, float | None]] | None:
        """Truth and value by app (all labels where there is none); None for no data."""
        answer = self.oracle.ask(expr, at)
        if isinstance(answer, NoData):
            return None
        assert isinstance(answer, Answered)
        return {one.tags.get("app", str(dict(one.tags))): (one.active, one.value) for one in answer.signals}

    def parsed(self, expr: str) -> SeriesExpr:
        return self.oracle._parsed(expr)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_comparison_tells_truth_and_the_value_that_was_compared(desk: Desk) -> None:
    desk.feed("temperature", {"app": "api"}, 3.0, 9.0)
    desk.feed("temperature", {"app": "edge"}, 9.0, 3.0)
    assert desk.ask("name,temperature,:eq,:sum,(,app,),:by,5,:gt") == {"api": (True, 9.0), "edge": (False, 3.0)}


def test_without_a_comparison_the_point_is_the_truth(desk: Desk) -> None:
    desk.feed("errors", {"app": "api"}, 2.0)
    desk.feed("errors", {"app": "edge"}, 0.0)
    assert desk.ask("name,errors,:eq,:sum,(,app,),:by") == {"api": (True, 2.0), "edge": (False, 0.0)}


def test_the_last_whole_step_counts(desk: Desk) -> None:
    desk.feed("temperature", {"app": "api"}, 9.0, 3.0)
    expr = "name,temperature,:eq,:sum,(,app,),:by,5,:gt"
    assert desk.ask(expr, NOON - 1) == {"api": (True, 9.0)}
    assert desk.ask(expr, NOON + 9_999) == {"api": (False, 3.0)}


def test_missing_data_is_not_a_condition_that_is_false(desk: Desk) -> None:
    """The language makes 0 of NaN > 5; an alert must not be resolved by that."""
    desk.feed("temperature", {}, 9.0, None)
    desk.feed("other", {}, 1.0, 1.0)
    assert desk.ask("name,temperature,:eq,:sum,5,:gt") is None
    desk.feed("temperature", {"app": "api"}, 9.0, None)
    desk.feed("temperature", {"app": "edge"}, 3.0, 3.0)
    rolling = "name,temperature,:eq,:sum,(,app,),:by,5,:gt,3,:rolling-count,3,:ge"
    assert desk.ask(rolling) == {"api": (None, None), "edge": (False, 3.0)}


def test_a_true_condition_is_true_even_if_its_last_point_is_missing(desk: Desk) -> None:
    desk.feed("temperature", {"app": "api"}, 9.0, 9.0, None)
    assert desk.ask("name,temperature,:eq,:sum,(,app,),:by,5,:gt,3,:rolling-count,2,:ge") == {"api": (True, None)}


def test_a_counter_of_errors_is_absent_while_there_are_none(desk: Desk) -> None:
    desk.feed("calls", {"app": "api", "result": "success"}, 9.0)
    assert desk.ask("name,calls,:eq,result,failure,:eq,:and,:sum,(,app,),:by,1,:gt") == {}


def test_silence_of_all_that_is_read_is_no_data(desk: Desk) -> None:
    desk.feed("calls", {"app": "api", "result": "failure"}, 9.0, None)
    desk.feed("others", {"app": "api"}, 9.0, 9.0)
    assert desk.ask("name,calls,:eq,result,failure,:eq,:and,:sum,(,app,),:by,1,:gt") is None
    assert desk.ask("app,api,:eq,region,x,:eq,:and,:sum,(,node,),:by,1,:gt") is None  # no name: not asked at all


def test_a_ratio_is_measured_in_percent(desk: Desk) -> None:
    desk.feed("calls", {"app": "api", "result": "success"}, 90.0)
    desk.feed("calls", {"app": "api", "result": "failure"}, 10.0)
    desk.feed("calls", {"app": "edge", "result": "success"}, 90.0)
    assert desk.ask(RATIO) == {"api": (True, 10.0)}


def test_a_floor_of_volume_makes_it_false(desk: Desk) -> None:
    desk.feed("calls", {"app": "api", "result": "success"}, 3.0)
    desk.feed("calls", {"app": "api", "result": "failure"}, 1.0)
    floor = f"{RATIO},name,calls,:eq,:sum,(,app,),:by,5,:gt,:and"
    assert desk.ask(floor) == {"api": (False, 25.0)}


def test_an_ungrouped_rule_keeps_the_tags_that_its_query_names(desk: Desk) -> None:
    desk.feed("calls", {"app": "api", "statistic": "count"}, 9.0)
    answer = desk.oracle.ask("name,calls,:eq,app,api,:eq,:and,statistic,count,:eq,:and,:sum,5,:gt", NOON)
    assert isinstance(answer, Answered)
    assert [dict(signal.tags) for signal in answer.signals] == [{"app": "api"}]


def test_every_series_may_be_a_line(desk: Desk) -> None:
    desk.feed("temperature", {"app": "api"}, 9.0)
    desk.feed("temperature", {"app": "edge"}, 3.0)
    assert desk.ask("name,temperature,:eq,:all,5,:gt") == {"api": (True, 9.0), "edge": (False, 3.0)}


def test_a_constant_on_the_left_is_not_what_is_measured(desk: Desk) -> None:
    desk.feed("temperature", {"app": "api"}, 9.0)
    assert desk.ask("5,:const,name,temperature,:eq,:sum,(,app,),:by,:lt") == {"api": (True, 9.0)}


@pytest.mark.parametrize(
    ("expr", "measure"),
    [
        ("name,a,:eq,:sum,5,:gt", "name,a,:eq,:sum"),
        ("name,a,:eq,:sum,name,b,:eq,:sum,:gt", "name,a,:eq,:sum"),
        ("name,a,:eq,:sum,5,:gt,name,b,:eq,:sum,1,:gt,:and", "name,a,:eq,:sum"),
        ("name,a,:eq,:sum,5,:gt,5,:rolling-count,3,:ge", "name,a,:eq,:sum"),
        ("name,a,:eq,:sum,:dup,:des-fast,0.85,:mul,:lt", "name,a,:eq,:sum"),
        ("name,a,:eq,:sum", None),
        ("1,:const,2,:const,:lt", None),
    ],
)
def test_what_an_expression_measures(desk: Desk, expr: str, measure: str | None) -> None:
    found = measured(desk.parsed(expr))
    assert (None if found is None else found.text()) == measure


@pytest.mark.parametrize(
    ("expr", "points"),
    [
        ("name,a,:eq,:sum,5,:gt", 1),
        ("name,a,:eq,:sum,5,:gt,5,:rolling-count,3,:ge", 6),
        ("name,a,:eq,:sum,5m,:trend,5,:gt", 31),
        ("name,a,:eq,:sum,:sdes-slow,5,:gt", 361),
        ("name,a,:eq,:sum,100,.1,.1,:sdes,5,:gt", 401),
        ("name,a,:eq,:sum,1000,.1,.1,:sdes,5,:gt", 1440),
    ],
)
def test_how_much_of_the_past_is_read(desk: Desk, expr: str, points: int) -> None:
    assert points_needed(desk.parsed(expr), STEP) == points


def test_a_rolling_count_sees_all_of_its_window(desk: Desk) -> None:
    desk.feed("temperature", {"app": "api"}, 9.0, 9.0, 9.0, 1.0, 1.0)
    rule = "name,temperature,:eq,:sum,(,app,),:by,5,:gt,5,:rolling-count,{},:ge"
    assert desk.ask(rule.format(3)) == {"api": (True, 1.0)}
    assert desk.ask(rule.format(4)) == {"api": (False, 1.0)}


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        ("name,a,:eq,:oops", "unknown word ':oops'"),
        ("name,a,:eq,:sum,5,:gt,name,b,:eq", "a rule needs exactly one expression, this one leaves 2"),
        ("", "a rule needs exactly one expression, this one leaves 0"),
        ("name,a,:eq,:sum,(,b,),:by,5,:gt,3,:limit", "a rule cannot use :limit"),
        ("(,a,)", "expecting time series expr"),
    ],
)
def test_what_can_be_no_rule(desk: Desk, expr: str, words: str) -> None:
    with pytest.raises(QueryError) as failure:
        desk.oracle.check(expr)
    assert words in str(failure.value)

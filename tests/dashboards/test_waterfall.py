"""Spans in the order of a reader, each with its place in time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.dashboards.recorded_api import TRACES, trace
from vedette_dashboards import theme
from vedette_dashboards.waterfall import colours, ticks, waterfall


def span(identity: str, parent: str = "", offset: int = 0, took: int = 10, **more: Any) -> dict[str, Any]:
    return {"spanId": identity, "parentId": parent, "offsetNs": offset, "durationNs": took, **more}


SPANS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(-50, 1000), st.integers(0, 1000)), max_size=12
).map(lambda rows: [span(f"s{a}", f"s{b}", offset, took) for a, b, offset, took in rows])


@given(SPANS)
def test_every_span_stands_once_and_inside(spans: list[dict[str, Any]]) -> None:
    bars = waterfall({"spans": spans})
    assert sorted(bar.identity for bar in bars) == sorted({one["spanId"] for one in spans})
    for bar in bars:
        assert 0 <= bar.left <= 1
        assert bar.left + bar.width <= 1 + 1e-9


@given(SPANS)
def test_a_child_follows_its_parent_one_deeper(spans: list[dict[str, Any]]) -> None:
    bars = waterfall({"spans": spans})
    place = {bar.identity: n for n, bar in enumerate(bars)}
    for bar in bars:
        if bar.depth:
            parent = str(bar.span["parentId"])
            assert place[parent] < place[bar.identity]
            assert bars[place[parent]].depth == bar.depth - 1


def test_depth_first_and_brothers_by_start() -> None:
    bars = waterfall({"spans": [span("c", "a", 30), span("b", "a", 10), span("d", "b", 12), span("a", "", 0, 100)]})
    assert [(bar.identity, bar.depth) for bar in bars] == [("a", 0), ("b", 1), ("d", 2), ("c", 1)]
    assert (bars[1].left, bars[1].width) == (0.1, 0.1)


def test_a_span_whose_parent_is_missing_stands_at_the_top() -> None:
    assert [bar.depth for bar in waterfall({"spans": [span("b", "lost", 5), span("a")]})] == [0, 0]


def test_a_span_before_its_root_is_still_inside() -> None:
    bars = waterfall({"spans": [span("a", "", 0, 100), span("b", "a", -100, 50)]})
    assert [(bar.identity, bar.left, bar.width) for bar in bars] == [("a", 0.5, 0.5), ("b", 0.0, 0.25)]


def test_no_spans_no_bars() -> None:
    assert waterfall({"spans": []}) == ()
    assert waterfall({}) == ()


def test_each_app_has_its_colour_and_none_that_of_failure() -> None:
    hues = colours(waterfall(trace(TRACES[0])))
    assert list(hues) == ["edge", "api", "profiles", "playback"]
    assert len(set(hues.values())) == 4
    assert theme.FAILURE not in hues.values()


def test_failures_are_known_by_status() -> None:
    assert sum(bar.failed for bar in waterfall(trace(TRACES[0]))) == 3
    assert sum(bar.failed for bar in waterfall(trace(TRACES[1]))) == 0


def test_the_ruler_ends_at_the_end() -> None:
    assert ticks(2_000_000_000) == [0.0, 0.5, 1.0, 1.5, 2.0]

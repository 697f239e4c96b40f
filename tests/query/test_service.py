"""From a request to an answer: what is read, which lines come back, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from tests.query.recorded import block
from vedette_query.answer import Answer, statistics
from vedette_query.errors import BadNumber, BadRequest, QueryError, TooMuch
from vedette_query.evaluation.plan import plan
from vedette_query.request import AxisOrder, GraphRequest, graph_request
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_storage.memory import MemoryStore
from vedette_storage.predicate import Equal

STEP = 10_000
NOW = 1_795_305_600_000
CATALOGUE = Catalogue(Settings().custom_averages)


def store() -> MemoryStore:
    """Two nodes of one app over ten steps; the second starts late."""
    memory = MemoryStore(STEP)
    times = [NOW - 90_000 + STEP * i for i in range(10)]
    lines = [
        ({"name": "cpu", "app": "api", "node": "n1"}, {t: float(i) for i, t in enumerate(times)}),
        ({"name": "cpu", "app": "api", "node": "n2"}, dict.fromkeys(times[4:], 10.0)),
    ]
    memory.writer.write(block(lines))
    return memory


def service(**settings: int) -> GraphService:
    return GraphService(store().samples, CATALOGUE, Settings(step_ms=STEP, **settings))  # type: ignore[arg-type]


def ask(query: str, *, start: str = "e-50s", axes: Mapping[int, AxisOrder] | None = None, **settings: int) -> Answer:
    request = GraphRequest(query, start=start, end="now", timezones=("UTC",), axes=axes or {}, now_ms=NOW)
    return service(**settings).evaluate(request)


def legends(answer: Answer) -> list[str]:
    return [line.legend for line in answer.lines]


def test_answer_covers_the_shown_points_only() -> None:
    answer = ask("name,cpu,:eq,node,n1,:eq,:and,:sum")
    assert (answer.start_ms, answer.step_ms, answer.points) == (NOW - 40_000, STEP, 5)
    assert answer.end_ms == NOW + STEP
    assert list(answer.times_ms) == [NOW - 40_000 + STEP * i for i in range(5)]
    (line,) = answer.lines
    assert list(line.values) == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert line.tags == {"name": "cpu", "node": "n1", "atlas.offset": "0w"}


def test_words_with_a_memory_see_the_hidden_point() -> None:
    assert list(ask("1,:integral").lines[0].values) == [2.0, 3.0, 4.0, 5.0, 6.0]
    assert list(ask("name,cpu,:eq,node,n1,:eq,:and,max,:stat").lines[0].values) == [9.0] * 5
    assert list(ask("name,cpu,:eq,node,n1,:eq,:and,min,:stat").lines[0].values) == [4.0] * 5


def test_groups_come_in_the_order_of_their_labels_with_their_tags() -> None:
    answer = ask("name,cpu,:eq,(,node,),:by")
    assert legends(answer) == ["n1", "n2"]
    assert [line.tags["node"] for line in answer.lines] == ["n1", "n2"]


def test_offset_reads_earlier_data_and_rounds_up_to_steps() -> None:
    exact = ask("name,cpu,:eq,node,n1,:eq,:and,10s,:offset").lines[0]
    assert list(exact.values) == [4.0, 5.0, 6.0, 7.0, 8.0]
    assert exact.tags["atlas.offset"] == "10s"
    assert list(ask("name,cpu,:eq,node,n1,:eq,:and,15s,:offset").lines[0].values) == [3.0, 4.0, 5.0, 6.0, 7.0]


def test_data_expression_used_twice_is_read_once() -> None:
    graph = service()
    request = GraphRequest("name,cpu,:eq,:sum,:dup,:add,name,cpu,:eq,:sum", timezones=("UTC",), now_ms=NOW)
    selections = plan((styled.expr for styled in graph.parse(request)), graph.window(request))
    (selection,) = selections.values()
    assert selection.predicate == Equal("name", "cpu")
    assert (selection.aggregate, selection.consolidation) == ("sum", "avg")


def test_nothing_matching_is_one_empty_line_or_none() -> None:
    (line,) = ask(":false").lines
    assert line.legend == "NO DATA"
    assert line.tags == {"name": "NO_DATA", "atlas.offset": "0w"}
    assert all(map(math.isnan, line.values))
    assert ask("name,nope,:eq,(,node,),:by").lines == ()
    assert ask("name,nope,:eq,:all").lines == ()
    assert ask("name,nope,:eq,(,node,),:by,:max").lines[0].tags["name"] == "NO_DATA"


def test_lines_are_sorted_and_limited_per_expression_then_per_axis() -> None:
    query = "name,cpu,:eq,(,node,),:by"
    assert legends(ask(f"{query},desc,:order")) == ["n2", "n1"]
    assert legends(ask(f"{query},min,:sort")) == ["n1", "n2"]
    assert legends(ask(f"{query},min,:sort,desc,:order,1,:limit")) == ["n2"]
    assert legends(ask(f"{query},1,:axis,42")) == ["42.0", "n1", "n2"]
    assert legends(ask(query, axes={0: AxisOrder("legend", "desc")})) == ["n2", "n1"]
    assert ask(f"{query},foo,:sort").notices == ("Invalid sort mode 'foo'. Using default of 'legend'.",)


def test_filters_say_how_many_lines_they_kept() -> None:
    answer = ask("name,cpu,:eq,(,node,),:by,:stat-min,9,:gt,:filter")
    assert legends(answer) == ["n2"]
    assert answer.messages == ("1 of 2 lines matched filter",)


def test_grouping_by_a_tag_that_is_missing_drops_the_series() -> None:
    assert ask("name,cpu,:eq,(,rack,),:by").lines == ()


@pytest.mark.parametrize(
    ("legend", "shown"),
    [
        ("$node of $app", "n2 of api"),
        ("$(node)1", "n21"),
        ("$unknown", "unknown"),
        ("5$", "5$"),
        ("$ a", "$ a"),
        ("$(open", "$open"),
        ("max $atlas.max", "max 10.0"),
        ("total $(atlas.total)", "total 50.0"),
    ],
)
def test_legends(legend: str, shown: str) -> None:
    query = f"name,cpu,:eq,app,api,:eq,:and,(,node,),:by,{legend},:legend"
    assert shown in legends(ask(query))


def test_edits_of_legends() -> None:
    query = "name,cpu,:eq,(,node,),:by,$node,:legend"
    assert legends(ask(f"{query},n(.),node-$1,:s")) == ["node-1", "node-2"]
    assert legends(ask(f"{query},(?<letter>.)(?<digit>.),$digit$letter,:s")) == ["1n", "2n"]
    assert legends(ask("1,a_2Eb_,:legend,hex,:decode")) == ["a.b_"]
    with pytest.raises(BadRequest, match="regex is too expensive to evaluate"):
        ask(f"1,{'a' * 40},:legend,(a+)+b,x,:s")
    with pytest.raises(BadRequest, match="unsupported: a set of characters in a set"):
        ask("1,aaa,:legend,[a&&b],x,:s")
    with pytest.raises(BadRequest, match="unknown encoding 'foo'"):
        ask("1,foo,:decode")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("foo", "expecting time series expr, found String 'foo'"),
        ("(,a,)", r"expecting time series expr, found List 'List\(a\)'"),
        ("1,9,:axis", "invalid axis: 9"),
        ("name,cpu,:eq,:all,name,cpu,:eq,:all,:add", "too many values for key"),
        ("name,cpu,:eq,(,node,),:by,foo,:stat", "unknown statistic: foo"),
    ],
)
def test_refusals(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        ask(query)


def test_limits_say_what_was_asked_and_how_to_narrow() -> None:
    with pytest.raises(TooMuch, match="has 2 lines, the limit is 1; group by fewer keys"):
        ask("name,cpu,:eq,(,node,),:by", max_lines=1)
    assert len(ask("name,cpu,:eq,(,node,),:by,1,:limit", max_lines=1).lines) == 1
    with pytest.raises(TooMuch, match="has 7 characters, the limit is 5"):
        ask("1,1,:eq", max_program=5)


def test_a_wide_request_gets_no_more_points_than_the_limit() -> None:
    request = GraphRequest("1", start="e-10d", end="now", timezones=("UTC",), width=100_000, now_ms=NOW)
    assert service().evaluate(request).points <= 1440
    assert service(max_datapoints=100).evaluate(request).points <= 100


def test_common_query_reaches_every_query() -> None:
    def asked(common: str) -> Answer:
        request = GraphRequest(
            "name,cpu,:eq,:freeze,name,cpu,:eq,:max", common_query=common, timezones=("UTC",), now_ms=NOW
        )
        return service().evaluate(request)

    assert [list(line.values)[-1] for line in asked("node,n2,:eq").lines] == [10.0, 10.0]
    for wrong in ("foo", "1", ":true,:true", ":nope"):
        with pytest.raises(BadRequest, match="invalid cq parameter"):
            asked(wrong)


def test_parameters_of_a_request() -> None:
    settings = Settings(step_ms=STEP)
    given = [
        ("q", "1"),
        ("s", "e-1h"),
        ("tz", "UTC"),
        ("tz", "Europe/Berlin"),
        ("step", "1m"),
        ("w", "200"),
        ("sort.1", "max"),
    ]
    request = graph_request(given, settings, NOW)
    assert request.timezones == ("UTC", "Europe/Berlin")
    assert (request.start, request.end, request.step_ms, request.width) == ("e-1h", "now", 60_000, 200)
    assert request.axes == {1: AxisOrder("max", None)}
    with pytest.raises(BadRequest, match="missing required parameter 'q'"):
        graph_request([("s", "e-1h")], settings, NOW)
    with pytest.raises(BadNumber, match='For input string: "wide"'):
        graph_request([("q", "1"), ("w", "wide")], settings, NOW)
    with pytest.raises(BadRequest, match="w must be > 0"):
        graph_request([("q", "1"), ("w", "0")], settings, NOW)


def test_shared_parts_are_computed_once_and_work_is_limited() -> None:
    doubled = "name,cpu,:eq," + ":dup,:add," * 8  # 256 times the data, of 11 nodes
    (line,) = ask(doubled, max_values=100).lines
    assert line.values[-1] == 256 * 19.0
    with pytest.raises(TooMuch, match="computes more than 20 values, which is the limit"):
        ask(doubled, max_values=20)


def test_number_of_reads_is_limited() -> None:
    with pytest.raises(TooMuch, match="has 3 reads, the limit is 2; use :by"):
        ask("name,a,:eq,name,b,:eq,name,c,:eq", max_selections=2)


def test_statistics_of_numbers_too_great_to_add_are_infinite() -> None:
    line = statistics([1e308, 1e308, -1.0])
    assert (line.total, line.average, line.maximum) == (math.inf, math.inf, 1e308)
    assert statistics([math.inf, 1.0]).total == math.inf

"""Finding and reading traces, in each form of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import new_store
from tests.storage.blocks import T0, SpanFact, spans_block
from vedette_storage.errors import Refused
from vedette_storage.memory import MemoryStore
from vedette_storage.store import Store
from vedette_storage.traces import SpanEvent, SpanLink, TraceSearch

SPANS = [
    SpanFact(1, 1, 0, "edge", "server", at_ms=0, duration_ms=50.0, name="GET /home"),
    SpanFact(1, 2, 1, "api", "server", at_ms=5, duration_ms=40.0, status="error", attributes={"user": "anna"}),
    SpanFact(2, 1, 0, "edge", "server", at_ms=60_000, duration_ms=5.0, name="GET /home", attributes={"user": "b=c"}),
    SpanFact(3, 7, 9, "api", "server", at_ms=120_000, duration_ms=7.0, region="eu", attributes={"user=b": "c"}),
]


@pytest.fixture(params=["memory", "embedded", "http"])
def traced(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with three traces."""
    if request.param == "memory":
        memory = MemoryStore()
        memory.writer.write(spans_block(SPANS))
        yield memory
        return
    where: Path | str = request.getfixturevalue("engine" if request.param == "embedded" else "clickhouse_url")
    for store in new_store(where):
        store.writer.write(spans_block(SPANS[:2]))
        store.writer.write(spans_block(SPANS))  # a replay shows nothing twice
        yield store


def found(store: Store, **criteria: object) -> list[int]:
    """Numbers of the traces that meet the criteria, newest first."""
    search = TraceSearch(**{"start_ms": T0, "end_ms": T0 + 600_000, **criteria})  # type: ignore[arg-type]
    return [int(summary.trace_id, 16) for summary in store.spans.search(search)]


def test_search_by_each_criterion(traced: Store) -> None:
    assert found(traced) == [3, 2, 1]
    assert found(traced, app="edge") == [2, 1]
    assert found(traced, app="edge", operation="GET /home", limit=1) == [2]
    assert found(traced, operation="op") == [3, 1]
    assert found(traced, min_duration_ns=7_000_000) == [3, 1]
    assert found(traced, max_duration_ns=7_000_000) == [3, 2]
    assert found(traced, min_duration_ns=6_000_000, max_duration_ns=8_000_000) == [3]
    assert found(traced, error=True) == [1]
    assert found(traced, error=False) == [3, 2, 1]
    assert found(traced, app="edge", error=True) == []
    assert found(traced, region="eu") == [3]
    assert found(traced, region="eu", app="edge") == []
    assert found(traced, slowest=True) == [1, 3, 2]
    assert found(traced, app="api", slowest=True, limit=1) == [1]
    assert found(traced, start_ms=T0 + 1, end_ms=T0 + 60_000) == [2, 1]
    assert found(traced, start_ms=T0 + 120_001) == []


def test_search_by_attributes_takes_key_and_value_apart(traced: Store) -> None:
    assert found(traced, attributes={"user": "anna"}) == [1]
    assert found(traced, attributes={"user": "b=c"}) == [2]
    assert found(traced, attributes={"user=b": "c"}) == [3]
    assert found(traced, attributes={"user": "anna", "absent": "x"}) == []


def test_a_summary_is_of_the_whole_trace(traced: Store) -> None:
    (summary,) = traced.spans.search(TraceSearch(T0, T0 + 600_000, app="api", error=True))
    assert summary.trace_id == f"{1:032x}"
    assert (summary.root_app, summary.root_operation) == ("edge", "GET /home")
    assert (summary.start_ns, summary.duration_ns) == (T0 * 1_000_000, 50_000_000)
    assert (summary.spans, summary.errors, summary.apps) == (2, 1, ("api", "edge"))


def test_a_trace_is_read_whole_and_in_order(traced: Store) -> None:
    root, child = traced.spans.trace(f"{1:032x}")
    assert (root.span_id, root.parent_id, root.app, root.name) == (f"{1:016x}", "", "edge", "GET /home")
    assert (child.span_id, child.parent_id, child.status) == (f"{2:016x}", f"{1:016x}", "error")
    assert (child.start_ns, child.duration_ns) == ((T0 + 5) * 1_000_000, 40_000_000)
    assert (child.region, child.node, child.kind) == ("r1", "api-1", "server")
    assert (child.attributes, child.resource) == ({"user": "anna"}, {"host": "h1"})


def test_events_and_links_come_back(traced: Store) -> None:
    fact = SpanFact(
        *(9, 1, 0, "edge", "internal"),
        events=((T0 * 1_000_000 + 7, "cache miss", {"key": "ü"}), (T0 * 1_000_000 + 9, "retry", {})),
        links=((1, 2, {"why": "batch"}),),
    )
    traced.writer.write(spans_block([fact]))
    (span,) = traced.spans.trace(f"{9:032x}")
    assert span.events == (
        SpanEvent(T0 * 1_000_000 + 7, "cache miss", {"key": "ü"}),
        SpanEvent(T0 * 1_000_000 + 9, "retry", {}),
    )
    assert span.links == (SpanLink(f"{1:032x}", f"{2:016x}", {"why": "batch"}),)


def test_an_unknown_trace_is_empty_and_a_wrong_id_refused(traced: Store) -> None:
    assert traced.spans.trace("f" * 32) == []
    for wrong in ("", "f" * 31, "g" * 32, "'" * 32):
        with pytest.raises(Refused, match="32 hexadecimal digits"):
            traced.spans.trace(wrong)


def test_operations_of_an_app(traced: Store) -> None:
    assert traced.spans.operations("edge", T0, T0 + 600_000) == ["GET /home"]
    assert traced.spans.operations("api", T0 + 6, T0 + 100_000) == []


def test_attributes_are_found_through_their_index(store: Store) -> None:
    from vedette_storage.clickhouse import ClickHouseStore
    from vedette_storage.clickhouse.condition import Conditions
    from vedette_storage.clickhouse.spans import criteria

    assert isinstance(store, ClickHouseStore)
    store.writer.write(spans_block(SPANS))
    conditions = Conditions()
    where = criteria(TraceSearch(T0, T0 + 600_000, attributes={"user": "nobody"}), conditions)
    query = f"EXPLAIN indexes = 1 SELECT trace_id FROM spans FINAL WHERE {where}"
    rows = [row.strip() for row in store.connections.query(query, conditions.parameters)["explain"].to_pylist()]
    assert "Name: ix_attribute" in rows
    assert rows[rows.index("Name: ix_attribute") :][3].startswith("Granules: 0/") or "Granules: 0/1" in rows


def test_a_part_within_one_second_is_not_passed_over(traced: Store) -> None:
    """The engine compares a part's times with a bound in the digits of the bound, so bounds have all nine."""
    traced.writer.write(spans_block([SpanFact(4, 1, 0, "late", "server", at_ms=200_014, duration_ms=0.5)]))
    assert found(traced, app="late") == [4]
    assert len(traced.spans.trace(f"{4:032x}")) == 1
    assert found(traced, app="late", start_ms=T0 + 200_014, end_ms=T0 + 200_014) == [4]
    assert found(traced, app="late", start_ms=T0 + 200_015) == []

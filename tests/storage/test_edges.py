"""The edges of the live graph: who is believed, what is paired, and that deriving again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import new_store
from tests.storage.blocks import T0, Sample, SpanFact, rate, samples_block, spans_block
from vedette_storage.clickhouse import ClickHouseStore, Retention
from vedette_storage.clickhouse.edge_job import EdgeJob
from vedette_storage.columns import Block
from vedette_storage.edges import INTERNET, Edge
from vedette_storage.memory import MemoryStore
from vedette_storage.series import Series
from vedette_storage.store import Store

LATER = T0 + 600_000
MINUTE = (T0, T0 + 60_000)


def served(app: str, caller: str = "", status: str = "success", region: str = "r1", **tags: str) -> Series:
    """What a server counts of the calls of one caller."""
    peer = {"ipc_client_app": caller, "ipc_client_region": "r1"} if caller else {}
    return _ipc("ipc.server.call", {"app": app, "region": region, "ipc_status": status, **peer, **tags})


def called(app: str, callee: str, status: str = "success", region: str = "r1", **tags: str) -> Series:
    """What a client counts of its calls to one server."""
    peer = {"ipc_server_app": callee, "ipc_server_region": "r1"}
    return _ipc("ipc.client.call", {"app": app, "region": region, "ipc_status": status, **peer, **tags})


def _ipc(name: str, tags: dict[str, str]) -> Series:
    return rate(name, **{"ipc_protocol": "http_1", "statistic": "count", **tags})


def counted(*facts: tuple[Series, float], at: int = 1) -> Block:
    """Each series with a number of calls in one step; a rate is a tenth of it."""
    return samples_block([Sample(series, at, calls / 10) for series, calls in facts])


def edge(src: str, dst: str, calls: float, **rest: object) -> Edge:
    places = {"src_region": "" if src == INTERNET else "r1", "dst_region": "r1", "protocol": "http_1"}
    return replace(Edge(src, "r1", dst, "r1", "http_1", calls, 0.0, 0.0), **{**places, **rest})  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "embedded", "http"])
def each_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    where: Path | str = request.getfixturevalue("engine" if request.param == "embedded" else "clickhouse_url")
    yield from new_store(where)


def derived(store: Store, *blocks: Block, now_ms: int = LATER, window: tuple[int, int] = MINUTE) -> list[Edge]:
    for block in blocks:
        store.writer.write(block)
    store.derive(now_ms)
    return store.edges.edges(*window)


def test_an_empty_store_has_no_edges(each_store: Store) -> None:
    assert derived(each_store) == []
    assert each_store.edges.latest() is None


def test_servers_counts_become_edges_by_outcome_and_caller(each_store: Store) -> None:
    block = counted(
        (served("play", "api"), 90.0),
        (served("play", "api", "timeout"), 6.0),
        (served("play", "api", "throttled"), 4.0),
        (served("play"), 7.0),
    )
    assert derived(each_store, block) == [
        edge(INTERNET, "play", 7.0),
        edge("api", "play", 100.0, warnings=4.0, errors=6.0),
    ]
    assert each_store.edges.latest() == T0 + 10_000


def test_latency_comes_as_percentile_buckets(each_store: Store) -> None:
    buckets = [(served("play", "api", statistic="percentile", percentile=f"T{i:04X}"), float(i)) for i in (100, 275)]
    answer = derived(each_store, counted((served("play", "api"), 375.0), *buckets))
    assert answer == [edge("api", "play", 375.0, buckets={100: 100.0, 275: 275.0})]


def test_steps_are_added_up_and_times_are_respected(each_store: Store) -> None:
    blocks = [counted((served("play", "api"), float(at)), at=at) for at in (0, 1, 6, 7)]
    assert derived(each_store, *blocks) == [edge("api", "play", 7.0)]
    assert each_store.edges.edges(T0 - 1, T0 + 70_000) == [edge("api", "play", 14.0)]


def test_a_servers_word_is_taken_before_its_clients(each_store: Store) -> None:
    block = counted((served("play", "api"), 10.0), (called("api", "play"), 12.0), (called("api", "redis"), 3.0))
    assert derived(each_store, block) == [edge("api", "play", 10.0), edge("api", "redis", 3.0, virtual=True)]


def test_calls_that_never_arrived_are_added_to_what_servers_saw(each_store: Store) -> None:
    block = counted(
        (served("play", "api"), 10.0), (called("api", "play"), 10.0), (called("api", "play", "connection_error"), 2.0)
    )
    assert derived(each_store, block) == [edge("api", "play", 12.0, errors=2.0)]


def test_clients_take_over_a_minute_after_a_server_falls_silent(each_store: Store) -> None:
    blocks = [counted((called("api", "play"), 5.0), at=at) for at in (1, 8, 14)]
    derived(each_store, counted((served("play", "api"), 4.0), at=1), *blocks)
    calls = [each_store.edges.edges(T0 + at * 10_000 - 1, T0 + at * 10_000) for at in (1, 8, 14)]
    assert calls == [[edge("api", "play", 4.0)], [], [edge("api", "play", 5.0)]]


def request_of(trace: int = 1, **rest: object) -> list[SpanFact]:
    """INTERNET -> api -> play, as three spans."""
    spans = [
        SpanFact(trace, 1, 0, "api", "server", at_ms=1_000, attributes={"http.request.method": "GET"}),
        SpanFact(trace, 2, 1, "api", "client", at_ms=1_001, peer="play:8080"),
        SpanFact(trace, 3, 2, "play", "server", at_ms=1_002, attributes={"http.request.method": "GET"}),
    ]
    return [replace(span, **rest) for span in spans]  # type: ignore[arg-type]


TEN_MS = {"buckets": {100: 1.0}, "estimated": True}


def test_spans_pair_callers_with_callees(each_store: Store) -> None:
    assert derived(each_store, spans_block(request_of())) == [
        edge(INTERNET, "api", 1.0, **TEN_MS),
        edge("api", "play", 1.0, **TEN_MS),
    ]


def test_halves_in_different_blocks_and_minutes_are_paired(each_store: Store) -> None:
    early = SpanFact(1, 2, 0, "api", "client", at_ms=59_999, peer="play")
    late = SpanFact(1, 3, 2, "play", "server", at_ms=60_001)
    derived(each_store, spans_block([early]), now_ms=T0 + 61_000)
    answer = derived(each_store, spans_block([late]), window=(T0, T0 + 120_000))
    assert answer == [edge("api", "play", 1.0, protocol="", **TEN_MS)]


def test_a_call_to_someone_silent_is_virtual_once_it_has_waited(each_store: Store) -> None:
    call = SpanFact(1, 2, 0, "api", "client", at_ms=1_000, peer="redis", attributes={"db.system": "redis"})
    each_store.writer.write(spans_block([call]))
    each_store.derive(T0 + 20_000)
    assert each_store.edges.edges(*MINUTE) == []
    each_store.derive(T0 + 32_000)  # nothing new came: the window must still be dirty
    expected = edge("api", "redis", 1.0, dst_region="", protocol="redis", virtual=True, **TEN_MS)
    assert each_store.edges.edges(*MINUTE) == [expected]


def test_a_late_half_withdraws_the_virtual_edge(each_store: Store) -> None:
    first, second, third = request_of()
    alone = derived(each_store, spans_block([first, second]))
    assert [edge.dst for edge in alone] == ["api", "play:8080"]
    assert [edge.dst for edge in derived(each_store, spans_block([third]))] == ["api", "play"]


def test_outcomes_of_spans(each_store: Store) -> None:
    codes = {"200": "ok", "404": "ok", "429": "unset", "503": "error", "": "error"}
    spans = [
        SpanFact(trace, 1, 0, "api", "server", status=status, attributes={"http.response.status_code": code})
        for trace, (code, status) in enumerate(codes.items(), 1)
    ]
    (answer,) = derived(each_store, spans_block(spans), window=(T0 - 1, T0))
    assert (answer.calls, answer.warnings, answer.errors) == (5.0, 1.0, 2.0)


def test_counts_are_believed_before_spans(each_store: Store) -> None:
    answer = derived(each_store, spans_block(request_of()), counted((served("play", "api"), 50.0)))
    assert answer == [edge(INTERNET, "api", 1.0, **TEN_MS), edge("api", "play", 50.0)]


def test_halves_without_a_name_are_counted_but_are_no_edges(store: ClickHouseStore) -> None:
    memory = MemoryStore()
    block = spans_block([SpanFact(1, 2, 0, "api", "client"), SpanFact(2, 3, 77, "play", "server"), *request_of(3)])
    assert derived(store, block, window=(T0 - 1, T0 + 60_000)) == derived(memory, block, window=(T0 - 1, T0 + 60_000))
    assert store.edges.unpaired(T0 - 1, T0 + 60_000) == memory.edges.unpaired(T0 - 1, T0 + 60_000) == 2


def test_calls_within_an_app_are_no_edges(each_store: Store) -> None:
    spans = [SpanFact(1, 1, 0, "api", "client", peer="api"), SpanFact(1, 2, 1, "api", "server")]
    assert derived(each_store, spans_block(spans), window=(T0 - 1, T0)) == []


def test_deriving_again_writes_nothing(store: ClickHouseStore) -> None:
    block = counted(
        (served("play", "api"), 7.0), (served("play", "api", statistic="percentile", percentile="T0064"), 7.0)
    )
    store.writer.write(block)
    store.writer.write(spans_block(request_of()))
    assert store.derive(LATER) > 0
    rows = stored(store)
    assert store.derive(LATER) == 0  # clean
    store.writer.write(block)
    assert store.derive(LATER) > 0  # dirty again, with nothing new
    assert stored(store) == rows


def stored(store: ClickHouseStore) -> int:
    count: int = store.connections.query("SELECT count() AS n FROM edges")["n"][0].as_py()
    return count


def test_only_marks_that_were_read_are_cleared(store: ClickHouseStore) -> None:
    """A block that arrives while the job runs leaves its window dirty."""
    store.writer.write(counted((served("play", "api"), 7.0)))
    insert = store.connections.insert

    def block_in_between(table: str, rows: object) -> None:
        store.connections.insert = insert  # type: ignore[method-assign]
        store.writer.write(counted((served("play", "api"), 9.0)))
        insert(table, rows)

    store.connections.insert = block_in_between  # type: ignore[method-assign]
    assert store.derive(LATER) > 0
    assert store.edges.edges(*MINUTE) == [edge("api", "play", 7.0)]
    assert derived(store) == [edge("api", "play", 9.0)]


def test_a_long_backfill_is_worked_off_newest_first(store: ClickHouseStore) -> None:
    series = served("play", "api")
    store.writer.write(samples_block([Sample(series, minute * 6, 1.0) for minute in range(150)]))
    job = EdgeJob(store.connections, 10_000, Retention.forever())
    assert job.run(LATER + 10_000_000) == 120
    assert store.edges.latest() == T0 + 149 * 60_000
    assert store.edges.edges(T0, T0 + 60_000) == []
    assert job.run(LATER + 10_000_000) == 30
    assert store.edges.edges(T0 - 1, T0 + 150 * 60_000) == [edge("api", "play", 1500.0)]


apps = st.sampled_from(["api", "play", "redis"])
statuses = st.sampled_from(["success", "timeout", "throttled", "connection_error", "odd"])
ipc = st.one_of(
    st.builds(served, apps, st.sampled_from(["", "api", "play"]), statuses),
    st.builds(called, apps, apps, statuses),
    st.builds(lambda app: served(app, "api", statistic="percentile", percentile="T0064"), apps),
)
counts = st.builds(Sample, series=ipc, at=st.integers(0, 20), value=st.integers(0, 5).map(float), src=st.just(1))
halves = st.builds(
    SpanFact,
    trace=st.integers(1, 3),
    span=st.integers(1, 6),
    parent=st.integers(0, 6),
    app=apps,
    kind=st.sampled_from(["server", "client", "internal", "producer", "consumer"]),
    at_ms=st.integers(0, 200_000),
    duration_ms=st.sampled_from([0.0, 0.000015, 1.0, 70_000.0]),
    status=st.sampled_from(["ok", "error"]),
    peer=st.sampled_from(["", "redis", "play"]),
    attributes=st.sampled_from([{}, {"http.response.status_code": "429"}, {"ipc.status": "timeout"}]),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    samples=st.lists(counts, max_size=25),
    spans=st.lists(halves, max_size=15, unique_by=lambda span: (span.trace, span.span)),
    cut=st.integers(0, 10),
)
def test_any_facts_in_any_order_derive_to_what_memory_says(
    module_store: ClickHouseStore, samples: list[Sample], spans: list[SpanFact], cut: int
) -> None:
    for table in ("samples", "series", "spans", "edges", "dirty_windows"):
        module_store.connections.command(f"TRUNCATE TABLE {table} SYNC")
    memory = MemoryStore()
    blocks = [
        samples_block(samples[cut:]),
        spans_block(spans[:cut]),
        spans_block(spans[cut:]),
        samples_block(samples[:cut]),
    ]
    for block in blocks:
        memory.writer.write(block)
        module_store.writer.write(block)
        module_store.derive(LATER)
    memory.derive(LATER)
    for start in range(T0 - 10_000, T0 + 210_000, 70_000):
        assert module_store.edges.edges(start, start + 70_000) == memory.edges.edges(start, start + 70_000)
        assert module_store.edges.unpaired(start, start + 70_000) == memory.edges.unpaired(start, start + 70_000)

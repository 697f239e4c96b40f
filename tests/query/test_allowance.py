"""Every limit of a request: what passes, and in which words the rest is refused."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.query.recorded import block
from vedette_query.allowance import Allowance
from vedette_query.answer import Answer
from vedette_query.errors import TooMuch
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.timing.window import Window
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_storage.asker import Asker, Estimate
from vedette_storage.clickhouse import ClickHouseStore, Retention, open_store, sql
from vedette_storage.clickhouse.limits import Limits
from vedette_storage.errors import Exceeded
from vedette_storage.memory import MemoryStore
from vedette_storage.store import Store

STEP = 10_000
NOW = 1_795_305_600_000
HOUR = Window(NOW - 3_600_000, STEP, 361)
CATALOGUE = Catalogue(Settings().custom_averages)
BY_NODE = "name,cpu,:eq,(,node,),:by"


def filled(store: Store) -> None:
    """Twelve nodes, in three zones, over the last minute."""
    nodes = [({"name": "cpu", "node": f"n{n:02}", "zone": f"z{n % 3}"}, n) for n in range(12)]
    store.writer.write(block((tags, {NOW - STEP * i: float(n) for i in range(6)}) for tags, n in nodes))


@pytest.fixture(params=["memory", "clickhouse"])
def asked(request: pytest.FixtureRequest) -> Store:
    """The store that is asked: the limits are the same whatever it is made of."""
    store: Store = MemoryStore(STEP) if request.param == "memory" else request.getfixturevalue("store")
    filled(store)
    return store


def ask(store: Store, query: str, *, start: str = "e-1h", **limits: Any) -> Answer:
    service = GraphService(store.samples, CATALOGUE, Settings(step_ms=STEP, **limits))
    return service.evaluate(GraphRequest(query, start=start, timezones=("UTC",), width=1000, now_ms=NOW))


@pytest.mark.parametrize(
    ("query", "limits", "fits", "message"),
    [
        (
            "name,cpu,:eq,:sum",
            {"max_series": 11},
            {"max_series": 12},
            "the expression reads 12 series, the limit is 11; restrict the queries by more tags, as with :eq or :in",
        ),
        (  # the two queries are two reads, and what they match is counted twice
            "name,cpu,:eq,:sum,name,cpu,:eq,:max,:div",
            {"max_series": 23},
            {"max_series": 24},
            "the expression reads 24 series, the limit is 23; restrict the queries by more tags, as with :eq or :in",
        ),
        (
            "name,cpu,:eq,node,(,n01,n02,),:in,:and",
            {"max_samples": 721},
            {"max_samples": 722},
            "the expression reads 722 datapoints (2 series over 1h), the limit is 721; "
            "ask for a shorter time, or restrict the queries by more tags",
        ),
        (
            BY_NODE,
            {"max_lines": 11},
            {"max_lines": 12},
            "the expression has 12 lines, the limit is 11; "
            "group by fewer keys, restrict the query, or keep the greatest with max,100,:topk",
        ),
        (
            BY_NODE,
            {"max_answer": 4_319},
            {"max_answer": 4_320},
            "the answer has 4,320 datapoints (12 lines of 360), the limit is 4,319; "
            "ask for a shorter time or a longer step, or group by fewer keys",
        ),
        (
            f"{BY_NODE},1,:add",
            {"max_values": 9_024},
            {"max_values": 9_025},
            "the expression computes more than 9,024 values, which is the limit; narrow "
            "the window, restrict the queries or group by fewer keys",
        ),
        (
            "name,cpu,:eq,:sum,name,cpu,:eq,:max,:div",
            {"max_selections": 1},
            {"max_selections": 2},
            "the expression has 2 reads, the limit is 1; use :by, :in or :re where the queries are alike",
        ),
        (
            "1,1,:add",
            {"max_program": 7},
            {"max_program": 8},
            "the expression has 8 characters, the limit is 7; use :in, :re or fewer expressions",
        ),
    ],
)
def test_limit(asked: Store, query: str, limits: dict[str, Any], fits: dict[str, Any], message: str) -> None:
    assert ask(asked, query, **fits).lines
    with pytest.raises(TooMuch) as refused:
        ask(asked, query, **limits)
    assert str(refused.value) == message


def test_lines_that_a_limit_of_the_expression_leaves_out_do_not_count(asked: Store) -> None:
    assert len(ask(asked, f"{BY_NODE},3,:limit", max_lines=3, max_answer=1_080).lines) == 3


@pytest.mark.parametrize(
    ("query", "window_mib", "message"),
    [
        (  # reading takes two grids for the one that it gives: refused before
            BY_NODE,
            1,
            "the expression needs 2 MiB of memory at 12 lines of 8,641 datapoints, the limit is 1 MiB; "
            "ask for a shorter time or a longer step, or group by fewer keys",
        ),
        (  # refused while it is evaluated: what was read and what was made of it are in memory together
            f"{BY_NODE},1,:add,2,:mul",
            2,
            "the expression needs 3 MiB of memory at 12 lines of 8,641 datapoints, the limit is 2 MiB; "
            "ask for a shorter time or a longer step, or group by fewer keys",
        ),
    ],
)
def test_memory(asked: Store, query: str, window_mib: int, message: str) -> None:
    service = GraphService(
        asked.samples, CATALOGUE, Settings(step_ms=STEP, max_datapoints=10_000, max_bytes=window_mib << 20)
    )
    with pytest.raises(TooMuch) as refused:
        service.evaluate(GraphRequest(query, start="e-1d", timezones=("UTC",), width=10_000, now_ms=NOW))
    assert str(refused.value) == message


def test_memory_that_was_let_go_does_not_count() -> None:
    allowance = Allowance(Settings(max_bytes=2 << 20), HOUR, Asker())
    for _ in range(100):
        allowance.hold(np.zeros((100, 100)))
        gc.collect()
    kept = np.zeros((1_000, 100))
    allowance.hold(kept)
    allowance.hold(kept[:, 1:])  # a part of what is there already
    with pytest.raises(TooMuch, match="needs 3 MiB of memory at 1,000 lines of 100 datapoints, the limit is 2 MiB"):
        allowance.hold(np.zeros((1_000, 100)))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            Exceeded("time", "", limit="30000 ms"),
            "the answer takes longer than 30000 ms, which is the limit, for 12,000 series over 1h; "
            "ask for a shorter time, or restrict the queries by more tags",
        ),
        (
            Exceeded("memory", "", limit="1.00 GiB"),
            "the database needs more memory than 1.00 GiB, which is the limit, for 12,000 series over 1h; "
            "ask for a shorter time, or restrict the queries by more tags",
        ),
        (
            Exceeded("reading", "", limit="9 rows"),
            "the database reads more than 9 rows, which is the limit, for 12,000 series over 1h; "
            "ask for a shorter time, or restrict the queries by more tags",
        ),
    ],
)
def test_what_the_database_refuses_is_said_in_the_same_way(error: Exceeded, message: str) -> None:
    asker = Asker()
    allowance = Allowance(Settings(), HOUR, asker)

    def read() -> None:
        with allowance.spending():
            asker.expect(Estimate(series=12_000, samples=12_000 * 361, lines=1, points=361))
            raise error

    with pytest.raises(TooMuch) as refused:
        read()
    assert str(refused.value) == message


def test_a_query_that_takes_more_memory_than_the_engine_gives_it(
    engine: Path, store: ClickHouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "SERIES_LIMIT", 0)  # so that there is a join, which takes some
    filled(store)
    limits = Limits(query_bytes=1 << 20)
    small = open_store(engine, database=store.connections.database or "", retention=Retention.forever(), limits=limits)
    try:
        with pytest.raises(TooMuch) as refused:
            ask(small, BY_NODE)
    finally:
        small.close()
    assert str(refused.value) == (
        "the database needs more memory than 1.00 MiB, which is the limit, for 12 series over 1h; "
        "ask for a shorter time, or restrict the queries by more tags"
    )


@pytest.mark.parametrize("lines", [1, 1_000])
def test_what_people_do_every_day_is_within_the_limits(lines: int) -> None:
    """10,000 series over 3 h at 10 s, summed, or in 1,000 groups with some arithmetic."""
    settings = Settings()
    hours = Window(NOW - 3 * 3_600_000 - STEP, STEP, 1_081)
    asker = Asker(settings.max_seconds)
    allowance = Allowance(settings, hours, asker)
    with allowance.spending():
        asker.expect(Estimate(10_000, 10_000 * 1_081, lines, 1_081))
    grids = [np.zeros((lines, 1_081)) for _ in range(10)]
    for grid in grids:
        allowance.hold(grid)
    allowance.answers(lines)
    assert 20 * lines * 1_081 < settings.max_values

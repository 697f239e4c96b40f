"""A rule has little time: the ones behind it wait."""

from __future__ import annotations

import time

import pytest
from prometheus_client import CollectorRegistry

from tests.query.alerting.feed import feed
from vedette_query.alerting.oracle import GraphOracle
from vedette_query.alerting.outcome import Answered
from vedette_query.app import QueryApi
from vedette_query.errors import TooMuch
from vedette_query.settings import Settings
from vedette_storage.asker import Asker
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.predicate import Equal
from vedette_storage.selection import Lines, Selection

NOON = 1_790_000_000_000


def test_a_slow_rule_does_not_hold_the_others(store: ClickHouseStore) -> None:
    feed(store.writer, "quick", {"app": "api"}, {NOON: 7.0})
    plain = store.samples.read

    def read(selection: Selection, asker: Asker | None = None) -> Lines:
        if selection.predicate == Equal("name", "slow"):
            store.connections.ask("SELECT sum(sipHash64(number)) AS v FROM numbers(100000000000000)", {}, asker)
        return plain(selection, asker)

    store.samples.read = read  # type: ignore[method-assign]  # one name is slow, in the engine
    api = QueryApi(store, Settings(max_rule_seconds=0.3), registry=CollectorRegistry())
    oracle = GraphOracle(api.graph)
    start = time.monotonic()
    with pytest.raises(TooMuch, match=r"^the answer takes longer than 0.3 s, which is the limit, over 10s; ask for"):
        oracle.ask("name,slow,:eq,:sum,5,:gt", NOON)
    answer = oracle.ask("name,quick,:eq,:sum,5,:gt", NOON)
    assert time.monotonic() - start < 3
    assert isinstance(answer, Answered)
    assert [(signal.active, signal.value) for signal in answer.signals] == [(True, 7.0)]
    api.close()

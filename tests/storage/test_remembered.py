"""Lines that are remembered: not a moment longer than they are true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import new_store
from tests.storage.blocks import T0, Sample, rate, samples_block
from vedette_storage.asker import Asker
from vedette_storage.clickhouse import ClickHouseStore, Retention, open_store
from vedette_storage.predicate import Equal
from vedette_storage.selection import Lines, Selection

REQUESTS = Selection(Equal("name", "requests"), "sum", "avg", T0 + 10_000, 10_000, 3, group_by=("app",))


def purposes(lines: Lines) -> list[str]:
    return [reading.purpose for reading in lines.readings]


def wrote(store: ClickHouseStore, app: str) -> None:
    store.writer.write(samples_block([Sample(rate("requests", app=app), 1, 5.0)]))


def test_what_was_found_is_not_looked_for_again(store: ClickHouseStore) -> None:
    wrote(store, "api")
    assert purposes(store.samples.read(REQUESTS))[0] == "find the lines"
    again = store.samples.read(REQUESTS, Asker())
    assert purposes(again)[0] == "remember the lines"
    assert again.tags == ({"app": "api"},)
    assert again.values.tolist()[0][0] == 5.0


def test_a_new_series_is_seen_at_once(store: ClickHouseStore) -> None:
    wrote(store, "api")
    store.samples.read(REQUESTS)
    wrote(store, "play")
    assert store.samples.read(REQUESTS).tags == ({"app": "api"}, {"app": "play"})


def test_a_new_series_of_another_store_on_the_same_engine_is_seen(store: ClickHouseStore, engine: Path) -> None:
    other = open_store(engine, database=store.connections.database or "", retention=Retention.forever())
    wrote(store, "api")
    store.samples.read(REQUESTS)
    wrote(other, "play")
    assert len(store.samples.read(REQUESTS).tags) == 2
    other.close()


def test_samples_of_known_series_are_read_anew(store: ClickHouseStore) -> None:
    wrote(store, "api")
    store.samples.read(REQUESTS)
    block = samples_block([Sample(rate("requests", app="api"), 2, 7.0)])
    store.writer.write(type(block)(samples=block.samples))
    answer = store.samples.read(REQUESTS)
    assert purposes(answer)[0] == "remember the lines"
    assert answer.values.tolist()[0][:2] == [5.0, 7.0]


def test_nothing_is_remembered_of_a_server(clickhouse_url: str) -> None:
    for store in new_store(clickhouse_url):
        wrote(store, "api")
        for _ in range(2):
            assert purposes(store.samples.read(REQUESTS))[0] == "find the lines"


@pytest.mark.parametrize("number", range(3))
def test_different_questions_have_different_answers(store: ClickHouseStore, number: int) -> None:
    for app in ("api", "play"):
        wrote(store, app)
    for _ in range(2):
        for app in ("api", "play"):
            asked = Selection(Equal("app", app), "sum", "avg", T0 + 10_000, 10_000, 3, group_by=("app",))
            assert store.samples.read(asked).tags == ({"app": app},)

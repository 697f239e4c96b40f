"""The network path: a database that is killed and comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.blocks import T0, Sample, rate, samples_block
from tests.support.clickhouse_front import Front
from vedette_storage.clickhouse import ClickHouseStore, Retention, open_store
from vedette_storage.errors import Refused, Unavailable
from vedette_storage.predicate import Always
from vedette_storage.selection import Selection

X = rate("x", app="a")


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """A front of its own, which the test may kill."""
    with Front(tmp_path) as front:
        yield front


@pytest.fixture
def remote(front: Front) -> Iterator[ClickHouseStore]:
    store = open_store(front.url, retention=Retention.forever())
    yield store
    store.close()


def steps(store: ClickHouseStore) -> list[int]:
    """The steps after T0 that have a value."""
    values = store.samples.read(Selection(Always(), "sum", "avg", T0, 10_000, 5_000)).values
    return [int(at) for at in range(5_000) if values.size and values[0][at] == values[0][at]]


def test_a_killed_database_comes_back_to_the_same_client_with_every_acknowledged_row(
    front: Front, remote: ClickHouseStore
) -> None:
    remote.writer.write(samples_block([Sample(X, 1, 1.0)]))
    acknowledged = [1]

    def write_until_it_dies() -> None:
        for at in range(2, 5_000):
            try:
                remote.writer.write(samples_block([Sample(X, at, 1.0)]))
            except Unavailable:
                return
            acknowledged.append(at)

    writer = threading.Thread(target=write_until_it_dies)
    writer.start()
    while len(acknowledged) < 10 and writer.is_alive():
        writer.join(0.01)
    front.kill()
    writer.join(60)
    assert not writer.is_alive()
    with pytest.raises(Unavailable):
        remote.ping()
    front.start()
    remote.ping()
    found = steps(remote)
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) <= len(acknowledged) + 1  # the block in flight may have arrived


def test_errors_keep_their_codes_over_http(remote: ClickHouseStore) -> None:
    with pytest.raises(Refused, match="Unknown table") as error:
        remote.connections.query("SELECT * FROM nothing_of_that_name")
    assert error.value.code == 60


def test_settings_of_the_client_reach_the_database(front: Front) -> None:
    from vedette_storage.clickhouse import Limits

    store = open_store(front.url, database="tight", limits=Limits(query_seconds=1))
    try:
        with pytest.raises(Refused, match="longer than one query may"):
            store.connections.query("SELECT sum(sipHash64(number)) FROM numbers(1000000000000)")
    finally:
        store.close()

"""The percentile buckets, against the rule that Spectator computes indexes by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.clickhouse.edge_sql import BUCKET
from vedette_storage.percentile import STARTS, bucket_of


@pytest.mark.parametrize(
    ("value", "index"),
    [
        *((-5, 0), (0, 0), (1, 1), (4, 4), (13, 13), (14, 14), (15, 15), (16, 15), (21, 16), (87, 25), (255, 33)),
        *((1023, 42), (10_000_000, 100), (5_000_000_000, 141), (60_000_000_000, 157), (86_400_000_000_000, 204)),
        (2**63 - 1, 275),
    ],
)
def test_values_of_the_reference(value: int, index: int) -> None:
    assert bucket_of(value) == index


@given(st.one_of(st.integers(1, 10_000), st.integers(1, 2**63 - 1)))
def test_the_index_is_spectators(value: int) -> None:
    assert bucket_of(value) == _spectator(value)


def test_the_engine_finds_the_same_buckets(store: ClickHouseStore) -> None:
    values = [0, *STARTS, *(start - 1 for start in STARTS[1:]), 2**63 - 1]
    sql = f"SELECT {BUCKET.format('v')} AS i FROM (SELECT arrayJoin({{values:Array(UInt64)}}) AS v)"
    parameters = {"starts": list(STARTS), "values": values}
    found = store.connections.query(sql, parameters)["i"].to_pylist()
    assert found == [bucket_of(value) for value in values]


def _spectator(value: int) -> int:
    """`PercentileBuckets.indexOf`: the position of the power of four below, and the thirds above it."""
    if value <= 4:
        return max(value, 0)
    shift = (value.bit_length() - 1) // 2 * 2
    base = 1 << shift
    power = shift // 2
    position = 3 if power == 1 else 14 + 9 * (power - 2)
    return min(position + (value - base) // (base // 3) + 1, 275)

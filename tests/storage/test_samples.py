"""Reading samples: the same questions to ClickHouse (embedded and over HTTP) and to memory give the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import cast, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.storage.blocks import T0, Sample, gauge, rate, samples_block
from vedette_storage.clickhouse import ClickHouseStore, Retention, sql, value_sql
from vedette_storage.clickhouse.layers import layers
from vedette_storage.clickhouse.shares import shares
from vedette_storage.clickhouse.sql import Found
from vedette_storage.errors import Refused
from vedette_storage.memory import MemoryStore
from vedette_storage.predicate import (
    Always,
    And,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    HasKey,
    LessOrEqual,
    LessThan,
    Matches,
    Not,
    OneOf,
    Or,
    Predicate,
)
from vedette_storage.selection import Aggregate, Consolidation, Lines, Selection
from vedette_storage.store import Store

SERIES = [
    rate("requests", app="api", node="a"),
    rate("requests", app="api", node="b"),
    rate("requests", app="play", node="c", zone=""),
    gauge("threads", app="api", node="a"),
    gauge("threads", app="play", node="c"),
    rate("errors", node="ß'\n\\"),
]
NAMES: list[Predicate] = [
    Always(),
    Equal("name", "requests"),
    Equal("name", "threads"),
    Not(Equal("name", "errors")),
    Always(False),
]
CLAUSES: list[Predicate] = [
    HasKey("zone"),
    Equal("zone", ""),
    Equal("node", "ß'\n\\"),
    LessThan("node", "b"),
    LessOrEqual("node", "b"),
    GreaterThan("app", "api"),
    GreaterOrEqual("zone", ""),
    GreaterOrEqual("node", "b"),
    Matches("app", "p"),
    Matches("app", "A", ignore_case=True),
    Matches("app", ""),
    Matches("node", "(?!b)"),
    Matches("name", "(?!req)"),
    Matches("node", "ß."),
    OneOf("node", ("a", "c")),
    OneOf("zone", ("",)),
    OneOf("name", ("requests", "errors")),
    OneOf("app", ()),
]

samples = st.builds(
    Sample,
    series=st.sampled_from(SERIES),
    at=st.integers(-8, 26),
    value=st.integers(-20, 20).map(float),
    src=st.integers(1, 2),
)
predicates: st.SearchStrategy[Predicate] = st.one_of(
    st.sampled_from(NAMES),
    st.builds(And, st.sampled_from(NAMES), st.sampled_from(CLAUSES)),
    st.builds(Or, st.sampled_from(CLAUSES), st.sampled_from(CLAUSES)),
    st.builds(Not, st.sampled_from(CLAUSES)),
)
GROUPINGS: list[tuple[str, ...]] = [(), ("app",), ("name",), ("node", "app"), ("zone",)]


def asked(answer: Lines) -> dict[tuple[tuple[str, str], ...], list[float]]:
    """Lines by their tags, so that the order of lines is not compared."""
    return {
        tuple(sorted(tags.items())): values.tolist() for tags, values in zip(answer.tags, answer.values, strict=True)
    }


def assert_same(answer: Lines, expected: Lines) -> None:
    got, want = asked(answer), asked(expected)
    assert got.keys() == want.keys()
    for tags, values in want.items():
        np.testing.assert_allclose(got[tags], values, rtol=1e-12, err_msg=str(tags))


@pytest.fixture(scope="module")
def filled(module_store: ClickHouseStore) -> tuple[ClickHouseStore, MemoryStore]:
    """The same random facts in ClickHouse and in memory; written twice, in blocks that overlap."""
    random = np.random.default_rng(7)
    facts = [
        Sample(SERIES[random.integers(len(SERIES))], int(at), float(random.integers(-9, 9)), int(random.integers(1, 3)))
        for at in random.integers(-8, 26, 600)
    ]
    memory = MemoryStore()
    for start in (0, 200, 100):
        block = samples_block(facts[start : start + 400])
        module_store.writer.write(block)
        memory.writer.write(block)
    return module_store, memory


@pytest.mark.parametrize(
    ("aggregate", "consolidation"), list(product(get_args(Aggregate), get_args(Consolidation))), ids="-".join
)
def test_every_way_to_combine_agrees_with_memory(
    filled: tuple[ClickHouseStore, MemoryStore], aggregate: Aggregate, consolidation: Consolidation
) -> None:
    store, memory = filled
    for predicate, group_by, step_ms in product(NAMES[:3], GROUPINGS[:3], (10_000, 60_000)):
        selection = Selection(predicate, aggregate, consolidation, T0, step_ms, 4, group_by)
        expected = memory.samples.read(selection)
        assert_same(store.samples.read(selection), expected)
        with pytest.MonkeyPatch.context() as many:
            many.setattr(sql, "SERIES_LIMIT", 0)  # as if there were too many series to name them
            assert_same(store.samples.read(selection), expected)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    predicate=predicates,
    how=st.tuples(st.sampled_from(get_args(Aggregate)), st.sampled_from(get_args(Consolidation))),
    window=st.tuples(st.integers(-3, 12), st.integers(1, 7), st.integers(1, 6)),
    group_by=st.sampled_from(GROUPINGS),
)
def test_any_selection_agrees_with_memory(
    filled: tuple[ClickHouseStore, MemoryStore],
    predicate: Predicate,
    how: tuple[Aggregate, Consolidation],
    window: tuple[int, int, int],
    group_by: tuple[str, ...],
) -> None:
    store, memory = filled
    start, steps, points = window
    selection = Selection(predicate, *how, T0 + start * 10_000, steps * 10_000, points, group_by)
    assert_same(store.samples.read(selection), memory.samples.read(selection))
    assert store.samples.tag_keys(predicate) == memory.samples.tag_keys(predicate)
    for key in ("name", "app", "zone", "absent"):
        assert store.samples.tag_values(key, predicate) == memory.samples.tag_values(key, predicate)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(samples, max_size=40), data=st.data())
def test_any_facts_agree_with_memory(module_store: ClickHouseStore, facts: list[Sample], data: st.DataObject) -> None:
    for table in ("samples", "series", "tag_values"):
        module_store.connections.command(f"TRUNCATE TABLE {table} SYNC")
    memory = MemoryStore()
    block = samples_block({(one.series.id, one.at, one.src): one for one in facts}.values())
    module_store.writer.write(block)
    memory.writer.write(block)
    for aggregate, steps in product(get_args(Aggregate), (1, 3)):
        consolidation = data.draw(st.sampled_from(get_args(Consolidation)))
        group_by = data.draw(st.sampled_from(GROUPINGS))
        selection = Selection(Always(), aggregate, consolidation, T0, steps * 10_000, 5, group_by)
        with pytest.MonkeyPatch.context() as limits:
            limits.setattr(sql, "SERIES_LIMIT", data.draw(st.sampled_from((0, 3, 500))))
            assert_same(module_store.samples.read(selection), memory.samples.read(selection))


@pytest.fixture(params=["memory", "embedded", "http"])
def each_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each form of the ports, empty."""
    if request.param == "memory":
        yield MemoryStore()
        return
    from tests.conftest import new_store

    where: Path | str = request.getfixturevalue("engine" if request.param == "embedded" else "clickhouse_url")
    yield from new_store(where)


def read(
    store: Store, predicate: Predicate, how: str, *, steps: int = 1, points: int = 3, by: tuple[str, ...] = ()
) -> dict[tuple[tuple[str, str], ...], list[float]]:
    """The answer to an aggregate and a consolidation (`sum avg`), from the first step after T0 on."""
    aggregate, consolidation = how.split()
    selection = Selection(
        predicate=predicate,
        aggregate=cast(Aggregate, aggregate),
        consolidation=cast(Consolidation, consolidation),
        start_ms=T0 + steps * 10_000,
        step_ms=steps * 10_000,
        points=points,
        group_by=by,
    )
    return asked(store.samples.read(selection))


def test_a_sum_adds_series_and_leaves_gaps(each_store: Store) -> None:
    one, two = SERIES[:2]
    each_store.writer.write(samples_block([Sample(one, 1, 2.0), Sample(two, 1, 3.0), Sample(one, 3, 5.0)]))
    answer = read(each_store, Equal("name", "requests"), "sum avg")
    np.testing.assert_equal(answer[()], [5.0, np.nan, 5.0])


def test_an_average_counts_gaps_in_its_divisor(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(SERIES[0], 1, 6.0), Sample(SERIES[0], 3, 12.0)]))
    assert read(each_store, Always(), "sum avg", steps=6, points=1) == {(): [3.0]}


def test_count_is_of_series_with_a_value(each_store: Store) -> None:
    facts = [Sample(SERIES[0], 1, 0.0), Sample(SERIES[0], 2, 9.0), Sample(SERIES[1], 2, 9.0, src=2)]
    each_store.writer.write(samples_block([*facts, Sample(SERIES[1], 2, 1.0, src=3)]))
    np.testing.assert_equal(read(each_store, Always(), "count avg")[()], [1.0, 2.0, np.nan])
    assert read(each_store, Always(), "count avg", steps=6, points=1) == {(): [0.5]}
    assert read(each_store, Always(), "count max", steps=6, points=1) == {(): [2.0]}


def test_sources_of_a_rate_add_and_of_a_gauge_the_greatest_counts(each_store: Store) -> None:
    each_store.writer.write(
        samples_block(
            [Sample(one, 1, value, src) for one in (SERIES[0], SERIES[3]) for value, src in ((2.0, 1), (3.0, 2))]
        )
    )
    assert read(each_store, Always(), "sum avg", points=1, by=("name",)) == {
        (("name", "requests"),): [5.0],
        (("name", "threads"),): [3.0],
    }
    assert read(each_store, Equal("name", "requests"), "max max", points=1) == {(): [5.0]}


def test_a_later_value_of_the_same_source_replaces(each_store: Store) -> None:
    for value in (2.0, 7.0):
        each_store.writer.write(samples_block([Sample(SERIES[0], 1, value)]))
    assert read(each_store, Always(), "sum sum", points=1) == {(): [7.0]}


def test_grouping_leaves_out_series_without_the_key(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(one, 1, 1.0) for one in SERIES]))
    assert read(each_store, Always(), "sum avg", points=1, by=("zone",)) == {(("zone", ""),): [1.0]}


def test_all_keeps_every_series_with_all_its_tags(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(SERIES[0], 1, 1.0), Sample(SERIES[5], 1, 2.0)]))
    assert read(each_store, Always(), "all sum", points=1) == {
        (("app", "api"), ("name", "requests"), ("node", "a")): [1.0],
        (("name", "errors"), ("node", "ß'\n\\")): [2.0],
    }


def test_nothing_matched_gives_no_lines(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(SERIES[0], 1, 1.0)]))
    answer = each_store.samples.read(Selection(Equal("name", "absent"), "sum", "avg", T0, 10_000, 3))
    assert (answer.tags, answer.values.shape) == ((), (0, 3))


def test_series_without_values_in_the_window_give_no_lines(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(SERIES[0], 1, 1.0), Sample(SERIES[2], 500, 1.0)]))
    assert read(each_store, Always(), "sum avg", by=("app",)).keys() == {(("app", "api"),)}


def test_a_step_off_the_grid_is_refused(each_store: Store) -> None:
    with pytest.raises(Refused, match="15000 ms"):
        each_store.samples.read(Selection(Always(), "sum", "avg", T0, 15_000, 3))


def test_a_pattern_that_is_none_is_refused(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(SERIES[0], 1, 1.0)]))
    with pytest.raises(Refused, match="not a regular expression"):
        each_store.samples.read(Selection(Matches("app", "(?!a"), "sum", "avg", T0, 10_000, 3))


def test_a_pattern_that_never_ends_is_refused_and_stops_nobody(store: ClickHouseStore) -> None:
    store.writer.write(samples_block([Sample(rate("x", app="a" * 60), 1, 1.0)]))
    with pytest.raises(Refused, match="more than 2 s"):
        store.samples.read(Selection(Matches("app", "(?!b)(a|aa)+$b"), "sum", "avg", T0, 10_000, 3))


def test_tag_keys_and_values_come_in_pages(each_store: Store) -> None:
    each_store.writer.write(samples_block([Sample(one, 1, 1.0) for one in SERIES]))
    assert each_store.samples.tag_keys(None) == ["app", "name", "node", "zone"]
    assert each_store.samples.tag_keys(Equal("name", "errors")) == ["name", "node"]
    assert each_store.samples.tag_keys(None, after="app", limit=2) == ["name", "node"]
    assert each_store.samples.tag_values("app", None) == [("api", 3), ("play", 2)]
    assert each_store.samples.tag_values("app", None, after="api") == [("play", 2)]
    assert each_store.samples.tag_values("name", HasKey("app"), limit=1) == [("requests", 3)]
    assert each_store.samples.tag_values("absent", None) == []


def test_an_answer_tells_what_was_asked_for_it(store: ClickHouseStore) -> None:
    store.writer.write(samples_block([Sample(SERIES[0], 1, 1.0)]))
    answer = store.samples.read(Selection(Always(), "sum", "avg", T0, 10_000, 3))
    assert [reading.tables for reading in answer.readings] == [("series",), ("samples",)]
    assert "FROM samples FINAL" in answer.readings[1].sql


def test_a_source_that_takes_over_from_another_costs_no_level(store: ClickHouseStore) -> None:
    one = gauge("threads", app="api")
    everything = Selection(Always(), "sum", "avg", T0, 10_000, 20)

    def statements() -> list[str]:
        return [reading.sql for reading in store.samples.read(everything).readings]

    facts = [Sample(one, at, 2.0, src) for src, steps in ((7, (1, 2, 3)), (3, (4, 5)), (9, (6,))) for at in steps]
    store.writer.write(samples_block(facts))
    assert not any("folded" in statement for statement in statements())
    store.writer.write(samples_block([Sample(one, 4, 5.0, 9)]))
    assert "folded" in statements()[-1]
    values = store.samples.read(everything).values[0]
    assert values[1:7].tolist() == [2.0, 2.0, 2.0, 5.0, 2.0, 2.0]


def test_a_read_of_minutes_skips_the_other_hours_and_series(store: ClickHouseStore) -> None:
    """The time of a read selects partitions, and name and series select granules of them."""
    store.connections.command(
        "INSERT INTO samples SELECT if(number % 2 = 0, 'requests', 'threads'), intDiv(number, 360), "
        f"fromUnixTimestamp64Milli({T0} + (number % 360) * 10000 + h * 3600000, 'UTC'), 1, 1.0 "
        "FROM numbers(100000) ARRAY JOIN range(6) AS h"
    )
    store.connections.command("OPTIMIZE TABLE samples FINAL")
    parts, granules = explained(store, Equal("name", "requests"))
    assert parts[0] <= 2
    assert parts[1] >= 7
    assert granules[0] * 2 < granules[1]


def explained(store: ClickHouseStore, predicate: Predicate) -> tuple[tuple[int, int], tuple[int, int]]:
    """Parts and granules (read, all) of a read of ten minutes."""
    selection = Selection(predicate, "sum", "avg", T0 + 7_200_000, 10_000, 60)
    raw = shares(selection, layers(10_000, Retention()).raw, (), ())
    statement = value_sql.values(selection, Found([0], {"rate"}, ["requests"]), raw, 10_000, fold=False)
    rows = store.connections.query(f"EXPLAIN indexes = 1 {statement.text}", statement.parameters)["explain"].to_pylist()
    text = [row.strip() for row in rows]
    first, last = text.index("Min-Max"), len(text) - 1 - text[::-1].index("PrimaryKey")

    def counts(word: str, start: int) -> list[int]:
        line = next(row for row in text[start:] if row.startswith(f"{word}:"))
        return [int(number) for number in line.split()[1].split("/")]

    return (
        (counts("Parts", last)[0], counts("Parts", first)[1]),
        (counts("Granules", last)[0], counts("Granules", first)[1]),
    )

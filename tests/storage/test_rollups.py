"""Rollups: at every moment an answer that is made of them is that of the raw samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.storage.blocks import Sample, gauge, rate, samples_block
from tests.storage.test_samples import assert_same
from tests.storage.test_shares import STEPS
from vedette_storage.clickhouse import ClickHouseStore, Retention
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.derive import Deriver
from vedette_storage.clickhouse.layers import Layers, layers
from vedette_storage.clickhouse.samples import ClickHouseSamples
from vedette_storage.clickhouse.write import ClickHouseWriter
from vedette_storage.errors import Unavailable
from vedette_storage.memory import MemoryStore
from vedette_storage.predicate import Always, Equal, Not, Predicate
from vedette_storage.selection import Aggregate, Consolidation, Selection

STEP = 10_000
MINUTE, HOUR = 60_000, 3_600_000
NOON = 1_790_078_400_000
"""A whole hour; samples of these tests lie in the hours after it."""

SERIES = [
    rate("requests", app="api", node="a"),
    rate("requests", app="api", node="b"),
    rate("requests", app="play", node="c"),
    gauge("threads", app="api", node="a"),
    gauge("threads", app="play", node="c"),
    rate("errors", node="a"),
]
PREDICATES: list[Predicate] = [
    Always(),
    Equal("name", "requests"),
    Equal("name", "threads"),
    Not(Equal("node", "a")),
]
ALL_LAYERS = layers(STEP, Retention.forever())
ONLY_RAW = Layers(ALL_LAYERS.raw, ())


@dataclass(frozen=True)
class Interruption:
    """What happens in place of a statement, or before it, while a block is written or rollups are derived."""

    after: int  # statements that change something and are let through first
    dies: bool


class Interrupted:
    """Connections whose user is interrupted once: `meanwhile` is called before a statement, and may raise."""

    def __init__(self, connections: Connections, after: int, meanwhile: Callable[[], None]) -> None:
        self._connections = connections
        self._left = after
        self._meanwhile = meanwhile

    def query(self, *arguments: Any) -> Any:
        return self._connections.query(*arguments)

    def command(self, *arguments: Any) -> None:
        self._count()
        self._connections.command(*arguments)

    def insert(self, table: str, rows: Any) -> None:
        if rows.num_rows:
            self._count()
        self._connections.insert(table, rows)

    def _count(self) -> None:
        self._left -= 1
        if self._left == -1:
            self._meanwhile()


class House:
    """A store and a memory with the same facts, and a job that comes and goes."""

    def __init__(self, store: ClickHouseStore) -> None:
        for table in ("samples", "samples_1m", "samples_1h", "series", "dirty_windows"):
            store.connections.command(f"TRUNCATE TABLE {table} SYNC")
        self.connections = store.connections
        self.memory = MemoryStore()
        self.now_ms = NOON + HOUR + MINUTE
        self._deriver = self._new_deriver(store.connections)
        self._rolled = ClickHouseSamples(store.connections, STEP, ALL_LAYERS)
        self._raw = ClickHouseSamples(store.connections, STEP, ONLY_RAW)

    def write(self, samples: list[Sample], interruption: Interruption, selection: Selection) -> None:
        """Write a block; whoever dies over it writes it again after the restart, as the journal does."""
        block = samples_block({(one.series.id, one.at, one.src): _placed(one) for one in samples}.values())
        try:
            self._writer(interruption, selection).write(block)
        except Unavailable:
            self.compare_with_raw(selection)
            self._writer(Interruption(99, False), selection).write(block)
        self.memory.writer.write(block)

    def derive(self, minutes: int, interruption: Interruption, selection: Selection) -> None:
        """Time goes on, and the job runs; one that dies begins anew with an empty memory."""
        self.now_ms += minutes * MINUTE
        if interruption.dies:
            try:
                self._new_deriver(self._interrupted(interruption, selection)).run(self.now_ms)
            except Unavailable:
                self._deriver = self._new_deriver(self.connections)
        else:
            self._new_deriver(self._interrupted(interruption, selection)).run(self.now_ms)

    def finish(self) -> None:
        """Derive all there is, long after the last writer that died."""
        self.connections.command(
            "INSERT INTO dirty_windows SELECT signal, window, mark, cleared, marked - INTERVAL 1 HOUR "
            "FROM dirty_windows FINAL WHERE cleared = 0"
        )
        self.now_ms += 24 * HOUR
        while self._deriver.run(self.now_ms):
            self.now_ms += HOUR

    def compare(self, selection: Selection) -> None:
        assert_same(self.compare_with_raw(selection), self.memory.samples.read(selection))

    def compare_with_raw(self, selection: Selection) -> Any:
        answer = self._rolled.read(selection)
        assert_same(answer, self._raw.read(selection))
        return answer

    def tables(self, selection: Selection) -> tuple[str, ...]:
        return self._rolled.read(selection).readings[-1].tables

    def _writer(self, interruption: Interruption, selection: Selection) -> ClickHouseWriter:
        return ClickHouseWriter(self._interrupted(interruption, selection), STEP, ALL_LAYERS.finest)

    def _interrupted(self, interruption: Interruption, selection: Selection) -> Connections:
        def meanwhile() -> None:
            self.compare_with_raw(selection)
            if interruption.dies:
                raise Unavailable("died")

        return Interrupted(self.connections, interruption.after, meanwhile)  # type: ignore[return-value]  # all they use

    @staticmethod
    def _new_deriver(connections: Connections) -> Deriver:
        return Deriver(connections, STEP, Retention.forever(), ALL_LAYERS)


def _placed(sample: Sample) -> Sample:
    """The sample counted from noon, which is where these tests count from."""
    from tests.storage.blocks import T0

    return replace(sample, at=sample.at + (NOON - T0) // STEP)


# Around the ends of minutes and hours, and in few minutes, so that a run has little to do.
times = st.one_of(st.integers(352, 373), st.integers(718, 726), st.integers(1078, 1082))
samples = st.builds(
    Sample,
    series=st.sampled_from(SERIES),
    at=times,
    value=st.integers(-20, 20).map(float),
    src=st.integers(1, 2),
)
selections = st.builds(
    lambda predicate, aggregate, consolidation, step, start, group_by: Selection(
        predicate, aggregate, consolidation, NOON + start * MINUTE + step, step, max(2, 5 * HOUR // step), group_by
    ),
    predicate=st.sampled_from(PREDICATES),
    aggregate=st.sampled_from(get_args(Aggregate)),
    consolidation=st.sampled_from(get_args(Consolidation)),
    step=st.sampled_from([MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 2 * HOUR]),
    start=st.sampled_from([-60, 0, 0, 7, 60]),
    group_by=st.sampled_from([(), ("app",), ("name",), ("node", "app")]),
)
interruptions = st.builds(Interruption, after=st.integers(0, 7), dies=st.booleans())
writes = st.tuples(st.just("write"), st.lists(samples, min_size=1, max_size=12), interruptions, selections)
derivations = st.tuples(st.just("derive"), st.sampled_from([0, 2, 20, 70, 130]), interruptions, selections)


# What is found is not made smaller: each act takes many statements.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


def live(store: ClickHouseStore, acts: list[Any], asked: list[Selection]) -> None:
    house = House(store)
    for what, *arguments in acts:
        getattr(house, what)(*arguments)
        house.compare(arguments[-1])
    house.finish()
    for selection in asked:
        house.compare(selection)
        assert "samples" not in house.tables(selection)


@settings(max_examples=6, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.one_of(writes, writes, derivations), min_size=1, max_size=6),
    asked=st.lists(selections, min_size=2, max_size=4),
)
def test_whatever_happens_the_answer_is_that_of_the_raw_samples(
    module_store: ClickHouseStore, acts: list[Any], asked: list[Selection]
) -> None:
    live(module_store, acts, asked)


@pytest.mark.proof
@settings(max_examples=60, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.one_of(writes, writes, derivations), min_size=3, max_size=12),
    asked=st.lists(selections, min_size=4, max_size=8),
)
def test_whatever_happens_the_answer_is_that_of_the_raw_samples_at_length(
    module_store: ClickHouseStore, acts: list[Any], asked: list[Selection]
) -> None:
    live(module_store, acts, asked)


@pytest.fixture(scope="module")
def two_days(module_store: ClickHouseStore) -> ClickHouseStore:
    """A store with a sample a minute for two days, rolled up and merged."""
    house = House(module_store)
    facts = [Sample(one, 6 * minute, 1.0) for minute in range(1, 2881) for one in SERIES[:2]]
    module_store.writer.write(samples_block(map(_placed, facts)))
    house.now_ms += 72 * HOUR
    house.finish()
    for table in ("samples", "samples_1m", "samples_1h"):
        module_store.connections.command(f"OPTIMIZE TABLE {table} FINAL")
    return module_store


def over(days: int, step_ms: int, aggregate: Aggregate = "sum", consolidation: Consolidation = "avg") -> Selection:
    """Whole days from noon on."""
    points = days * 24 * HOUR // step_ms
    return Selection(Equal("name", "requests"), aggregate, consolidation, NOON + step_ms, step_ms, points)


PLAIN: dict[Aggregate, Consolidation] = {"sum": "avg", "count": "avg", "min": "min", "max": "max", "all": "sum"}


@pytest.mark.parametrize("step_ms", [step for step in STEPS if 24 * HOUR % step == 0])
def test_every_plain_aggregate_over_a_day_reads_a_rollup_alone(two_days: ClickHouseStore, step_ms: int) -> None:
    raw = ClickHouseSamples(two_days.connections, STEP, ONLY_RAW)
    for (aggregate, consolidation), group_by in product(PLAIN.items(), ((), ("node",))):
        selection = replace(over(2, step_ms, aggregate, consolidation), group_by=group_by)
        answer = two_days.samples.read(selection)
        assert answer.readings[-1].tables == ("samples_1h" if step_ms % HOUR == 0 else "samples_1m",)
        assert_same(answer, raw.read(selection))


@pytest.mark.parametrize(("step_ms", "table", "most"), [(MINUTE, "samples_1m", 0.6), (HOUR, "samples_1h", 0.6)])
def test_a_read_of_a_rollup_opens_the_parts_of_its_time_and_the_granules_of_its_name(
    two_days: ClickHouseStore, step_ms: int, table: str, most: float
) -> None:
    connections = two_days.connections
    connections.command(
        f"INSERT INTO {table} SELECT if(number % 2 = 0, 'before', 'threads'), intDiv(number, 2), "
        f"toDateTime({NOON // 1000} + day * 86400 + 3600, 'UTC'), 1, 1, 1, 1, 1 "
        "FROM numbers(60000) ARRAY JOIN range(20) AS day SETTINGS max_partitions_per_insert_block = 0"
    )
    connections.command(f"OPTIMIZE TABLE {table} FINAL")
    reading = two_days.samples.read(over(1, step_ms)).readings[-1]
    assert reading.tables == (table,)
    plan = connections.query(f"EXPLAIN indexes = 1 {reading.sql}", reading.parameters)["explain"].to_pylist()
    shares = [tuple(map(int, row.split()[1].split("/"))) for row in plan if row.strip().startswith("Granules:")]
    assert any(row.strip() == "PrimaryKey" for row in plan)
    assert any(row.strip() == "Min-Max" for row in plan)
    assert shares[0][0] / shares[0][1] < 0.4  # by time
    assert shares[-1][0] / shares[-1][1] <= most  # by name

"""Who asks may leave: what runs for them ends, in the database too, and what has not begun never starts."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from tests.storage.blocks import T0, Sample, gauge, samples_block
from tests.support.waiting import until
from vedette_storage.asker import Asker, Estimate
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.errors import Exceeded, Gone, Refused
from vedette_storage.memory import MemoryStore
from vedette_storage.predicate import Equal
from vedette_storage.selection import Selection

_LONG = "SELECT sum(sipHash64(number)) AS v FROM numbers({rows:UInt64})"
_ROWS = {"rows": 10**12}


class ManualClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_asker_without_a_limit_waits() -> None:
    asker = Asker()
    asker.check()
    assert asker.remaining is None
    assert not asker.gone


def test_an_asker_that_left_is_gone() -> None:
    asker = Asker()
    asker.leave()
    asker.leave()
    assert asker.gone
    with pytest.raises(Gone):
        asker.check()
    with pytest.raises(Gone), asker.interrupting(lambda: None):
        pytest.fail("entered for nobody")


def test_time_ends() -> None:
    clock = ManualClock()
    asker = Asker(2.5, clock=clock)
    clock.now += 2
    asker.check()
    assert asker.remaining == 0.5
    clock.now += 1
    assert asker.remaining == 0
    assert not asker.gone
    with pytest.raises(Exceeded, match=r"^The answer took longer than the 2.5 s that it may take.$") as refused:
        asker.check()
    assert refused.value.what == "time"


def test_what_runs_is_cancelled_once_and_only_while_it_runs() -> None:
    asker = Asker()
    first, second = [], threading.Event()
    with asker.interrupting(lambda: first.append(1)):
        pass
    with asker.interrupting(second.set):
        asker.leave()
        assert second.wait(5)
    assert first == []


def test_statistics_of_a_statement(any_store: ClickHouseStore) -> None:
    connections = any_store.connections
    connections.command("CREATE TABLE counted (a UInt64) ENGINE = MergeTree ORDER BY a")
    connections.command("INSERT INTO counted SELECT number FROM numbers(5000)")
    reply = connections.ask("SELECT sum(a) AS v FROM counted WHERE a >= {least:UInt64}", {"least": 0})
    assert reply.table["v"].to_pylist() == [12497500]
    assert (reply.rows_read, reply.bytes_read) == (5000, 40000)
    assert reply.seconds > 0


def test_settings_of_the_statement_itself_stay(any_store: ClickHouseStore) -> None:
    sql = "SELECT getSetting('max_block_size') AS v SETTINGS max_block_size = 1234"
    assert any_store.connections.ask(sql, {}, Asker(20)).table["v"].to_pylist() == [1234]


def test_a_query_whose_asker_leaves_is_cancelled(any_store: ClickHouseStore) -> None:
    asker, raised = Asker(), []

    def ask() -> None:
        try:
            any_store.connections.ask(_LONG, _ROWS, asker)
        except Gone as error:
            raised.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: _running(any_store) == 1)
    asker.leave()
    thread.join(5)
    assert [str(error) for error in raised] == ["Whoever asked has left; the query was cancelled."]
    assert _running(any_store) == 0
    assert any_store.connections.query("SELECT 1 AS v")["v"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("sql", "seconds"),
    [
        (_LONG, 0.3),
        ("SELECT throwIf(number > 100000) AS v FROM numbers({rows:UInt64})", None),
        ("SELECT groupArray(number) AS v FROM numbers({rows:UInt64}) SETTINGS max_memory_usage = 50000000", None),
    ],
    ids=["time", "exception", "memory"],
)
def test_nothing_of_a_failed_query_is_left_to_the_next(
    any_store: ClickHouseStore, sql: str, seconds: float | None
) -> None:
    with pytest.raises(Refused):
        any_store.connections.ask(sql, _ROWS, Asker(seconds))
    for number in (1, 2):
        answer = any_store.connections.query("SELECT {number:UInt8} AS n", {"number": number})
        assert answer.to_pydict() == {"n": [number]}


def test_nothing_of_a_cancelled_query_is_left_to_the_next(any_store: ClickHouseStore) -> None:
    asker = Asker()
    threading.Timer(0.1, asker.leave).start()
    with pytest.raises(Gone):
        any_store.connections.ask(_LONG, _ROWS, asker)
    assert any_store.connections.query("SELECT 1 AS n").to_pydict() == {"n": [1]}


def test_leaving_before_the_query_reaches_the_database(any_store: ClickHouseStore) -> None:
    """The kill is repeated until the query has ended, or it would miss one that comes later."""
    for _ in range(3):
        asker = Asker()
        threading.Timer(0.001, asker.leave).start()
        start = time.monotonic()
        with pytest.raises(Gone):
            any_store.connections.ask(_LONG, _ROWS, asker)
        assert time.monotonic() - start < 5


def test_others_are_left_alone(any_store: ClickHouseStore) -> None:
    asker, answers = Asker(), []
    rows = {"rows": 300_000_000}
    patient = threading.Thread(
        target=lambda: answers.append(any_store.connections.ask(_LONG, rows, Asker()).table.num_rows)
    )
    patient.start()
    until(lambda: _running(any_store) == 1 or bool(answers))
    threading.Timer(0.05, asker.leave).start()
    with pytest.raises(Gone):
        any_store.connections.ask(_LONG, _ROWS, asker)
    patient.join(30)
    assert answers == [1]


def test_a_query_ends_with_the_time_of_its_asker(any_store: ClickHouseStore) -> None:
    start = time.monotonic()
    with pytest.raises(Exceeded) as refused:
        any_store.connections.ask(_LONG, _ROWS, Asker(0.5))
    assert refused.value.what == "time"
    assert time.monotonic() - start < 5


def _running(store: ClickHouseStore) -> int:
    sql = "SELECT count() AS n FROM system.processes WHERE query LIKE '%numbers(%' AND query NOT LIKE '%processes%'"
    return int(store.connections.query(sql)["n"][0].as_py())


def test_a_reader_says_what_it_is_about_to_read(any_store: ClickHouseStore) -> None:
    series = [gauge("cpu", app=app, node=f"{app}{n}") for app in "ab" for n in range(3)]
    memory = MemoryStore(any_store.step_ms)
    for store in (any_store, memory):
        store.writer.write(samples_block(Sample(one, at=1, value=1.0) for one in series))
    for store in (any_store, memory):
        heard: list[Estimate] = []
        asker = Asker()
        selection = Selection(Equal("name", "cpu"), "sum", "avg", T0, 60_000, 5, ("app",))
        with asker.hearing(heard.append):
            store.samples.read(selection, asker)
            store.samples.read(replace(selection, aggregate="all", group_by=()), asker)
        assert heard == [Estimate(6, 6 * 30, 2, 5), Estimate(6, 6 * 30, 6, 5)]


def test_who_hears_of_a_read_may_refuse_it(any_store: ClickHouseStore) -> None:
    class TooDear(Exception):
        pass

    def refuse(_: Estimate) -> None:
        raise TooDear

    any_store.writer.write(samples_block([Sample(gauge("cpu"), at=1, value=1.0)]))
    asker = Asker()
    selection = Selection(Equal("name", "cpu"), "sum", "avg", T0, 60_000, 5)
    with pytest.raises(TooDear), asker.hearing(refuse):
        any_store.samples.read(selection, asker)
    assert len(any_store.samples.read(selection, asker).tags) == 1

"""Opening, checking and closing a store."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storage.blocks import Sample, rate, samples_block
from vedette_storage.clickhouse import ClickHouseStore, Limits, Retention, open_store
from vedette_storage.errors import DirectoryOwned, Refused, StepMismatch, Unavailable
from vedette_storage.memory import MemoryStore
from vedette_storage.store import Store


def test_both_forms_are_stores(store: ClickHouseStore) -> None:
    forms: list[Store] = [store, MemoryStore()]
    for form in forms:
        form.ping()
        assert form.step_ms == 10_000


def test_what_was_stored_is_there_at_the_next_start(any_store: ClickHouseStore, reopened: Reopen) -> None:
    any_store.writer.write(samples_block([Sample(rate("x", app="a"), 1, 1.0)]))
    any_store.close()
    assert reopened(any_store).samples.tag_values("app", None) == [("a", 1)]


def test_another_step_is_refused_with_the_reason(any_store: ClickHouseStore, reopened: Reopen) -> None:
    with pytest.raises(StepMismatch, match=r"created with a step of 10 s.*step of 60 s"):
        reopened(any_store, step_ms=60_000)
    assert reopened(any_store).step_ms == 10_000


def test_a_closed_store_is_unavailable_and_may_be_closed_again(any_store: ClickHouseStore) -> None:
    any_store.close()
    any_store.close()
    with pytest.raises(Unavailable, match="closed"):
        any_store.ping()


def test_closing_cancels_what_runs(store: ClickHouseStore) -> None:
    ended: list[BaseException] = []

    def ask() -> None:
        try:
            store.connections.query("SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000)")
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 10
    running = "SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64(number)) AS n%'"
    while store.connections.query(running)["n"][0].as_py() < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    store.close()
    thread.join(10)
    assert not thread.is_alive()
    assert isinstance(ended[0], Unavailable)


def test_leaving_the_interpreter_with_a_running_query_does_not_crash(tmp_path: Path) -> None:
    """Without a close at exit the engine ends in a segmentation fault."""
    program = (
        "import threading, time\n"
        "from vedette_storage.clickhouse import open_store\n"
        f"store = open_store({str(tmp_path)!r})\n"
        "long = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)'\n"
        "threading.Thread(target=store.connections.query, args=(long,), daemon=True).start()\n"
        "time.sleep(0.5)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_a_directory_of_another_process_is_refused_with_its_owner(engine: Path) -> None:
    program = f"from vedette_storage.clickhouse import open_store; open_store({str(engine)!r})"
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    last = outcome.stderr.strip().splitlines()[-1]
    assert f"DirectoryOwned: The data directory {engine} belongs to another running process (pid " in last


def test_a_second_directory_in_one_process_is_refused(engine: Path, tmp_path: Path) -> None:
    with pytest.raises(DirectoryOwned, match="can have only one"):
        open_store(tmp_path)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="neither a directory nor"):
        open_store("ftp://127.0.0.1")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="did not answer"):
        open_store("http://127.0.0.1:1")


def test_a_directory_that_cannot_be_made_is_unavailable(engine: Path) -> None:
    program = (
        "from vedette_storage.clickhouse import open_store\n"
        "from vedette_storage.errors import Unavailable\n"
        "try:\n    open_store('/dev/null/data')\n"
        "except Unavailable as error:\n    print(error)\n"
    )
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert outcome.stdout == "Cannot use the data directory /dev/null/data: Not a directory.\n"


def test_a_query_over_its_limit_is_refused_by_that_limit(engine: Path) -> None:
    limits = Limits(query_seconds=1, query_bytes=10_000_000)
    tight = open_store(engine, database="tight", limits=limits)
    try:
        with pytest.raises(Refused, match="longer than one query may") as slow:
            tight.connections.query("SELECT sum(sipHash64(number)) FROM numbers(1000000000000)")
        with pytest.raises(Refused, match="more memory than one query may") as fat:
            tight.connections.query("SELECT groupArray(number) FROM numbers(10000000)")
        assert (slow.value.code, fat.value.code) == (159, 241)
        tight.connections.command("DROP DATABASE tight SYNC")
    finally:
        tight.close()


def test_many_threads_may_ask_at_once(any_store: ClickHouseStore) -> None:
    any_store.writer.write(samples_block([Sample(rate("x", app="a"), 1, 1.0)]))
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(any_store.samples.tag_values("app", None))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [[("a", 1)]] * 12


Reopen = Callable[..., ClickHouseStore]


@pytest.fixture
def reopened(request: pytest.FixtureRequest) -> Reopen:
    """Opens the database of a store anew, at the same place."""

    def again(store: ClickHouseStore, step_ms: int = 10_000) -> ClickHouseStore:
        embedded = "embedded" in request.node.name
        where: Path | str = request.getfixturevalue("engine" if embedded else "clickhouse_url")
        database = store.connections.database or ""
        another = open_store(where, database=database, step_ms=step_ms, retention=Retention.forever())
        request.addfinalizer(another.close)
        return another

    return again

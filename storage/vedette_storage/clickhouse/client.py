"""Connections to ClickHouse: one client for each thread that asks, and a way to stop what runs on it."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeVar

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error as DriverError

from vedette_storage.asker import Asker
from vedette_storage.clickhouse.failures import reading_failure, sentence, writing_failure
from vedette_storage.clickhouse.limits import Limits
from vedette_storage.clickhouse.place import Place
from vedette_storage.errors import Gone, StorageError, Unavailable

logger = logging.getLogger(__name__)

Parameters = Mapping[str, object]
_T = TypeVar("_T")

_CLOSE_SECONDS: Final = 10.0
"""How long `close` waits for cancelled queries. Leaving a query behind crashes the embedded engine at exit."""


_LEAVE_SECONDS: Final = 1.0
"""How long the exit of the interpreter waits for threads that had asked: one that unwinds meanwhile may crash it."""


@dataclass(frozen=True)
class Reply:
    """The answer of a statement, and what it cost: rows and bytes read from tables, seconds until it was here."""

    table: pa.Table
    rows_read: int
    bytes_read: int
    seconds: float


class Connections:
    """The clients of one database, one a thread, and the three things that are done through them.

    Every method may be called from any thread. Errors come out as `vedette_storage.errors`.
    """

    def __init__(self, place: Place, database: str | None) -> None:
        self.database = database
        self._place = place
        self._comment = f"vedette {uuid.uuid4().hex}"
        self._numbers = count(1)
        self._settings = {**place.limits.settings(), "log_comment": self._comment}
        self._clients: dict[threading.Thread, Client] = {}
        self._state = threading.Condition()
        self._running = 0
        self._closed = False
        atexit.register(self._leave)

    def query(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """The answer of a SELECT as one Arrow table. Raises `Refused`, `Unavailable`."""

        return self.ask(sql, parameters).table

    def ask(
        self, sql: str, parameters: Parameters | None = None, asker: Asker | None = None, *, threads: int | None = None
    ) -> Reply:
        """The answer of a SELECT for somebody who may leave meanwhile, or has little time, and what it cost.

        `threads` is how many the database may take for it, None as many as it likes. Raises `Refused`, `Unavailable`,
        and for the asker `Gone` and `Exceeded`.
        """
        asker = asker or Asker()
        name = f"{self._comment} {next(self._numbers)}"
        ended = threading.Event()
        text = f"{sql}\nFORMAT ArrowStream\nSETTINGS {_settings(name, asker, self._place.limits, threads)}"

        def run(client: Client) -> Reply:
            start = time.perf_counter()
            sent = self._place.ask(client, text, dict(parameters or {}))
            with pa.ipc.open_stream(pa.py_buffer(sent.body)) as stream:
                table = stream.read_all()
            return Reply(table, sent.rows_read, sent.bytes_read, time.perf_counter() - start)

        try:
            with asker.interrupting(lambda: self._cancel(name, ended)):
                return self._run(run, reading_failure)
        except StorageError as error:
            if asker.gone:
                raise Gone("Whoever asked has left; the query was cancelled.") from error
            raise
        finally:
            ended.set()

    def command(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run a statement that answers nothing. Raises `Refused`, `Unavailable`."""
        self._run(lambda client: client.command(sql, parameters=dict(parameters or {})), reading_failure)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Insert Arrow rows by column name; they are stored, whole, when this returns.

        Raises `Refused`, `Unavailable`.
        """
        if rows.num_rows:
            try:
                self._run(lambda client: client.insert_arrow(table, rows), writing_failure)
            finally:
                self._place.inserted(table)

    def generation(self, table: str) -> int | None:
        """A number that changes whenever rows are inserted into the table, None where others may insert as well."""
        return self._place.generation(table)

    def close(self) -> bool:
        """Cancel what runs, wait for it, close every client. Whether there was anything left to close."""
        atexit.unregister(self._leave)
        with self._state:
            if self._closed:
                return False
            self._closed = True
        self._drain()
        with self._state:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()
        return True

    def _leave(self) -> None:
        """Close at the exit of the interpreter, and let the threads whose queries were cancelled get out of them."""
        with self._state:
            threads = [thread for thread in self._clients if thread is not threading.current_thread()]
        deadline = time.monotonic() + _LEAVE_SECONDS
        if self.close():
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, work: Callable[[Client], _T], failure: Callable[[Exception], StorageError]) -> _T:
        with self._busy():
            try:
                return work(self._client())
            except (DriverError, OSError, pa.ArrowException) as error:
                if self._place.spoils:
                    self._drop()
                raise failure(error) from error

    @contextmanager
    def _busy(self) -> Iterator[None]:
        with self._state:
            if self._closed:
                raise Unavailable("The store is closed.")
            self._running += 1
        try:
            yield
        finally:
            with self._state:
                self._running -= 1
                self._state.notify_all()

    def _client(self) -> Client:
        """This thread's client. A client serves one query at a time, so threads never share one."""
        thread = threading.current_thread()
        client = self._clients.get(thread)
        if client is None:
            client = self._place.connect(self.database, self._settings)
            with self._state:
                self._clients[thread] = client
                ended = [other for other in self._clients if not other.is_alive()]
                orphans = [self._clients.pop(other) for other in ended]
            for orphan in orphans:
                orphan.close()
        return client

    def _drop(self) -> None:
        """Throw this thread's client away; the next call opens another."""
        with self._state:
            client = self._clients.pop(threading.current_thread(), None)
        if client is not None:
            client.close()

    def _drain(self) -> None:
        """Kill this store's running queries until none is left. A query may start just after a kill, hence the loop."""
        deadline = time.monotonic() + _CLOSE_SECONDS
        while self._running and time.monotonic() < deadline:
            self._kill("startsWith(Settings['log_comment'], {name:String})", self._comment)
            with self._state:
                self._state.wait_for(lambda: not self._running, timeout=0.2)
        if self._running:
            logger.warning("%d queries did not end within %.0f s of their cancellation", self._running, _CLOSE_SECONDS)

    def _cancel(self, name: str, ended: threading.Event) -> None:
        """Kill one query until it has ended: it may be on its way to the database while its asker leaves."""
        deadline = time.monotonic() + _CLOSE_SECONDS
        try:
            with self._busy():
                while not ended.is_set() and time.monotonic() < deadline:
                    self._kill("Settings['log_comment'] = {name:String}", name)
                    ended.wait(0.1)
        except Unavailable:  # the store was closed, which kills everything
            return

    def _kill(self, which: str, name: str) -> None:
        try:
            client = self._place.connect(None, {})
            try:
                client.command(f"KILL QUERY WHERE {which} ASYNC", parameters={"name": name})
            finally:
                client.close()
        except (DriverError, OSError) as error:
            logger.warning("Cannot cancel the running queries: %s", sentence(error))


def _settings(name: str, asker: Asker, limits: Limits, threads: int | None) -> str:
    """A name by which the query can be killed (the embedded engine lets nobody choose a query_id), and its end."""
    settings = [f"log_comment = '{name}'"]
    if asker.remaining is not None:
        seconds = min(max(asker.remaining, 0.001), limits.query_seconds)
        settings.append(f"max_execution_time = {seconds:.3f}")
    if threads is not None:
        settings.append(f"max_threads = {threads}")
    return ", ".join(settings)

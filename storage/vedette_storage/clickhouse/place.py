"""Where a ClickHouse is: an embedded engine or a server over HTTP, and how it is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import clickhouse_connect
import orjson
from clickhouse_connect.driver.binding import bind_query
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error as DriverError

from vedette_storage.clickhouse.engine import Directory
from vedette_storage.clickhouse.limits import Limits
from vedette_storage.errors import DirectoryOwned, Refused

_ALL_THREADS: Final = {"max_threads_min_free_memory_per_thread": "0"}
"""Else the engine wants a free GiB for each thread, and under our cap every query runs on one."""


@dataclass(frozen=True)
class Sent:
    """An answer as it came: an Arrow stream, and the rows and bytes that were read from tables for it."""

    body: bytes
    rows_read: int
    bytes_read: int


class Place(ABC):
    """Where a database is, and how to open a client there."""

    spoils: ClassVar[bool]
    """Whether a client is spoilt by a query that fails, and must be thrown away."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    @abstractmethod
    def connect(self, database: str | None, settings: dict[str, str]) -> Client: ...

    @abstractmethod
    def ask(self, client: Client, sql: str, parameters: dict[str, object]) -> Sent:
        """Run a SELECT that ends with its FORMAT, on a client of this place. Raises what the driver raises."""

    @abstractmethod
    def generation(self, table: str) -> int | None:
        """A number that changes whenever rows are inserted into the table, None where others may insert as well."""

    @abstractmethod
    def inserted(self, table: str) -> None:
        """Rows may have been inserted into the table."""

    @abstractmethod
    def leave(self) -> None:
        """Give back what the place holds, after its last client has closed."""


class Embedded(Place):
    """A chDB engine inside this process, over one directory that nobody else may have open."""

    spoils = True
    # Measured with chDB 4.4: after a query that failed while it ran (killed, out of time or memory), the next query on
    # the same connection is answered with what was left of that one.

    _generations: ClassVar[Counter[str]] = Counter()
    """Of all stores of this process, which alone can write to its directory."""

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(limits)
        self.directory = Directory.hold(path, limits)

    def generation(self, table: str) -> int | None:
        return self._generations[table]

    def inserted(self, table: str) -> None:
        self._generations[table] += 1

    def connect(self, database: str | None, settings: dict[str, str]) -> Client:
        try:
            return clickhouse_connect.get_client(
                interface="chdb",
                path=str(self.directory.path),
                database=database,
                settings={**settings, **_ALL_THREADS},
                chdb_options={"config-file": str(self.directory.config)},
            )
        except DriverError as error:
            if "EmbeddedServer" not in str(error):
                raise
            message = f"The data directory {self.directory.path} cannot be opened: another engine has it ({error})."
            raise DirectoryOwned(message) from error

    def ask(self, client: Client, sql: str, parameters: dict[str, object]) -> Sent:
        # The driver's own methods give away either the Arrow stream or what was read for it (and of the latter, only
        # the rows of the result), so the engine's result is had from the driver's back end. A test watches over it.
        bound, values = bind_query(sql, parameters, client.server_tz)
        named = {name.removeprefix("param_"): value for name, value in values.items()}
        backend: Any = vars(client)["_backend"]
        result = backend._run(bound, "ArrowStream", params=named, database=client.database)
        return Sent(result.bytes() or b"", result.storage_rows_read(), result.storage_bytes_read())

    def leave(self) -> None:
        self.directory.release()


class Server(Place):
    """A ClickHouse server behind an http or https URL."""

    spoils = False

    def __init__(self, url: str, limits: Limits) -> None:
        super().__init__(limits)
        parts = urlsplit(url)
        self._address: dict[str, Any] = {
            "interface": parts.scheme,
            "host": parts.hostname or "localhost",
            "port": parts.port or (8443 if parts.scheme == "https" else 8123),
            "username": parts.username,
            "password": parts.password or "",
        }

    def connect(self, database: str | None, settings: dict[str, str]) -> Client:
        return clickhouse_connect.get_client(
            **self._address,
            database=database,
            settings=settings,
            connect_timeout=5,
            send_receive_timeout=self.limits.query_seconds + 30,
            autogenerate_session_id=False,
        )

    def ask(self, client: Client, sql: str, parameters: dict[str, object]) -> Sent:
        # Once the query has ended, the head of the answer says what it read.
        answer: Any = client.raw_stream(sql, parameters=parameters, settings={"wait_end_of_query": "1"})
        try:
            read = orjson.loads(answer.headers.get("X-ClickHouse-Summary") or "{}")
            return Sent(answer.data, int(read.get("read_rows", 0)), int(read.get("read_bytes", 0)))
        finally:
            answer.close()

    def generation(self, table: str) -> None:
        """Other processes insert too."""

    def inserted(self, table: str) -> None:
        """Nothing hangs on it."""

    def leave(self) -> None:
        """A server is not held."""


def place_of(where: str | Path, limits: Limits) -> Place:
    """A directory, or a server if `where` is an http(s) URL. Raises `DirectoryOwned`, `Unavailable`."""
    if isinstance(where, str) and "://" in where:
        if not where.startswith(("http://", "https://")):
            raise Refused(f"{where!r} is neither a directory nor an http(s) URL of a ClickHouse server.")
        return Server(where, limits)
    return Embedded(Path(where), limits)

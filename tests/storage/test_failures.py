"""What ClickHouse says when it fails, and what we make of it."""

from __future__ import annotations

import errno

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from vedette_storage.clickhouse.failures import reading_failure, writing_failure
from vedette_storage.errors import Exceeded, Refused, StorageError, Unavailable

TEXT = (
    "Received ClickHouse exception, code: 60, server response: Code: 60. DB::Exception: Unknown table t. "
    "(UNKNOWN_TABLE) (version 26.9.2.1 (official build)) for url http://127.0.0.1"
)


@pytest.mark.parametrize(
    ("code", "reading", "writing"),
    [
        *((code, Exceeded, Unavailable) for code in (158, 159, 160, 241, 307, 396)),  # our own limits
        *((code, Unavailable, Unavailable) for code in (202, 209, 210, 242, 243, 252, 394)),  # the server's state
        *((code, Refused, Refused) for code in (27, 53, 70)),  # the rows
        *((code, Refused, Unavailable) for code in (60, 62, 81)),  # the statement; rows wait for their table
        (None, Unavailable, Unavailable),  # the network
    ],
)
def test_codes_say_who_should_do_what(
    code: int | None, reading: type[StorageError], writing: type[StorageError]
) -> None:
    error = OperationalError("no answer") if code is None else DatabaseError(f"Code: {code}. no", code=code)
    assert type(reading_failure(error)) is reading
    assert type(writing_failure(error)) is writing
    assert reading_failure(error).code == writing_failure(error).code == code


def test_the_message_is_one_sentence_without_codes_and_versions() -> None:
    failure = reading_failure(DatabaseError(TEXT, code=60))
    assert str(failure) == "The database refused the query: Unknown table t."


def test_a_full_disk_of_our_own_is_a_full_disk() -> None:
    failure = writing_failure(OSError(errno.ENOSPC, "No space left on device"))
    assert isinstance(failure, Unavailable)
    assert "disk of the database is full" in str(failure)


def test_a_limit_is_named_as_the_server_names_it() -> None:
    said = "Code: 241. DB::Exception: Query memory limit exceeded: would use 4.43 MiB (attempt), maximum: 1.00 MiB."
    stopped = reading_failure(DatabaseError(said, code=241))
    assert isinstance(stopped, Exceeded)
    assert (stopped.what, stopped.limit) == ("memory", "1.00 MiB")
    said = "Code: 159. DB::Exception: Timeout exceeded: elapsed 1000.2 ms, maximum: 1000 ms. (TIMEOUT_EXCEEDED)"
    stopped = reading_failure(DatabaseError(said, code=159))
    assert isinstance(stopped, Exceeded)
    assert (stopped.what, stopped.limit) == ("time", "1000 ms")


def test_the_memory_of_all_queries_together_is_not_the_fault_of_one() -> None:
    said = "Code: 241. DB::Exception: (total) memory limit exceeded: would use 2.01 GiB, maximum: 2.00 GiB."
    away = reading_failure(DatabaseError(said, code=241))
    assert isinstance(away, Unavailable)
    assert str(away) == "The database has no memory left for this query beside the others."

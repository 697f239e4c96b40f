"""Fixtures for every room: a store to write to and ask, over the embedded engine or over HTTP."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from vedette_storage.clickhouse import ClickHouseStore, Retention, open_store
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.limits import Limits
from vedette_storage.clickhouse.place import place_of

# No test may depend on how fast the machine is: a step of a property test has no time limit of its own.
hypothesis.settings.register_profile("shared machine", deadline=None)
hypothesis.settings.load_profile("shared machine")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The one directory of the embedded engine in this process, kept open so that stores open at once."""
    directory = tmp_path_factory.mktemp("engine")
    place = place_of(directory, Limits())
    connections = Connections(place, None)
    connections.query("SELECT 1")
    yield directory
    connections.close()
    place.leave()


@pytest.fixture(scope="session")
def clickhouse_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A ClickHouse behind HTTP: the server that `VEDETTE_TEST_CLICKHOUSE_URL` names, or a front over chDB."""
    named = os.environ.get("VEDETTE_TEST_CLICKHOUSE_URL")
    if named:
        yield named
        return
    from tests.support.clickhouse_front import Front

    with Front(tmp_path_factory.mktemp("front")) as front:
        yield front.url


@pytest.fixture
def store(engine: Path) -> Iterator[ClickHouseStore]:
    """A new, empty store in the embedded engine. Nothing in it expires, so fixed times may be used."""
    yield from new_store(engine)


@pytest.fixture(params=["embedded", "http"])
def any_store(request: pytest.FixtureRequest) -> Iterator[ClickHouseStore]:
    """A new, empty store, once embedded and once behind HTTP."""
    where = request.getfixturevalue("engine" if request.param == "embedded" else "clickhouse_url")
    yield from new_store(where)


@pytest.fixture(scope="module")
def module_store(engine: Path) -> Iterator[ClickHouseStore]:
    """One store for all tests of a module that only read it, or that empty it themselves."""
    yield from new_store(engine)


def new_store(where: Path | str) -> Iterator[ClickHouseStore]:
    """A store with a name of its own, dropped when the generator goes on."""
    database = f"test_{uuid.uuid4().hex}"
    store = open_store(where, database=database, retention=Retention.forever())
    try:
        yield store
    finally:
        store.close()
        place = place_of(where, Limits())
        connections = Connections(place, None)
        connections.command(f"DROP DATABASE IF EXISTS `{database}` SYNC")
        connections.close()
        place.leave()

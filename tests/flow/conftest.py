"""The stories' places: an engine over each back end, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.clickhouse_front import Front
from tests.support.house import House
from tests.support.pages import CHROMIUM, FLAGS
from tests.support.processes import Engine, engine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what watches the running demo: `make test` runs it by itself, since two demos at once starve each other."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.demo)


@pytest.fixture(params=["embedded", "http"])
def clickhouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """Where an engine owner has its store: None for the embedded engine, or the URL of a server."""
    if request.param == "embedded":
        yield None
        return
    with Front(tmp_path / "front") as front:
        yield front.url


@pytest.fixture
def running(clickhouse: str | None, tmp_path: Path) -> Iterator[Engine]:
    """An engine owner with steps of a second."""
    with engine(tmp_path / "data", clickhouse=clickhouse) as one:
        yield one


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`vedette up --demo`, running and with data. Whoever breaks something in it mends it."""
    one = House(tmp_path_factory.mktemp("house") / "data").start()
    yield one
    one.interrupt()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()

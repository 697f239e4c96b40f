"""The stories' places: an engine over each back end, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.clickhouse_front import Front
from tests.support.processes import Engine, engine


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()

"""The dashboards over a recorded API: as HTTP callbacks, and in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.dashboards.callbacks import Callbacks
from tests.dashboards.recorded_api import RecordedApi, serving
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Dashboards:
    """Served pages, and the API behind them."""

    url: str
    api: RecordedApi
    callbacks: Callbacks


@pytest.fixture(scope="module")
def served() -> Iterator[Dashboards]:
    """The pages of this module, refreshed each second so that tests need not wait ten."""
    api = RecordedApi()
    with (
        serving(api.app) as api_url,
        serving(build(Settings(api_url=api_url, demo_url=api_url, refresh=1.0, timeout=5.0))) as url,
        Callbacks(url) as callbacks,
    ):
        yield Dashboards(url, api, callbacks)


@pytest.fixture
def dashboards(served: Dashboards) -> Dashboards:
    """The pages, with the API back in its usual state: an incident."""
    served.api.scenario = "incident"
    served.api.delay = 0.0
    served.api.faults.clear()
    served.api.asked.clear()
    return served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()

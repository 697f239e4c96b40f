"""The Explore page over the real query API and real samples, in a browser and without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.dashboards.conftest import CHROMIUM, FLAGS
from tests.dashboards.explore.world import query_api, store
from tests.dashboards.recorded_api import serving
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings

expect.set_options(timeout=30_000)
LEGEND = "#explore-legend tbody tr"


@dataclass(frozen=True)
class Place:
    """Where the pages and the API are."""

    url: str
    api: str

    def answer(self, *rows: str, **given: Any) -> dict[str, Any]:
        """What the page gets for its expressions."""
        answer = httpx.post(f"{self.url}/feed/explore/answer", json={"rows": list(rows), "tz": "UTC", **given})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@dataclass
class Reader:
    """Someone with the page open; `trouble` is what went wrong in the browser."""

    page: Page
    place: Place
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str = "/explore") -> Page:
        self.page.goto(self.place.url + path)
        self.page.wait_for_selector(".x-rows")
        return self.page

    def seen(self) -> list[str]:
        """The names of the lines that are drawn."""
        names: list[str] = self.page.evaluate(
            "document.querySelector('#explore-graph .js-plotly-plot').data.filter((t) => t.visible).map((t) => t.name)"
        )
        return names


def writes(page: Page, text: str, place: int = 0) -> None:
    """The editor of a row has this text."""
    expect(page.locator(".x-textarea").nth(place)).to_have_value(text)


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    """An API with an hour of samples up to now, and the pages before it, which refresh each two seconds."""
    with (
        query_api(store()) as api,
        serving(build(Settings(api_url=api, refresh=2.0, timeout=20.0))) as url,
    ):
        yield Place(url, api)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One reader's profile, so that the scripts are in its cache after the first test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    yield context
    context.close()


@pytest.fixture
def reader(place: Place, profile: BrowserContext) -> Iterator[Reader]:
    """A reader with an empty history. At the end nothing may have failed in the page or left loopback."""
    one = Reader(profile.new_page(), place)
    one.page.set_default_timeout(30_000)
    one.page.goto(f"{place.url}/healthz")
    one.page.evaluate("localStorage.clear()")
    listen(one)
    yield one
    one.page.close()
    assert one.trouble == []


@pytest.fixture
def another(place: Place, browser: Browser) -> Iterator[Callable[..., Reader]]:
    """Another reader, with a new profile: `another(viewport={"width": 390, "height": 844})`."""
    opened: list[BrowserContext] = []
    readers: list[Reader] = []

    def look(**options: Any) -> Reader:
        opened.append(browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}))
        readers.append(Reader(opened[-1].new_page(), place))
        readers[-1].page.set_default_timeout(30_000)
        listen(readers[-1])
        return readers[-1]

    yield look
    for context in opened:
        context.close()
    assert [wrong for reader in readers for wrong in reader.trouble] == []


def listen(reader: Reader) -> None:
    """Note what goes wrong in the page."""
    page, trouble = reader.page, reader.trouble
    page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
    page.on("console", lambda said: trouble.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: None if _local(asked.url, reader) else trouble.append(f"left: {asked.url}"))


def _local(url: str, reader: Reader) -> bool:
    return url.startswith((reader.place.url, "data:", "blob:"))

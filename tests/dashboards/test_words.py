"""The page of the words, over the API's own words: what it shows, how it searches, where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from tests.dashboards.callbacks import Callbacks
from tests.dashboards.recorded_api import serving
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings
from vedette_query.api import words
from vedette_query.settings import Settings as QuerySettings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.workers import Workers


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Pages over an API that knows nothing but its words."""
    workers = Workers(2, 8)
    api = FastAPI()
    api.include_router(words.router(words.WordsService(Catalogue(QuerySettings().custom_averages)), workers))
    with serving(api) as api_url, serving(build(Settings(api_url=api_url, refresh=1.0))) as url:
        yield url
    workers.close()


@pytest.fixture
def callbacks(url: str) -> Iterator[Callbacks]:
    with Callbacks(url) as callbacks:
        yield callbacks


def markup(callbacks: Callbacks, search: str) -> str:
    found = callbacks.call("words-markup.data", url__search=search)["words-markup.data"]
    assert isinstance(found, str)
    return found


def names(text: str) -> list[str]:
    return re.findall(r"<h3>:([^<]+)</h3>", text)


def test_all_words_by_vocabulary(callbacks: Callbacks) -> None:
    text = markup(callbacks, "")
    headings = re.findall(r"<h2>([^<]+)</h2>", text)
    assert headings[:3] == ["std", "query", "data"]
    assert len(names(text)) >= 176
    assert "Keep the lines of the first expression" in text


def test_search_and_vocabulary_come_from_the_address(callbacks: Callbacks) -> None:
    assert names(markup(callbacks, "?q=topk"))[:2] == ["topk", "topk-others-min"]
    assert names(markup(callbacks, "?q=stdev")) == ["stddev"]
    assert set(names(markup(callbacks, "?vocab=custom"))) == {"node-avg", "eureka-avg"}
    found = callbacks.call("words-markup.data", url__search="?q=sum")
    assert found["words-vocabulary.data"][:2] == ["std", "query"]


def test_nothing_found_says_so(callbacks: Callbacks) -> None:
    assert "No word is called so" in markup(callbacks, "?q=zzyzx")
    assert "There is no vocabulary &#x27;poetry&#x27;" in markup(callbacks, "?vocab=poetry")


def test_examples_lead_to_explore_with_the_times_of_the_page(callbacks: Callbacks) -> None:
    text = markup(callbacks, "?q=topk&s=e-1d")
    link = next(unescape(href) for href in re.findall(r'href="([^"]+)"', text))
    assert link.startswith("/explore?s=e-1d&q=name,ipc.server.call,:eq,")
    assert link.endswith(",max,2,:topk")
    assert "Open in Explore" not in markup(callbacks, "?q=swap&vocab=std")


def test_a_beat_of_the_clock_asks_for_nothing(callbacks: Callbacks) -> None:
    found = callbacks.call("words-markup.data", url__search="?q=sum", words_shown__data="?q=sum", tick__data=7)
    assert set(found) == {"pulse.data"}
    assert found["pulse.data"]["beat"] == 7


@pytest.mark.browser
def test_typing_searches_without_filling_the_history(url: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{url}/words")
    expect(page.locator(".v-word").first).to_be_visible(timeout=20_000)
    before = page.evaluate("history.length")
    page.get_by_label("Search").press_sequentially("rolling", delay=30)
    expect(page.locator(".v-word h3").first).to_have_text(":rolling-count")
    expect(page).to_have_url(re.compile(r"/words\?q=rolling$"))
    assert page.evaluate("history.length") == before
    page.get_by_role("link", name="Open in Explore").first.click()
    expect(page).to_have_url(re.compile(r"/explore\?q="))
    page.close()

"""The story of the house: a counter is incremented in a service, and a page shows the figure."""

from __future__ import annotations

import random
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.processes import Engine, dashboards
from tests.support.waiting import until
from vedette_agent import Agent
from vedette_agent.settings import Settings

QUERY = "name,orders.placed,:eq,:sum"


def count(engine: Engine, number: int) -> None:
    """Increment a counter `number` times in an agent, and send it."""
    with Agent(Settings(app="shop", url=engine.url, step_ms=1000, region="eu-north-1", node="shop-1")) as agent:
        orders = agent.registry.counter("orders.placed", {"country": "se"})
        for _ in range(number):
            orders.increment()


def test_what_an_agent_counted_is_what_the_api_answers(running: Engine) -> None:
    number = random.randint(1_000, 9_999)
    count(running, number)
    until(lambda: round(running.total(QUERY, start="e-1m"), 6) == number, what=f"{number} orders")
    answer = running.get("/api/v1/tags/country", q="name,orders.placed,:eq")
    assert answer.json() == ["se"]


@pytest.mark.browser
def test_and_what_the_page_shows(running: Engine, browser: Browser, tmp_path: Path) -> None:
    number = random.randint(100, 999)  # a page writes larger numbers in short
    count(running, number)
    until(lambda: round(running.total(QUERY, start="e-1m"), 6) == number, what=f"{number} orders")
    expression = f"{QUERY},:per-step,:integral"  # the count of each step, added up
    with dashboards(running.url, tmp_path / "dashboards.log") as pages:
        page = browser.new_page()
        page.goto(f"{pages}/explore?{urllib.parse.urlencode({'q': expression, 's': 'e-5m'})}")
        last = page.locator("#explore-legend tr", has_text="orders.placed").locator("[data-statistic=last]")
        expect(last).to_have_text(str(number), timeout=15_000)

"""Every page over the running demo, wide and narrow, light and dark; and it says what the API says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.house import House
from tests.support.pages import WAYS, WIDE, Way, opened
from tests.support.processes import ask
from tests.support.waiting import until
from vedette.demo.topology import REGIONS, SERVICES, STORES

pytestmark = pytest.mark.browser

APPS = [service.name for service in SERVICES]
QUERY = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"


@pytest.fixture(scope="module")
def trace(house: House) -> dict[str, Any]:
    """A whole trace through four services, with its spans."""

    def found() -> dict[str, Any] | None:
        for one in house.get("/api/v1/traces?app=playback&limit=50").json()["traces"]:
            if {"edge", "api", "playback", "catalog"} <= set(one["apps"]):
                document: dict[str, Any] = house.get(f"/api/v1/traces/{one['traceId']}").json()
                return document
        return None

    return until(found, seconds=60, what="a trace through four services")


@pytest.fixture(scope="module", autouse=True)
def minute(house: House) -> None:
    """A minute of data of all regions, so that no page is half empty."""

    def full() -> bool:
        regions = {node["name"]: node for node in house.get("/api/v1/traffic?window=1m").json()["nodes"]}
        return all(len(regions.get(region.name, {"nodes": []})["nodes"]) > len(APPS) for region in REGIONS)

    until(full, seconds=90, what="data of all regions")


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_page(house: House, browser: Browser, trace: dict[str, Any], way: Way) -> None:
    pages = {
        "overview": ("/", overview),
        "service": ("/service/playback", service),
        "explore": (f"/explore?q={QUERY}&s=e-15m", explore),
        "traces": ("/traces", traces),
        "trace": (f"/trace/{trace['traceId']}", lambda page: waterfall(page, trace)),
        "traffic": ("/traffic", traffic),
        "alerts": ("/alerts", alerts),
        "demo": ("/demo", demo),
    }
    with opened(browser, house.pages, way) as window:
        for name, (path, check) in pages.items():
            page = window.visit(path)
            check(page)
            window.picture(f"{name}-{way}")
            assert window.overflow() <= 0, f"{name} is wider than its window"
        assert window.trouble == []


def overview(page: Page) -> None:
    """Every app has a row with a rate above nothing."""
    for app in (*APPS, *STORES):
        row = page.get_by_role("row").filter(has=page.get_by_text(app, exact=True))
        expect(row.first).to_contain_text(re.compile(r"[1-9][\d.]*/s"))


def service(page: Page) -> None:
    """Its callers and whom it calls."""
    body = page.locator("#page")
    for app in ("api", "catalog", "cassandra"):
        expect(body.get_by_text(app, exact=True).first).to_be_visible()


def explore(page: Page) -> None:
    """One line for each app."""
    legend = page.locator("#explore-legend")
    for app in APPS:
        expect(legend.get_by_text(f"app={app}").or_(legend.get_by_text(app, exact=True)).first).to_be_visible()


def traces(page: Page) -> None:
    expect(page.locator("a[href*='/trace/']").first).to_be_visible()


def waterfall(page: Page, trace: dict[str, Any]) -> None:
    """As many spans as the API has."""
    body = page.locator("#page")
    expect(body).to_contain_text("POST /play")
    expect(body).to_contain_text(str(len(trace["spans"])))


def traffic(page: Page) -> None:
    for region in REGIONS:
        expect(page.get_by_text(region.name).first).to_be_visible(timeout=15_000)


def alerts(page: Page) -> None:
    for rule in ("HighErrors", "SlowResponses", "InstanceDown", "FailedOver"):
        expect(page.get_by_text(rule).first).to_be_visible()


def demo(page: Page) -> None:
    expect(page.get_by_role("heading", name="Switch a fault on")).to_be_visible()


def test_the_overviews_number_is_the_apis(house: House, browser: Browser) -> None:
    with opened(browser, house.pages, WIDE) as window:
        page = window.visit("/")

        def same() -> bool:
            shown = re.search(r"Requests from outside\s*([\d.]+)/s", page.locator("#page").inner_text())
            document = house.get("/api/v1/traffic?window=1m").json()
            entering = sum(
                float(one["metadata"]["rate"]) for one in document["connections"] if one["source"] == "INTERNET"
            )
            if shown is None:
                return False
            digits = len(shown[1].partition(".")[2])
            return bool(abs(float(shown[1]) - entering) <= 0.5 / 10**digits + 1e-9)

        # The page asks each ten seconds, the data changes each five: they meet soon.
        until(same, seconds=40, what="the page's number to be the API's")


def test_a_fault_is_switched_from_the_page(house: House, browser: Browser) -> None:
    faults = f"http://127.0.0.1:{house.demo_port}/faults"
    with opened(browser, house.pages, WIDE) as window:
        page = window.visit("/demo")
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_text("playback in us-east-1")).to_be_visible()
        (fault,) = ask(faults).json()["faults"]
        assert (fault["kind"], fault["region"], fault["service"]) == ("latency", "us-east-1", "playback")
        page.get_by_role("button", name="Switch off").click()
        expect(page.get_by_text("No fault is on")).to_be_visible()
        assert ask(faults).json()["faults"] == []


def test_a_region_opens_and_its_address_says_so(house: House, browser: Browser) -> None:
    with opened(browser, house.pages, WIDE) as window:
        page = window.visit("/traffic")
        row = page.get_by_role("button", name=re.compile("us-east-1")).first
        row.click()
        page.get_by_role("application").press("Enter")
        expect(page).to_have_url(re.compile("view=us-east-1"))
        expect(page.get_by_role("button", name=re.compile("playback")).first).to_be_visible()
        window.picture("traffic-region-dark-1440")
        page.goto(page.url)
        expect(page.get_by_role("button", name=re.compile("playback")).first).to_be_visible()

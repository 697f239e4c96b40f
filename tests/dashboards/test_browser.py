"""The pages in a real browser, as a reader has them: what stays, what is kept in the address, what can be reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.dashboards.conftest import Dashboards
from tests.dashboards.recorded_api import TRACES, RecordedApi, serving
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)

Q = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"
PATHS = {
    "/": ".v-table",
    "/service/playback": "#service-slow .v-table",
    "/explore": ".v-examples",
    f"/explore?q={Q}": "#explore-legend .v-table",
    "/traces": "#traces .v-table",
    f"/trace/{TRACES[0]}?span=s8": ".v-span-details",
    "/alerts": ".v-alerts",
    "/demo": "#demo .v-nothing",
    "/nowhere": ".v-empty",
}
WIDE, NARROW = (1440, 900), (390, 844)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One reader's profile, so that the scripts are in its cache after the first test."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    yield context
    context.close()


@pytest.fixture
def open_page(browser: Browser, profile: BrowserContext, dashboards: Dashboards) -> Iterator[Open]:
    """Open an address; at the end nothing may have failed, and nothing may have left loopback.

    With a size or other options the page has a profile of its own.
    """
    opened: list[BrowserContext | Page] = []
    wrong: list[str] = []

    def look(path: str = "/", size: tuple[int, int] = WIDE, **options: Any) -> Page:
        context = profile
        if options or size != WIDE:
            context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
            opened.append(context)
        page = context.new_page()
        opened.insert(0, page)
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: wrong.append(f"{path}: {error}"))
        page.on("console", lambda said: wrong.append(f"{path}: {said.text}") if said.type == "error" else None)
        page.on("request", lambda asked: None if _local(asked.url, dashboards) else wrong.append(f"left: {asked.url}"))
        page.goto(dashboards.url + path)
        return page

    yield look
    for one in opened:
        one.close()
    assert wrong == []


def _local(url: str, dashboards: Dashboards) -> bool:
    return url.startswith((dashboards.url, "data:", "blob:"))


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide light", "narrow dark"])
def test_every_page_fits_and_follows_the_systems_theme(
    open_page: Open, dashboards: Dashboards, size: tuple[int, int], scheme: str
) -> None:
    page = open_page("/", size, color_scheme=scheme)
    for path, sign in PATHS.items():
        page.goto(dashboards.url + path)
        page.wait_for_selector(sign)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == scheme
        dark = sum(
            int(n) for n in re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3]
        )
        assert (dark < 200) == (scheme == "dark")


def test_a_refresh_leaves_the_reader_alone(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/service/playback")
    page.wait_for_selector("#service-slow .v-table")
    page.wait_for_selector("#service-rate .nsewdrag")
    box = page.locator("#service-rate .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 60, steps=5)
    page.mouse.up()
    expect(page.locator(".v-chart-times:visible")).to_have_count(1)
    zoomed = "document.querySelector('#service-rate .js-plotly-plot')._fullLayout.xaxis.range"
    span = page.evaluate(zoomed)
    page.evaluate("window.scrollTo(0, 200)")
    page.locator("#service-slow .v-row-link").nth(2).focus()
    for sign in ("#service-slow tbody tr:nth-child(3)", "#service-stats .v-stat", "#service-rate .main-svg"):
        page.evaluate("sign => { document.querySelector(sign).marked = true }", sign)
    before = page.evaluate("document.querySelector('#service-rate .js-plotly-plot').data[0].y.length")
    asked = len(dashboards.api.asked)
    page.wait_for_function("count => window.beats > count", arg=_count_beats(page) + 2)
    assert len(dashboards.api.asked) > asked
    for sign in ("#service-slow tbody tr:nth-child(3)", "#service-stats .v-stat", "#service-rate .main-svg"):
        assert page.evaluate("sign => document.querySelector(sign).marked", sign), sign
    assert page.evaluate(zoomed) == span
    assert page.evaluate("document.activeElement.className") == "v-row-link"
    assert page.evaluate("window.scrollY") == 200
    assert before == page.evaluate("document.querySelector('#service-rate .js-plotly-plot').data[0].y.length")


def _count_beats(page: Page) -> int:
    """Count refreshes from now on: each one writes the age of the data."""
    page.evaluate(
        """() => { window.beats = 0; new MutationObserver(() => window.beats++)
             .observe(document.getElementById("age"), { attributes: true, attributeFilter: ["data-at"] }) }"""
    )
    return 0


def test_a_zoom_becomes_the_times_of_every_page(open_page: Open) -> None:
    page = open_page("/service/playback", timezone_id="America/New_York")
    page.wait_for_selector("#service-rate .nsewdrag")
    box = page.locator("#service-rate .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 60, steps=5)
    page.mouse.up()
    now = page.evaluate("Date.now()")
    page.get_by_text("Show these times everywhere").first.click()
    page.wait_for_url(re.compile(r"[?&]s=\d{13}&e=\d{13}"))
    found = re.search(r"[?&]s=(\d{13})&e=(\d{13})", page.url)
    assert found is not None
    start, end = int(found.group(1)), int(found.group(2))
    assert now - 16 * 60_000 < start < end <= now
    expect(page.locator("#age")).to_have_text("fixed times")
    assert f"s={start}" in str(page.get_by_role("link", name="Traces").first.get_attribute("href"))


def test_times_live_in_the_address(open_page: Open) -> None:
    page = open_page("/")
    page.wait_for_selector(".v-table")
    page.click("#range")
    page.get_by_role("menuitem", name="Last 3 hours").click()
    page.wait_for_url("**/?s=e-3h")
    expect(page.locator("#range")).to_contain_text("Last 3 hours")
    page.get_by_role("link", name="playback").click()
    page.wait_for_url("**/service/playback?s=e-3h")
    page.wait_for_selector("#service-slow .v-table")
    page.get_by_role("link", name="Alerts").first.click()
    page.wait_for_url("**/alerts?s=e-3h")
    page.go_back()
    page.wait_for_selector("#service-rate .nsewdrag")
    again = open_page("/service/playback?s=e-3h")
    again.wait_for_selector("#service-rate .nsewdrag")
    expect(again.locator("#range")).to_contain_text("Last 3 hours")
    points = "document.querySelector('#service-rate .js-plotly-plot').data[0].y.length"
    assert again.evaluate(points) == page.evaluate(points) == 360


def test_a_link_of_the_times_before_leads_to_the_present_times(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/")
    page.wait_for_selector(".v-table")
    dashboards.api.delay = 2.0
    page.click("#range")
    page.get_by_role("menuitem", name="Last 3 hours").click()
    page.wait_for_url("**/?s=e-3h")
    link = page.get_by_role("link", name="playback")
    assert link.get_attribute("href") == "/service/playback"
    link.click()
    page.wait_for_url("**/service/playback?s=e-3h")


def test_the_first_data_of_a_new_store_is_not_waited_for(browser: Browser) -> None:
    """The clock of these pages beats once in five minutes."""
    api = RecordedApi("empty")
    with serving(api.app) as api_url, serving(build(Settings(api_url=api_url, refresh=300.0))) as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_text("No data yet").wait_for()
        api.scenario = "incident"
        page.wait_for_selector("#overview .v-table")
        asked = len(api.asked)
        page.wait_for_timeout(4_000)
        assert len(api.asked) == asked  # from now on the clock is enough
        page.close()


def test_other_times_and_utc(open_page: Open) -> None:
    page = open_page("/traces", timezone_id="Asia/Kolkata")
    page.wait_for_selector("#traces .v-table")
    page.click("#range")
    page.get_by_role("menuitem", name="Times in UTC").click()
    page.wait_for_url("**/traces?tz=UTC")
    expect(page.locator("#range")).to_contain_text("Last 15 minutes (UTC)")
    page.click("#range")
    page.get_by_role("menuitem", name="Other times").click()
    page.get_by_label("From").fill("1790000000")
    page.get_by_label("To").fill("1790003600")
    page.get_by_role("button", name="Show these times").click()
    page.wait_for_url("**/traces?tz=UTC&s=1790000000&e=1790003600")


def test_the_region_lives_in_the_address(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/")
    page.wait_for_selector(".v-table")
    page.click("#region")
    page.get_by_role("option", name="us-east-1").click()
    page.wait_for_url("**/?region=us-east-1")
    expect(page.locator("td .v-chip")).to_have_count(8)
    assert any("region=us-east-1" in asked for asked in dashboards.api.asked)
    again = open_page("/?region=us-east-1")
    expect(again.locator("#region")).to_have_value("us-east-1")


def test_the_api_goes_away_and_comes_back(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/")
    page.wait_for_selector(".v-table")
    dashboards.api.scenario = "away"
    expect(page.locator("#banner")).to_contain_text("The query API is away")
    expect(page.locator("#banner")).to_contain_text("The numbers below are from")
    expect(page.locator(".v-table tbody tr")).to_have_count(8)
    assert float(page.evaluate("getComputedStyle(document.querySelector('.v-table')).opacity")) < 1
    dashboards.api.scenario = "incident"
    expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator("#age")).to_contain_text("old")


@pytest.mark.parametrize("path", ["/", "/?e=1790000000"], ids=["live", "fixed times"])
def test_a_first_look_while_the_api_is_away(open_page: Open, dashboards: Dashboards, path: str) -> None:
    dashboards.api.scenario = "away"
    page = open_page(path)
    expect(page.get_by_text("The query API has not answered yet")).to_be_visible()
    dashboards.api.scenario = "calm"
    page.wait_for_selector(".v-table")


def test_an_api_slower_than_the_refresh_still_fills_the_page(open_page: Open, dashboards: Dashboards) -> None:
    dashboards.api.delay = 1.6  # the pages here refresh each second
    page = open_page("/")
    page.wait_for_selector(".v-table")
    expect(page.locator("#banner")).to_be_hidden()


def test_a_chosen_theme_is_remembered(open_page: Open) -> None:
    page = open_page("/", color_scheme="light")
    page.wait_for_selector(".v-table")
    page.get_by_role("button", name="Light or dark").click()
    page.wait_for_function("document.documentElement.dataset.mantineColorScheme === 'dark'")
    page.reload()
    page.wait_for_selector(".v-table")
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == "dark"


def test_the_menu_on_a_narrow_screen(open_page: Open) -> None:
    page = open_page("/", NARROW)
    page.wait_for_selector(".v-table")
    expect(page.get_by_role("link", name="Traces")).not_to_be_in_viewport()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Traces")).to_be_in_viewport()
    page.get_by_role("link", name="Traces").click()
    page.wait_for_selector("#traces .v-table")
    expect(page.get_by_role("link", name="Traces")).not_to_be_in_viewport()


def test_the_overview_by_keyboard(open_page: Open) -> None:
    page = open_page("/")
    page.wait_for_selector(".v-table")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.locator(".v-row-link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/service/playback")
    page.wait_for_selector("#service-callers .v-table")


def test_a_click_anywhere_in_a_row_follows_it(open_page: Open) -> None:
    page = open_page("/")
    page.locator("tr", has_text="catalog").locator("td").nth(3).click(force=True)
    page.wait_for_url("**/service/catalog")
    expect(page.get_by_role("heading", level=1)).to_have_text("catalog")


def test_search_of_traces(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/traces")
    page.wait_for_selector("#traces .v-table")
    page.locator(".v-switch label").first.click()
    page.wait_for_url("**/traces?errors=1")
    expect(page.locator("#traces tbody tr")).to_have_count(5)
    page.get_by_label("Not faster than").fill("3parsec")
    expect(page.locator("#traces .v-refused")).to_have_text("unknown unit parsec")


def test_a_span_and_its_details(open_page: Open) -> None:
    page = open_page(f"/trace/{TRACES[0]}")
    page.get_by_role("button", name="playback: cassandra.read").click()
    page.wait_for_url("**?span=s8")
    expect(page.locator(".v-span-details")).to_contain_text("no replica answered")
    page.keyboard.press("ArrowUp")
    assert "POST /start" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_url("**?span=s7")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/trace/[0-9a-f]+$"))
    expect(page.locator(".v-span-details")).to_have_count(0)


def test_a_fault_on_and_off(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/demo")
    page.wait_for_selector("#demo .v-nothing")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("#demo")).to_contain_text("Latency")
    assert dashboards.api.faults[-1]["on"] is True
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator("#demo")).to_contain_text("No fault is on")
    assert dashboards.api.faults[-1]["on"] is False


def test_old_data_is_told_by_colour_shape_and_number(open_page: Open, dashboards: Dashboards) -> None:
    page = open_page("/alerts")
    page.wait_for_selector("#age.v-age-ok")
    dashboards.api.delay = 8.0  # no refresh comes between
    for age, state, said in ((50, "warning", "data 50 s old"), (500, "danger", "data 8 min old")):
        page.evaluate("age => { document.getElementById('age').dataset.age = age }", age)
        page.wait_for_selector(f"#age.v-age-{state}")
        expect(page.locator("#age")).to_have_text(re.compile(said.replace("50", "5[0-9]")))


def test_the_traffic_page_is_one_of_them(open_page: Open) -> None:
    page = open_page("/")
    page.wait_for_selector(".v-table")
    page.get_by_role("link", name="Traffic").click()
    page.wait_for_selector(".traffic-stage")
    page.get_by_role("link", name="Overview").click()
    page.wait_for_selector(".v-table")

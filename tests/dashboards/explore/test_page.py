"""Explore in a real browser, over real data: graph, legend, sharing, history, and what it says without data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboards.conftest import Dashboards
from tests.dashboards.explore.conftest import LEGEND, Reader, writes
from tests.dashboards.explore.contrast import CONTRAST
from tests.dashboards.explore.world import APPS, BY_APP, CALLS, HEAP

pytestmark = pytest.mark.browser

TWO = f"/explore?q={BY_APP},{HEAP},1,:axis&rows=12,10"


def test_an_address_restores_everything(reader: Reader, another: Callable[..., Reader]) -> None:
    page = reader.open(f"{TWO}&hide=1:{CALLS},:max&s=e-30m&tick_labels=binary")
    expect(page.locator(LEGEND)).to_have_count(8)
    page.locator("#explore-share").click()
    page.get_by_role("button", name="Copy page address").click()
    expect(page.get_by_role("dialog").get_by_text("Copied")).to_be_visible()
    copied = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    again = another(color_scheme="dark", timezone_id="Asia/Kolkata")
    there = again.open(f"{copied.path}?{copied.query}")
    expect(there.locator(LEGEND)).to_have_count(8)
    writes(there, BY_APP)
    writes(there, f"{CALLS},:max", 1)
    writes(there, f"{HEAP},1,:axis", 2)
    expect(there.get_by_role("button", name="Expression B is shown")).to_have_attribute("aria-pressed", "false")
    expect(there.locator("#range")).to_contain_text("Last 30 minutes")
    expect(there.get_by_label("How values are written")).to_have_value("binary")
    expect(there.locator(LEGEND).last).to_contain_text("Mi")


def test_what_can_be_taken_along(reader: Reader) -> None:
    page = reader.open(f"{TWO}&region=us-east-1")
    expect(page.locator(LEGEND)).to_have_count(4)  # memory has no region
    page.locator("#explore-share").click()
    picture = httpx.get(page.get_by_label("Picture address", exact=True).input_value())
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    numbers = httpx.get(page.get_by_label("API address", exact=True).input_value()).json()
    assert numbers["legend"] == sorted(APPS)
    command = page.get_by_label("Command line", exact=True).input_value()
    assert command.startswith(f"vedette query '{BY_APP},")
    expect(page.get_by_alt_text("The picture as it looks now")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download CSV").click()
    assert coming.value.suggested_filename == "graph.csv"
    assert coming.value.path().read_text().startswith('"timestamp","api","catalog"')


def test_a_zoom_becomes_the_times_and_there_is_a_way_back(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP}&s=e-30m")
    page.wait_for_selector("#explore-graph .nsewdrag")
    expect(page.locator("#explore-back")).to_be_hidden()
    box = page.locator("#explore-graph .nsewdrag").first.bounding_box()
    assert box is not None
    now = page.evaluate("Date.now()")
    for narrower in (0.5, 0.3):
        page.mouse.move(box["x"] + 200, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + 200 + box["width"] * narrower, box["y"] + 60, steps=5)
        page.mouse.up()
        page.wait_for_url(re.compile(r"[?&]s=\d{13}&e=\d{13}"))
        expect(page.locator("#explore-back")).to_be_visible()
        page.wait_for_selector("#explore-result:not([aria-busy=true])")
    found = re.search(r"[?&]s=(\d{13})&e=(\d{13})", page.url)
    assert found is not None
    start, end = int(found.group(1)), int(found.group(2))
    assert now - 31 * 60_000 < start < end <= now
    assert end - start < 10 * 60_000
    expect(page.locator("#age")).to_have_text("fixed times")
    page.locator("#explore-back").click()
    page.wait_for_url(lambda url: f"s={start}" not in url)
    page.get_by_role("button", name="Back to Last 30 minutes").click()
    page.wait_for_url("**s=e-30m")
    expect(page.locator("#explore-back")).to_be_hidden()


def test_the_legend_sorts_hides_and_shows_alone(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP}")
    rows = page.locator(LEGEND)
    expect(rows).to_have_count(4)
    page.get_by_role("button", name="Avg", exact=True).click()
    expect(rows.first).to_contain_text("api")
    expect(page.get_by_role("columnheader", name="Avg")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Avg", exact=True).click()
    expect(rows.first).to_contain_text("playback")
    page.get_by_role("button", name="edge is drawn").click()
    page.wait_for_function("document.querySelector('.js-plotly-plot').data.filter((t) => t.visible).length === 3")
    assert "edge" not in reader.seen()
    page.get_by_role("button", name="catalog", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.js-plotly-plot').data.filter((t) => t.visible).length === 1")
    assert reader.seen() == ["catalog"]
    first = page.evaluate("document.querySelector('.js-plotly-plot').data[0].x0")
    page.wait_for_function("x0 => document.querySelector('.js-plotly-plot').data[0].x0 !== x0", arg=first)  # a refresh
    assert reader.seen() == ["catalog"]
    assert page.evaluate("document.activeElement.textContent") == "catalog"
    expect(rows.first).to_contain_text("playback")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.js-plotly-plot').data.filter((t) => t.visible).length === 4")
    page.hover("#explore-graph .nsewdrag", position={"x": 300, "y": 100})
    expect(page.locator("th.x-here")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    expect(page.locator("td.x-here").first).to_have_text(re.compile(r"\d"))


def test_no_data_too_many_lines_and_more_than_can_be_shown(reader: Reader) -> None:
    page = reader.open("/explore?q=name,nothing,:eq,:sum")
    expect(page.locator("#explore-result")).to_contain_text("Nothing matched in these times")
    page.get_by_role("button", name="Last day").click()
    page.wait_for_url("**s=e-1d")
    reader.open("/explore?q=name,node.load,:eq,:max,(,node,),:by")
    expect(page.locator(".x-many")).to_contain_text("100 of 120 lines are shown.")
    page.get_by_role("button", name="Keep the 20 greatest of each expression").click()
    expect(page.locator(LEGEND)).to_have_count(20)
    writes(page, "name,node.load,:eq,:max,(,node,),:by,max,20,:topk")


def test_an_empty_page_offers_what_is_really_there(reader: Reader) -> None:
    page = reader.open()
    examples = page.locator(".v-examples button")
    expect(examples).to_have_count(5)
    expect(examples.filter(has_text="percentile")).to_have_count(0)
    examples.filter(has_text="node.load").click()
    expect(page.locator("#explore-result")).to_be_visible()
    expect(page.locator("#explore-examples")).to_be_hidden()


def test_history(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP}")
    expect(page.locator(LEGEND)).to_have_count(4)
    page.locator("#explore-q").fill(HEAP)
    page.keyboard.press("Control+Enter")
    expect(page.locator(LEGEND).first).to_contain_text("M")
    page.locator("#explore-history").click()
    entries = page.locator(".x-entry")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text(HEAP)
    page.locator(".x-history li").last.get_by_role("button", name="Keep on top").click()
    expect(entries.first).to_contain_text(BY_APP)
    page.get_by_label("Search the history").fill("jvm")
    expect(entries).to_have_count(1)
    entries.first.focus()
    page.keyboard.press("Delete")
    expect(page.get_by_text("Nothing in the history has all of that in it.")).to_be_visible()
    page.get_by_label("Search the history").fill("")
    entries.first.focus()
    page.keyboard.press("Enter")
    writes(page, BY_APP)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("#explore-history").click()
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Really delete all 1?").click()
    expect(page.get_by_text("Nothing has been shown yet.")).to_be_visible()
    assert json.loads(page.evaluate("localStorage.getItem('vedette-explore-history')")) == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_what_is_being_written_outlives_refreshes_and_other_times(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP}")
    expect(page.locator(LEGEND)).to_have_count(4)
    page.fill("#explore-q", "half an expr")
    page.click("#range")
    page.get_by_role("menuitem", name="Last hour").or_(page.get_by_role("menuitem", name="Last 1 hour")).click()
    page.wait_for_url("**s=e-1h**")
    first = page.evaluate("document.querySelector('.js-plotly-plot').data[0].x0")
    page.wait_for_function("x0 => document.querySelector('.js-plotly-plot').data[0].x0 !== x0", arg=first)
    writes(page, "half an expr")
    page.go_back()
    writes(page, "half an expr")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(another: Callable[..., Reader], size: tuple[int, int], scheme: str) -> None:
    reader = another(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = reader.open(TWO)
    expect(page.locator(LEGEND)).to_have_count(8)
    page.get_by_role("button", name="Build expression A by clicking").click()
    expect(page.get_by_label("Name of the metric", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    contrast = page.evaluate(CONTRAST)
    assert contrast["weak"] == []
    assert contrast["seen"] > 60
    unnamed = page.evaluate(
        """[...document.querySelectorAll('#explore :is(button, input, select, textarea)')]
             .filter((e) => e.checkVisibility() && !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).length"""
    )
    assert unnamed == 0


def test_a_first_look_while_the_api_is_away(dashboards: Dashboards, browser: Browser) -> None:
    dashboards.api.scenario = "away"
    page = browser.new_page()
    page.goto(f"{dashboards.url}/explore?q={BY_APP}")
    expect(page.locator("#banner")).to_contain_text("The query API is away")
    writes(page, BY_APP)
    page.goto(f"{dashboards.url}/explore")
    expect(page.locator("#banner")).to_be_hidden()
    dashboards.api.scenario = "calm"
    expect(page.locator(".v-examples button")).not_to_have_count(0)
    page.goto(f"{dashboards.url}/explore?q={BY_APP}")
    expect(page.locator(LEGEND)).to_have_count(6)
    dashboards.api.scenario = "away"
    expect(page.locator("#banner")).to_contain_text("The numbers below are from")
    expect(page.locator(LEGEND)).to_have_count(6)
    dashboards.api.scenario = "calm"
    expect(page.locator("#banner")).to_be_hidden()
    page.close()

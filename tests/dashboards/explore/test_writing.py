"""Writing and clicking expressions in a real browser, over real data: one, both, and several together."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.explore.conftest import LEGEND, Reader, writes
from tests.dashboards.explore.world import BY_APP, CALLS, HEAP

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, written: str, option: str) -> None:
    """Take a suggestion of a field."""
    field = page.get_by_label(label, exact=True).last
    field.click()
    field.fill(written)
    page.get_by_role("option", name=option, exact=True).click()


def test_who_does_not_know_the_language_builds_an_expression(reader: Reader) -> None:
    page = reader.open()
    page.get_by_text("Build by clicking").click()
    choose(page, "Name of the metric", "server", "ipc.server.call")
    writes(page, "name,ipc.server.call,:eq,:sum")
    expect(page.locator(LEGEND)).to_have_count(1)
    page.get_by_role("button", name="Condition", exact=True).click()
    choose(page, "Key", "stat", "ipc.status")
    choose(page, "Value", "", "success")
    page.get_by_role("button", name="Condition", exact=True).click()
    choose(page, "Key", "app", "app")
    page.get_by_label("Condition", exact=True).last.select_option("!one-of")
    choose(page, "Values", "", "edge")
    page.keyboard.press("Escape")
    choose(page, "One line for each value of these keys", "", "app")
    page.keyboard.press("Escape")
    page.get_by_label("Add a function").select_option("rolling-mean")
    page.get_by_label("points", exact=True).fill("3")
    page.get_by_label("Line style", exact=True).select_option("stack")
    page.get_by_label("Legend; $key stands for the value of a key").fill("calls of $app")
    writes(
        page,
        "name,ipc.server.call,:eq,ipc.status,success,:eq,:and,app,(,edge,),:in,:not,:and,:sum,(,app,),:by,"
        "3,1,:rolling-mean,:stack,calls of $app,:legend",
    )
    expect(page.locator(LEGEND)).to_have_count(3)
    expect(page.locator(LEGEND).first).to_contain_text("calls of api")
    assert reader.seen() == ["calls of api", "calls of catalog", "calls of playback"]
    assert page.evaluate("document.querySelector('.js-plotly-plot').data.every((t) => t.stackgroup)")
    page.reload()
    expect(page.locator(LEGEND)).to_have_count(3)
    page.get_by_role("button", name="Build expression A by clicking").click()
    expect(page.get_by_label("Name of the metric", exact=True)).to_have_value("ipc.server.call")
    expect(page.get_by_label("Condition", exact=True).last).to_have_value("!is")


def test_text_and_form_follow_each_other(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP}")
    build = page.get_by_role("button", name="Build expression A by clicking")
    build.click()
    expect(page.get_by_label("How series are combined")).to_have_value("sum")
    page.locator("#explore-q").fill(f"{CALLS},:max,(,region,),:by,2,:axis")
    expect(page.get_by_label("How series are combined")).to_have_value("max")
    expect(page.get_by_role("button", name="remove region")).to_be_visible()
    expect(page.get_by_label("Axis", exact=True)).to_have_value("2")
    rich = f"{BY_APP},{CALLS},:sum,:div"
    page.locator("#explore-q").fill(rich)
    expect(page.locator(".x-builder")).to_contain_text("It joins two sets of lines by :div; the form shows one.")
    writes(page, rich)
    page.press("#explore-q", "Control+Enter")
    expect(page.locator(LEGEND)).to_have_count(4)
    page.locator("#explore-q").fill(f"{CALLS},:max")
    expect(page.get_by_label("How series are combined")).to_have_value("max")
    page.get_by_label("Add a function").select_option("gt")
    page.get_by_label("number", exact=True).fill("x")
    expect(page.locator(".x-builder .v-refused")).to_have_text("Not yet: gt needs a number for 'number', found 'x'.")
    page.get_by_label("number", exact=True).fill("20")
    writes(page, f"{CALLS},:max,20,:gt")
    expect(page.locator(".x-builder .v-refused")).to_have_text("")


def test_groups_of_conditions(reader: Reader) -> None:
    page = reader.open(f"/explore?q={quote(CALLS + ',app,api,:eq,app,edge,:eq,:or,:and,:sum')}")
    page.get_by_role("button", name="Build expression A by clicking").click()
    joins = page.get_by_label("How the conditions are joined")
    expect(joins).to_have_count(2)
    expect(joins.last).to_have_value("any")
    joins.last.select_option("!any")
    writes(page, f"{CALLS},app,api,:eq,app,edge,:eq,:or,:not,:and,:sum")
    page.get_by_role("button", name="Remove the group").click()
    writes(page, f"{CALLS},:sum")


def test_two_expressions_on_two_axes(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP}")
    expect(page.locator(LEGEND)).to_have_count(4)
    page.get_by_role("button", name="Expression", exact=True).click()
    page.keyboard.type(f"{HEAP},1,:axis")
    expect(page.locator("#explore-run")).to_have_class(re.compile("x-waiting"))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**rows=12,10")
    expect(page.locator(LEGEND)).to_have_count(8)
    page.wait_for_function("document.querySelector('.js-plotly-plot').layout.yaxis2?.side === 'right'")
    expect(page.locator(".x-from").first).to_have_text("A")
    expect(page.locator(".x-from").last).to_have_text("B")
    page.get_by_role("button", name="Expression A is shown").click()
    expect(page.locator(LEGEND)).to_have_count(4)
    assert f"hide=0:{BY_APP}" in page.url
    page.get_by_role("button", name="Move up expression B").click()
    page.wait_for_url(f"**hide=1:{BY_APP}")
    writes(page, f"{HEAP},1,:axis")
    page.get_by_role("button", name="Duplicate expression A").click()
    expect(page.locator(".x-row")).to_have_count(3)
    page.get_by_role("button", name="Remove expression A").click()
    page.get_by_role("button", name="Expression B is shown").click()
    expect(page.locator(LEGEND)).to_have_count(8)


def test_a_wrong_expression_costs_only_itself(reader: Reader) -> None:
    page = reader.open(f"/explore?q={BY_APP},name,:summ,name,x,:eq,:sum,foo,:limit&rows=12,2,6")
    expect(page.locator(".x-row").nth(1).locator(".v-refused")).to_have_text("unknown word ':summ'")
    expect(page.locator(LEGEND)).to_have_count(4)
    page.locator(".x-textarea").nth(1).fill("")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".x-row").last.locator(".v-refused")).to_contain_text('For input string: "foo"')
    expect(page.locator(LEGEND)).to_have_count(4)

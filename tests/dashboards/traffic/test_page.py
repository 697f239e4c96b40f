"""The page in a real browser: what is drawn, what is shown, and what hands and keys do."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.dashboards.traffic.conftest import Sight
from tests.dashboards.traffic.servers import Upstream, serve
from tests.dashboards.traffic.world import World, vizceral_sample
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings

pytestmark = pytest.mark.browser
Look = Callable[..., Sight]
EAST = "view=us-east-1"
INCIDENT = {("us-east-1", "playback"): 0.34}

# Draws one frame and counts the pixels of the canvas that have the palette's colour of an outcome. Reading follows
# drawing in one task, before the browser may clear the canvas.
COUNT = """([outcome, dots]) => {
  const { scene, palette } = page.stage, gl = scene.gl, [w, h] = scene.size, kept = scene.dots;
  if (!dots) scene.dots = 0;
  scene.draw(performance.now() / 1000);
  scene.dots = kept;
  const seen = new Uint8Array(4 * w * h);
  gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, seen);
  const want = [1, 3, 5].map((at) => parseInt(palette[outcome].slice(at, at + 2), 16));
  let count = 0;
  for (let i = 0; i < seen.length; i += 4) {
    if (Math.abs(seen[i] - want[0]) + Math.abs(seen[i + 1] - want[1]) + Math.abs(seen[i + 2] - want[2]) < 24) count++;
  }
  return count;
}"""

# The colours within every disc, drawn at several moments.
WITHIN_DISCS = """() => {
  const { scene, camera, graph } = page.stage, gl = scene.gl, [w, h] = scene.size;
  const now = performance.now() / 1000, shots = [];
  for (const later of [0, 0.37, 0.81, 1.3, 2.9]) {
    scene.draw(now + later);
    shots.push(graph.nodes.map((node) => {
      const [x, y] = camera.screen(node.x, node.y), half = Math.floor(node.r * camera.scale * 0.6);
      const seen = new Uint8Array(4 * 4 * half * half);
      const [left, foot] = [Math.round(x) - half, h - Math.round(y) - half];
      gl.readPixels(left, foot, 2 * half, 2 * half, gl.RGBA, gl.UNSIGNED_BYTE, seen);
      return seen.join();
    }));
  }
  return graph.nodes.filter((_, i) => shots.some((shot) => shot[i] !== shots[0][i])).map((node) => node.name);
}"""


def pixels(here: Sight, outcome: str, *, dots: bool = True) -> int:
    count: int = here.page.evaluate(COUNT, [outcome, dots])
    return count


def test_failing_calls_are_seen_and_where_none_fail_nothing_is_of_their_colour(sight: Look) -> None:
    here = sight(World())
    page = here.open(EAST)
    assert pixels(here, "danger") == 0
    assert pixels(here, "ok") > 80
    here.turn(failing=INCIDENT)
    assert pixels(here, "danger") > 80
    assert page.locator("[aria-live=polite]").text_content() == "api fails. edge fails. playback fails"
    here.turn(failing={})
    assert pixels(here, "danger") == 0


def test_one_failing_call_in_ten_thousand_still_shows_a_dot(sight: Look) -> None:
    here = sight(World(failing={("us-east-1", "playback"): 0.0001}))
    here.open(EAST)
    assert pixels(here, "danger") > pixels(here, "danger", dots=False)


def test_dots_pass_behind_nodes(sight: Look) -> None:
    here = sight(World(), vizceral_sample)
    here.open(EAST)
    assert pixels(here, "ok") > pixels(here, "ok", dots=False), "there are dots"
    assert here.page.evaluate(WITHIN_DISCS) == []


def test_the_static_layer_is_the_same_for_the_same_figures(sight: Look) -> None:
    here, counts = sight(World(failing=INCIDENT)), []
    for _ in range(2):
        here.open(EAST)
        counts.append([pixels(here, outcome, dots=False) for outcome in ("ok", "warning", "danger", "page")])
    assert counts[0] == counts[1]


@pytest.mark.parametrize("form", ["moving", "still"])
def test_hover_choice_and_panel_show_the_exact_numbers_of_the_api_in_both_forms(sight: Look, form: str) -> None:
    here = sight(World(factor=1.2345, failing=INCIDENT))
    page = here.open(EAST, form=form)
    connections = here.world.answer()["nodes"][2]["connections"]
    calls = next(each for each in connections if (each["source"], each["target"]) == ("api", "playback"))
    page.mouse.move(*here.at("playback"))
    page.wait_for_selector(".traffic-tooltip:not([hidden])")
    assert page.locator(".traffic-tooltip strong").inner_text() == "playback"
    assert here.figure(".traffic-tooltip", "rate") == f"{calls['metadata']['rate']:,.3f}".rstrip("0") + "/s"
    assert here.figure(".traffic-tooltip", "danger") == f"{calls['metrics']['danger']:,.3f}".rstrip("0") + "/s"
    assert here.figure(".traffic-tooltip", "errors") == "34 %"
    assert here.figure(".traffic-tooltip", "p99") == "76.8 ms"
    page.mouse.move(*here.middle("api→playback"))
    page.wait_for_function("document.querySelector('.traffic-tooltip strong').textContent === 'api → playback'")
    assert here.figure(".traffic-tooltip", "normal") == f"{calls['metrics']['normal']:,.3f}".rstrip("0") + "/s"
    page.mouse.click(*here.middle("api→playback"))
    assert page.locator(".traffic-panel h2").inner_text() == "api → playback"
    assert here.figure(".traffic-panel", "p50") == "12 ms"
    page.mouse.click(*here.at("api"))
    assert page.locator(".traffic-panel h2").inner_text() == "api"
    listed = page.locator(".traffic-panel section").nth(1).locator("tbody tr").first
    assert listed.inner_text().split() == ["◆", "playback", "30.4/s", "34", "%", "37.2", "ms"]
    here.turn(factor=2.0)
    assert here.figure(".traffic-panel", "rate") == "116.8/s"


def test_the_still_form_draws_what_the_moving_one_does_and_leads_as_far(sight: Look) -> None:
    here = sight(World(failing=INCIDENT))
    here.page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : get.call(this, kind, ...more); }"
    )
    page = here.open("", form=None)
    assert page.locator(".traffic-stage").get_attribute("data-form") == "still"
    assert "no WebGL2" in (page.locator(".traffic-buttons button", has_text="Motion").get_attribute("title") or "")
    page.mouse.click(*here.at("us-east-1"))
    page.wait_for_selector(".traffic-words text:has-text('playback')")
    assert "view=us-east-1" in page.url
    words = page.locator(".traffic-words text").all_text_contents()
    assert {"◆ playback", "24.6/s · 34 %", "40/s", "9.6/s"} <= set(words)
    assert page.locator(".traffic-still path[stroke-width]").count() > 13
    page.mouse.dblclick(*here.at("playback"))
    page.wait_for_function("page.state.view.length === 2")
    page.keyboard.press("Escape")
    page.wait_for_function("page.state.view.length === 1")


def test_keys_lead_through_the_graph_and_the_browser_leads_back(sight: Look) -> None:
    here = sight(World(failing=INCIDENT))
    page = here.open(form="still")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_function("page.stage.graph?.byName.has('playback')")
    page.keyboard.press("n")
    assert "selected=playback" in page.url
    page.keyboard.press("ArrowLeft")
    assert "selected=api" in page.url
    page.keyboard.press("Enter")
    page.wait_for_function("page.stage.graph?.view.length === 2")
    assert "view=us-east-1/api" in page.url
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_function("page.stage.graph?.view.length === 0")
    page.go_back()
    page.wait_for_function("page.stage.graph?.view.join('/') === 'us-east-1'")
    page.keyboard.press("/")
    page.keyboard.type("recom")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("page.stage.chosen?.name === 'recommendations'")
    page.reload()
    page.wait_for_function("window.page?.stage.chosen?.name === 'recommendations'")


def test_the_table_has_the_same_numbers_and_sorts(sight: Look) -> None:
    here = sight(World(failing=INCIDENT))
    page = here.open(EAST, form="still")
    page.keyboard.press("t")
    rows = page.locator("[data-table=nodes] tbody tr")
    assert rows.count() == 10
    assert rows.first.locator("th").inner_text() == "playback"
    assert rows.first.locator("[data-figure=danger]").inner_text() == "8.364/s"
    page.locator("[data-table=nodes] thead button", has_text="calls").click()
    shown = page.locator("[data-table=nodes] [data-figure=rate]").all_inner_texts()
    numbers = [float(text.removesuffix("/s").replace(",", "")) for text in shown]
    assert numbers == sorted(numbers, reverse=True)
    page.locator("[data-table=nodes] thead button", has_text="calls").click()
    assert page.locator("[data-table=nodes] th[aria-sort=descending]").inner_text().startswith("calls")
    assert page.locator("[data-table=nodes] [data-figure=rate]").first.inner_text() == "3.4/s"
    page.locator("[data-table=edges] tbody button").first.click()
    assert "→" in page.locator(".traffic-panel h2").inner_text()


@pytest.mark.parametrize("form", ["moving", "still"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_labels_of_73_services_do_not_overlap(sight: Look, form: str, size: tuple[int, int]) -> None:
    here = sight(World(), vizceral_sample)
    here.page.set_viewport_size({"width": size[0], "height": size[1]})
    page = here.open(EAST, form=form)
    boxes: list[list[float]] = page.evaluate(
        """[...document.querySelectorAll('.traffic-label-node text, .traffic-label-edge text')].map((text) => {
          const { left, top, right, bottom } = text.getBoundingClientRect();
          return [left + 1, top + 2, right - 1, bottom - 2];
        })"""
    )
    crossing = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert crossing == []
    labelled = page.locator(".traffic-label-node").count()
    assert labelled >= (70 if size[0] > 1000 else 25)


def test_a_new_service_moves_nobody_on_the_screen(sight: Look) -> None:
    here = sight(World())
    here.open(EAST, form="still")
    before = {name: here.at(name) for name in ("edge", "api", "playback", "redis", "INTERNET")}
    here.turn(extra={("api", "search"): (5.0, 0.01)})
    here.page.wait_for_function("page.stage.graph.byName.has('search')")
    assert {name: here.at(name) for name in before} == before


def test_names_are_text_and_never_markup(sight: Look) -> None:
    evil = "<img src=x onerror=window.owned=1>"
    here = sight(World(extra={("api", evil): (70.0, 0.01)}))
    page = here.open(EAST, form="still")
    page.keyboard.press("t")
    page.mouse.move(*here.at(evil))
    page.wait_for_selector(".traffic-tooltip:not([hidden])")
    page.mouse.click(*here.at(evil))
    assert page.locator(".traffic-panel h2").inner_text() == evil
    page.keyboard.press("/")
    page.keyboard.type("img")
    page.wait_for_selector("#traffic-hits li")
    assert page.locator("#traffic img").count() == 0
    assert page.evaluate("window.owned") is None


def test_trouble_upstream_is_told_over_the_last_picture(sight: Look) -> None:
    here = sight(World())
    page = here.open(EAST, form="still")
    here.upstream.answer = lambda: {"no": "graph"}
    page.wait_for_selector(".traffic-band:not([hidden])")
    assert "cannot be drawn" in page.locator(".traffic-band").inner_text()
    assert page.locator(".traffic-fresh").get_attribute("data-state") == "old"
    assert "playback" in page.locator(".traffic-words text").all_text_contents(), "the picture stays"
    here.upstream.answer = here.world.answer
    page.wait_for_selector(".traffic-band", state="hidden")


def test_an_empty_store_says_what_to_do_and_an_unknown_view_leads_back(sight: Look) -> None:
    here = sight(World(), lambda: {"renderer": "global", "name": "edge", "nodes": [], "connections": []})
    here.page.goto(f"{here.url}/traffic")
    here.page.wait_for_selector("text=vedette up --demo")
    there = sight(World())
    there.page.goto(f"{there.url}/traffic?view=us-east-1/nobody")
    there.page.wait_for_selector("text=There is no traffic of a service nobody in us-east-1")
    there.page.click("text=Back to us-east-1")
    there.page.wait_for_selector(".traffic-words text")


def test_reduced_motion_and_a_lost_graphics_card_give_the_still_form(sight: Look) -> None:
    here = sight(World())
    here.page.emulate_media(reduced_motion="reduce")
    page = here.open(EAST, form=None)
    assert page.locator(".traffic-stage").get_attribute("data-form") == "still"
    page.emulate_media(reduced_motion="no-preference")
    page.wait_for_selector(".traffic-stage[data-form=moving]")
    page.evaluate("window.card = page.stage.scene.gl.getExtension('WEBGL_lose_context'); card.loseContext()")
    page.wait_for_selector(".traffic-stage[data-form=still]")
    assert page.locator(".traffic-still circle").count() > 10
    page.evaluate("card.restoreContext()")
    page.wait_for_selector(".traffic-stage[data-form=moving]")
    assert pixels(here, "ok") > 80


def test_a_hidden_page_draws_nothing(sight: Look) -> None:
    here = sight(World())
    page = here.open(EAST)
    page.evaluate(
        """() => {
          const { scene } = page.stage, draw = scene.draw;
          window.drawn = 0;
          scene.draw = function (now) { window.drawn++; draw.call(this, now); };
          window.setVisibility = (state) => {
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
            document.dispatchEvent(new Event('visibilitychange'));
          };
        }"""
    )
    page.wait_for_function("drawn > 3")
    page.evaluate("setVisibility('hidden')")
    page.wait_for_function("page.stage.waiting === 0")  # the frame that was asked for before has come
    drawn = page.evaluate("drawn")
    page.wait_for_timeout(700)
    here.turn(factor=2.0)
    assert page.evaluate("drawn") == drawn, "nor do new figures draw"
    page.evaluate("setVisibility('visible')")
    page.wait_for_function(f"drawn > {drawn} + 3")


def test_a_frame_costs_the_page_little_script(sight: Look, record_property: Callable[[str, object], None]) -> None:
    here = sight(World(), vizceral_sample)
    page = here.open(EAST)
    page.wait_for_function("page.stage.pace.scripts.length >= 40")
    median: float = page.evaluate("page.stage.pace.script()")
    facts: dict[str, Any] = page.evaluate(
        "({ dots: page.stage.scene.dots, nodes: page.stage.graph.nodes.length, edges: page.stage.graph.edges.length })"
    )
    record_property("script_ms_per_frame", median)
    print(f"main-thread script per frame: median {median:.2f} ms with {facts}")
    assert facts["dots"] > 1_000
    assert median <= 4, "the budget is 1 ms on a machine of its own"


def test_in_the_dashboards_frame_links_lead_to_other_pages_and_back(browser: Browser) -> None:
    upstream = Upstream(World(failing=INCIDENT).answer)
    with serve(upstream.app) as api, serve(build(Settings(api_url=api))) as url:
        page = browser.new_page(viewport={"width": 1000, "height": 640})
        page.set_default_timeout(15_000)
        page.goto(f"{url}/traffic?view=us-east-1&selected=api&motion=off&s=e-1h")
        page.wait_for_selector(".traffic-panel h2:has-text('api')")
        stage = page.locator(".traffic-stage").bounding_box()
        assert stage is not None
        assert stage["y"] + stage["height"] <= 640, "the graph fits into the window under the frame's header"
        page.click(".traffic-doors a:has-text('Service page')")
        page.wait_for_url("**/service/api?s=e-1h&region=us-east-1")
        page.wait_for_selector(".traffic-stage", state="detached")
        page.go_back()
        page.wait_for_selector(".traffic-panel h2:has-text('api')")
        page.click(".traffic-crumbs button:has-text('Global')")
        page.wait_for_selector(".traffic-words text:has-text('us-west-2')")
        assert "s=e-1h" in page.url
        page.close()

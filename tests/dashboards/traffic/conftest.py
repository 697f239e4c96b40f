"""A browser for the page's tests, and the page in it over a made-up world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.dashboards.traffic.servers import Upstream, page_app, serve
from tests.dashboards.traffic.world import World
from vedette_dashboards.client import Client

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--use-angle=swiftshader",  # WebGL2 without a GPU
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Sight:
    """The page as a reader has it, and the world that it shows."""

    def __init__(self, browser: Browser, url: str, world: World, upstream: Upstream) -> None:
        self.browser, self.url, self.world, self.upstream = browser, url, world, upstream
        self.page: Page = browser.new_page(viewport={"width": 1000, "height": 640})
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(8_000)

    def open(self, query: str = "", *, form: str | None = "moving") -> Page:
        """Opens the page and waits for its first picture; `form` is the one that is expected."""
        wish = {"moving": "motion=on", "still": "motion=off", None: ""}[form]
        self.page.goto(f"{self.url}/traffic?{query}&{wish}")
        self.page.wait_for_selector(f".traffic-stage[data-form={form}]" if form else ".traffic-stage[data-form]")
        self.page.wait_for_selector(".traffic-words text")
        return self.page

    def turn(self, **change: Any) -> None:
        """Ten seconds pass in the world; waits until the page has heard of it."""
        seq = self.page.evaluate("page.stage.graph.frame.seq")
        for name, value in change.items():
            setattr(self.world, name, value)
        self.world.now_ms += 10_000
        self.page.wait_for_function(f"page.stage.graph.frame.seq > {seq}")

    def at(self, name: str) -> tuple[float, float]:
        """Where a node is in the window."""
        x, y = self.page.evaluate(
            """(name) => {
              const node = page.stage.graph.byName.get(name), box = page.host.getBoundingClientRect();
              const [x, y] = page.stage.camera.screen(node.x, node.y);
              return [box.left + x, box.top + y];
            }""",
            name,
        )
        return x, y

    def middle(self, edge: str) -> tuple[float, float]:
        """Where the middle of an edge (`source→target`) is in the window."""
        x, y = self.page.evaluate(
            """(id) => {
              const { a, b, c } = page.stage.graph.byId.get(id), box = page.host.getBoundingClientRect();
              const [x, y] = page.stage.camera.screen((a[0] + 2 * c[0] + b[0]) / 4, (a[1] + 2 * c[1] + b[1]) / 4);
              return [box.left + x, box.top + y];
            }""",
            edge,
        )
        return x, y

    def figure(self, where: str, key: str) -> str:
        """A number of the tooltip or the panel, as it is shown."""
        return self.page.locator(f"{where} [data-figure={key}] dd").inner_text()


@pytest.fixture
def sight(browser: Browser) -> Iterator[Callable[..., Sight]]:
    """Opens worlds: `sight(World(...))`; every page must have ended without an error in its script."""
    seen: list[Sight] = []
    with ExitStack() as servers:

        def look(world: World, answer: Callable[[], Any] | None = None) -> Sight:
            upstream = Upstream(answer or world.answer)
            client = Client(servers.enter_context(serve(upstream.app)), timeout=2)
            url = servers.enter_context(serve(page_app(client.traffic, interval_s=0.2)))
            one = Sight(browser, url, world, upstream)
            seen.append(one)
            return one

        yield look
        for one in seen:
            one.page.close()
        assert [error for one in seen for error in one.errors] == []

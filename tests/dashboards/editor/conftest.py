"""A browser with a page of editors, one for a module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.dashboards.conftest import CHROMIUM, FLAGS
from tests.dashboards.editor.servers import Upstream, serving

UNDERSTOOD = """() => {
  const field = document.getElementById("q0");
  return field.closest(".v-editor").dataset.known === field.value;
}"""

PASTE = """([text, caret]) => {
  const field = document.getElementById("q0");
  field.select();
  if (text) document.execCommand("insertText", false, text);
  else if (field.value) document.execCommand("delete");
  field.setSelectionRange(caret ?? text.length, caret ?? text.length);
}"""


class Desk:
    """The page as a writer has it: editors `q0` and `q1`."""

    def __init__(self, browser: Browser, light: str, dark: str, upstream: Upstream) -> None:
        self.browser, self.light, self.dark, self.upstream = browser, light, dark, upstream
        self.page: Page = browser.new_page(viewport={"width": 1200, "height": 800})
        self.wrong: list[str] = []
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        """Note what fails in a page's script."""
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def begin(self, text: str = "", *, caret: int | None = None, fresh: bool = False) -> Page:
        """The first editor with a text and the focus; its caret is at the end if not said otherwise.

        The page is loaded when it is not there yet, or is to be `fresh`: a text that is pasted over is as good.
        """
        page = self.page
        if fresh or not page.url.startswith(self.light):
            page.goto(self.light)
            page.wait_for_selector(".v-editor[data-on] >> nth=1")
        page.evaluate("localStorage.clear()")
        page.focus("#q0")
        page.evaluate(PASTE, [text, caret])
        page.keyboard.press("Escape")  # what the text as such had offered
        page.wait_for_selector(".v-ed-popup", state="hidden")
        if text:
            self.understood()
        return page

    def understood(self) -> None:
        """Wait until it is known what the first editor's text means."""
        self.page.wait_for_function(UNDERSTOOD)

    @property
    def text(self) -> str:
        return self.page.input_value("#q0")

    @property
    def options(self) -> list[str]:
        """The labels of the suggestions that are shown."""
        found: list[str] = self.page.locator(".v-ed-popup:visible .v-ed-label").all_inner_texts()
        return found

    @property
    def stack(self) -> list[str]:
        """The items of the stack that the first editor shows, the top first, as `type text`; a new one with `+`."""
        return [
            f"{'+' if 'v-ed-new' in (item.get_attribute('class') or '') else ''}"
            f"{item.locator('.v-ed-type').inner_text()} {item.locator('code').inner_text()}"
            for item in self.page.locator(".v-editor >> nth=0").locator(".v-ed-items li").all()
        ]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with serving("", "name,ipc.server.call,:eq") as (light, dark, upstream), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        one = Desk(chromium, light, dark, upstream)
        yield one
        chromium.close()
    assert one.wrong == []

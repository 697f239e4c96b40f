"""Every page in a browser, in light and dark, wide and narrow: opened, waited for, and taken a picture of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from playwright.sync_api import Browser, Page, expect

PICTURES: Final = Path(__file__).parents[1] / "artifacts"
CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A machine without a graphics card draws WebGL by itself.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)

Scheme = Literal["light", "dark"]


class Way(NamedTuple):
    """How a reader has it: the colour scheme, and the window's size in pixels."""

    scheme: Scheme
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}"


WAYS: Final = (Way("light", 1440, 900), Way("dark", 1440, 900), Way("light", 390, 844), Way("dark", 390, 844))
WIDE: Final = WAYS[1]


@dataclass
class Opened:
    """A page in a browser, and what went wrong in it."""

    page: Page
    pages_url: str
    trouble: list[str] = field(default_factory=list)

    def visit(self, path: str) -> Page:
        """Go there, and wait until the first numbers stand where grey bars were."""
        self.page.goto(f"{self.pages_url}{path}")
        expect(self.page.locator("h1").first).to_be_visible(timeout=20_000)
        expect(self.page.locator(".v-skeleton")).to_have_count(0, timeout=20_000)
        return self.page

    def picture(self, name: str) -> Path:
        """Keep what is to be seen now."""
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=str(path))
        return path

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide


@contextmanager
def opened(browser: Browser, pages_url: str, way: Way) -> Iterator[Opened]:
    """A new window, as `way` says."""
    context = browser.new_context(viewport={"width": way.width, "height": way.height}, color_scheme=way.scheme)
    page = context.new_page()
    one = Opened(page, pages_url)
    page.on("pageerror", lambda error: one.trouble.append(f"{page.url}: {error}"))
    page.on("console", lambda said: one.trouble.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: one.trouble.append(f"left the house: {asked.url}") if _away(asked.url) else None)
    try:
        yield one
    finally:
        context.close()


def _away(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "data:", "blob:"))

"""Takes the pictures of the documentation from a running demo: `make pictures`.

Five minutes of the demo, the last of them with a slow playback in us-east-1, so that the pictures show what a reader
will see, and something to look at.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.house import House
from tests.support.pages import CHROMIUM, FLAGS, Way, opened
from tests.support.processes import ask

HERE = Path(__file__).parent
QUERY = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"
BUILT = "name,ipc.server.call,:eq,statistic,count,:eq,:and,app,playback,:eq,:and,:sum,(,ipc.status,),:by,:stack"
QUIET_S = 240
BROKEN_S = 60


def main() -> None:
    """Run the demo, break something, take the pictures."""
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        house = House(Path(directory) / "data", step="10s", options=("--peak", "6")).start()
        try:
            time.sleep(QUIET_S)
            fault = b'{"kind": "errors", "region": "us-east-1", "service": "playback", "on": true}'
            ask(f"http://127.0.0.1:{house.demo_port}/faults", fault, {"content-type": "application/json"})
            time.sleep(BROKEN_S)
            trace = house.get("/api/v1/traces?app=playback&error=true&limit=1").json()["traces"][0]["traceId"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            for name, path, way in (
                ("traffic-dark", "/traffic", Way("dark", 1280, 800)),
                ("region-dark", "/traffic?view=us-east-1", Way("dark", 1280, 800)),
                ("overview-light", "/?s=e-5m", Way("light", 1280, 800)),
                ("service-dark", "/service/playback?s=e-5m", Way("dark", 1280, 800)),
                ("explore-light", f"/explore?q={QUERY}&s=e-5m", Way("light", 1280, 800)),
                ("explore-build-light", f"/explore?q={BUILT}&s=e-5m", Way("light", 1280, 1100)),
                ("trace-light", f"/trace/{trace}", Way("light", 1280, 800)),
                ("alerts-dark", "/alerts", Way("dark", 1280, 800)),
            ):
                with opened(browser, house.pages, way) as window:
                    page = window.visit(path)
                    if "build" in name:
                        page.get_by_role("button", name="Build expression A by clicking").click()
                    page.wait_for_timeout(4_000)  # particles on their way, charts drawn
                    page.screenshot(path=str(HERE / f"{name}.png"))
            browser.close()
        finally:
            house.interrupt()


if __name__ == "__main__":
    main()

"""From `vedette up --demo` to the first number at the API and on the page; then what the house costs.

    python -m benchmarks.start [--seconds 60]

Three parts: the start (a fresh directory), the cost under the demo's load, and the cost idle (no demo). Memory is Pss.
"""

from __future__ import annotations

import argparse
import re
import signal
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.measuring import children, command, cpu_seconds, resident_mib
from tests.support.house import House
from tests.support.pages import CHROMIUM, FLAGS
from tests.support.ports import free_ports
from tests.support.processes import Running, ask
from tests.support.waiting import until

PARTS = {"engine": " engine ", "dashboards": " dashboards ", "demo": " demo "}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look at each state")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        house = House(Path(directory) / "demo", step="10s", options=("--peak", "4"))
        began = time.monotonic()
        house.launch()
        at_api = until(lambda: _number_at_the_api(house) and time.monotonic() - began, seconds=120)
        at_page = until(lambda: _number_on_the_page(house, page) and time.monotonic() - began, seconds=120)
        browser.close()
        print(f"first number at the API   {at_api:5.1f} s")
        print(f"first number on the page  {at_page:5.1f} s")
        time.sleep(20)
        assert house.running is not None
        _cost("under the demo's load", house.running.process.pid, seconds)
        house.interrupt()
        _idle(Path(directory) / "idle", seconds)


def _number_at_the_api(house: House) -> bool:
    query = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum"
    try:
        answer = ask(f"{house.url}/api/v1/graph?q={query}&s=e-2m&format=json", seconds=2)
    except OSError:
        return False
    values = [value for point in answer.json().get("values", []) for value in point]
    return any(isinstance(value, float | int) and value > 0 for value in values)


def _number_on_the_page(house: House, page: Page) -> bool:
    if not page.url.startswith(house.pages):
        page.goto(house.pages)
    return re.search(r"Requests from outside\s*[1-9.][\d.]*/s", page.locator("body").inner_text()) is not None


def _cost(state: str, supervisor: int, seconds: float) -> None:
    family = children(supervisor)
    groups = {name: children(pid) for name, mark in PARTS.items() for pid in family if f"vedette{mark}" in command(pid)}
    groups["supervisor"] = [supervisor]
    before = {name: cpu_seconds(pids) for name, pids in groups.items()}
    time.sleep(seconds)
    print(f"\n{state}, {seconds:g} s        CPU of a core    memory MiB")
    for name, pids in groups.items():
        share = (cpu_seconds(pids) - before[name]) / seconds
        print(f"  {name:<12} {100 * share:22.1f} %  {resident_mib(pids):10.0f}")


def _idle(data: Path, seconds: float) -> None:
    port, otlp, pages = free_ports(3)
    data.mkdir()
    ports = ("--port", str(port), "--otlp-port", str(otlp), "--dashboards-port", str(pages))
    running = Running("up", "--data", str(data), *ports, log=data / "up.log")
    running.until_ready(f"http://127.0.0.1:{port}/readyz")
    time.sleep(15)
    _cost("idle", running.process.pid, seconds)
    running.end(signal.SIGINT)


if __name__ == "__main__":
    main()

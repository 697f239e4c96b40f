"""Draws the charts of the documentation: `python -m docs.pictures.charts`.

An engine is given three hours of orders, and then asked by the very commands that the page shows.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import tempfile
import time
from math import pi, sin
from pathlib import Path

from tests.support.processes import ask, engine

HERE = Path(__file__).parent
PAGE = HERE.parent / "how-to" / "put-a-graph-into-a-mail.md"
PICTURES = {"orders.png": "chart-light.png", "failures.png": "chart-dark.png"}

STEP_S = 10
STEPS = (3 * 3600 + 300) // STEP_S


def samples(now_s: int) -> list[dict[str, object]]:
    """Three hours, and a little before, of orders in two countries, and a bad quarter of an hour."""
    chance = random.Random(5)
    found = []
    for step in range(STEPS):
        bad = 0.62 < step / STEPS < 0.7
        wave = sin(2 * pi * step / STEPS)
        for name, tags, value in (
            ("orders.placed", {"country": "se"}, (24 + 6 * wave) * (0.7 if bad else 1)),
            ("orders.placed", {"country": "de"}, 41 + 9 * sin(2 * pi * step / STEPS - 1)),
            ("orders.failed", {}, 0.8 if bad else 0.2),
        ):
            noisy = value * chance.uniform(0.93, 1.07)
            sample = {"tags": {"name": name, "atlas.dstype": "rate", **tags}, "value": round(noisy, 3)}
            found.append({**sample, "timestamp": (now_s - (STEPS - step) * STEP_S) * 1000})
    return found


def main() -> None:
    """Publish, run the commands of the page, keep the pictures."""
    with tempfile.TemporaryDirectory() as directory, engine(Path(directory) / "data", step=f"{STEP_S}s") as running:
        body = json.dumps({"tags": {"app": "shop"}, "metrics": samples(int(time.time()))}).encode()
        ask(f"{running.url}/api/v1/publish", body, {"content-type": "application/json"})
        time.sleep(3)  # what is acknowledged is readable within two seconds
        for command in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.S | re.M):
            told = command.replace("http://127.0.0.1:7101", running.url)
            subprocess.run(["bash", "-euc", told], cwd=directory, check=True)
        for drawn, kept in PICTURES.items():
            shutil.copy(Path(directory) / drawn, HERE / kept)


if __name__ == "__main__":
    main()

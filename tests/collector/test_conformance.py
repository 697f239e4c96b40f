from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.collector.serving import Server

CONFORMANCE = Path(__file__).parents[1] / "data" / "conformance"


def test_publish_answers_as_atlas_was_recorded_to_answer(tmp_path: Path) -> None:
    with Server(tmp_path, "null", "--step-ms", "60000", "--max-age-ms", "60000") as server:
        run = subprocess.run(
            [
                *(sys.executable, CONFORMANCE / "run.py", CONFORMANCE / "atlas_cases.json"),
                *("--only", "publish", "--url", server.url, "--show", "100"),
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "24 passed" in run.stdout

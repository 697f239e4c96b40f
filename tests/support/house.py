"""All of `vedette up --demo`, on ports of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.ports import free_block, free_ports
from tests.support.processes import Answer, Running, ask
from tests.support.waiting import until
from vedette.demo.load import rate
from vedette.demo.topology import REGIONS


def quietest() -> float:
    """The load now of the region with the fewest users, for a peak of one: a test may run at five in the morning."""
    return min(rate(region, time.time(), peak=1.0) for region in REGIONS)


class House:
    """The supervisor and everything it starts."""

    def __init__(
        self, data: Path, *, step: str = "5s", requests_per_s: float = 2.5, options: Sequence[str] = ()
    ) -> None:
        self.data = data
        self.port, self.otlp_port, self.pages_port = free_ports(3)
        self.demo_port = free_block(40)
        self.url = f"http://127.0.0.1:{self.port}"
        self.pages = f"http://127.0.0.1:{self.pages_port}"
        self._options = (
            *("--data", str(data), "--port", str(self.port), "--otlp-port", str(self.otlp_port)),
            *("--dashboards-port", str(self.pages_port), "--demo-port", str(self.demo_port)),
            *("--step", step, "--peak", f"{requests_per_s / quietest():.3f}"),
            *options,
        )
        self.running: Running | None = None
        self._lives = 0

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._lives += 1
        self.running = Running("up", "--demo", *self._options, log=self.data / f"up-{self._lives}.log")

    def start(self) -> House:
        """Start it, and wait for the first data."""
        self.launch()
        until(self._has_data, seconds=90, what="the first data")
        return self

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        assert self.running is not None
        return self.running.end(signal.SIGINT, seconds=60)

    def kill(self) -> None:
        """kill -9 of the supervisor alone."""
        assert self.running is not None
        self.running.kill()

    def said(self) -> str:
        return self.running.said() if self.running is not None else ""

    def get(self, path: str) -> Answer:
        return ask(f"{self.url}{path}")

    def traffic(self) -> dict[str, Any]:
        document: dict[str, Any] = self.get("/api/v1/traffic?window=30s").json()
        return document

    def family(self) -> set[int]:
        """The process ids of all that belongs to this house, the supervisor without."""
        marks = [str(self.data).encode(), str(self.port).encode(), str(self.demo_port).encode()]
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    line = (entry / "cmdline").read_bytes()
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, ValueError):
                    continue
                found[int(entry.name)] = (parent, b"vedette" in line and any(mark in line for mark in marks))
        family = {pid for pid, (_, named) in found.items() if named}
        while grown := {pid for pid, (parent, _) in found.items() if parent in family} - family:
            family |= grown
        return family - {self.running.process.pid if self.running else 0}

    def _has_data(self) -> bool:
        assert self.running is not None
        assert self.running.process.poll() is None, f"vedette up ended:\n{self.said()}"
        return "First data" in self.said()

"""`vedette up`: which processes there are, with what they are started, and where to go once they run."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vedette.child import Child, Program
from vedette.durations import print_duration
from vedette.errors import CannotStart
from vedette.screen import Screen
from vedette.server import listen
from vedette.settings import EngineSettings
from vedette.supervisor import Supervisor

_US = (sys.executable, "-m", "vedette")
_COUNT = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum"


@dataclass(frozen=True)
class DemoChoice:
    """The demo that runs too: its first port, its load, and how long its day lasts (ms)."""

    port: int
    peak: float
    day_ms: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class House:
    """One machine's Vedette, with or without a demo."""

    engine: EngineSettings
    dashboards_port: int = 8050
    demo: DemoChoice | None = None

    def run(self) -> int:
        """Run until told to end; the exit status. Raises `CannotStart` before anything was started."""
        began_ms = time.time_ns() // 1_000_000
        self._check_ports()
        log = self._log_directory()
        screen = Screen()
        children = [Child(program, log / f"{program.name}.log", screen.notice) for program in self.programs()]
        supervisor = Supervisor(
            children,
            screen,
            ready=lambda: self._announce(screen),
            first=partial(self._first_data, began_ms) if self.demo else None,
        )
        return supervisor.run()

    @property
    def api(self) -> str:
        return f"http://{_reached(self.engine.host)}:{self.engine.port}"

    @property
    def pages(self) -> str:
        return f"http://{_reached(self.engine.host)}:{self.dashboards_port}"

    def programs(self) -> Iterator[Program]:
        """What runs, in the order in which it starts."""
        yield Program("engine", (*_US, "engine", *self._engine_options()), f"{self.api}/readyz", 20.0, self._secrets())
        arguments = [*_US, "dashboards", "--host", self.engine.host, "--port", str(self.dashboards_port)]
        arguments += ["--api-url", self.api]
        if self.demo is not None:
            arguments += ["--demo-url", self.demo.url]
        yield Program("dashboards", tuple(arguments), f"{self.pages}/healthz")
        if self.demo is not None:
            yield Program("demo", (*_US, "demo", *self._demo_options(self.demo)), f"{self.demo.url}/healthz")

    def _demo_options(self, demo: DemoChoice) -> Iterator[str]:
        yield from ("--collector", self.api, "--demo-port", str(demo.port))
        yield from ("--step", print_duration(self.engine.step_ms))
        yield from ("--peak", str(demo.peak), "--day", print_duration(demo.day_ms))

    def _engine_options(self) -> Iterator[str]:
        engine = self.engine
        yield from ("--data", str(engine.data), "--host", engine.host, "--port", str(engine.port))
        yield from ("--otlp-port", str(engine.otlp_port), "--dashboards-url", f"{self.pages}/")
        yield from ("--step", print_duration(engine.step_ms), "--max-age", print_duration(engine.max_age_ms))
        yield from ("--reserve", f"{engine.reserve}B")
        rules = engine.rules or self._demo_rules()
        if rules is not None:
            yield from ("--rules", str(rules))

    def _secrets(self) -> dict[str, str]:
        """By the environment, not by arguments: everybody on the machine can read those."""
        return {"VEDETTE_CLICKHOUSE": self.engine.clickhouse} if self.engine.clickhouse else {}

    def _demo_rules(self) -> Path | None:
        rules = Path(__file__).parent.parent / "examples" / "demo-alerts.yaml"
        return rules if self.demo is not None and rules.exists() else None

    def _check_ports(self) -> None:
        host = self.engine.host
        wanted = [(host, self.engine.port, "the API (--port)")]
        wanted.append((host, self.engine.otlp_port, "OpenTelemetry (--otlp-port)"))
        wanted.append((host, self.dashboards_port, "the dashboards (--dashboards-port)"))
        if self.demo is not None:
            wanted.append(("127.0.0.1", self.demo.port, "the demo's control (--demo-port)"))
        for address, port, what in wanted:
            listen(address, port, what).close()

    def _log_directory(self) -> Path:
        log = self.engine.data / "logs"
        try:
            log.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(f"The data directory {self.engine.data} cannot be used: {error.strerror}.") from error
        return log

    def _announce(self, screen: Screen) -> None:
        rows = [
            (self.pages, "the pages: begin here"),
            (self.api, f"agents, Atlas's publish and the query API ({self.api}/api/docs)"),
            (f"http://{_reached(self.engine.host)}:{self.engine.otlp_port}", "OpenTelemetry traces over HTTP"),
        ]
        if self.demo is not None:
            rows.append(("vedette fault latency on", "breaks something in the demo; --help says what else"))
        screen.addresses(rows)
        screen.say(f"Data and logs are in {self.engine.data}. Ctrl-C ends everything; the data stays.")
        if self.demo is not None:
            screen.say("Waiting for the first data of the demo ...")

    def _first_data(self, began_ms: int) -> str | None:
        """A sentence with the first number that this run brought, not an earlier one."""
        question = urllib.parse.urlencode({"q": _COUNT, "s": "e-2m", "format": "json"})
        try:
            with urllib.request.urlopen(f"{self.api}/api/v1/graph?{question}", timeout=2) as answer:
                found = json.load(answer)
        except (OSError, urllib.error.URLError, ValueError):
            return None
        for number, point in enumerate(found.get("values", [])):
            (value,) = point or (None,)
            if found["start"] + number * found["step"] > began_ms and isinstance(value, float | int) and value > 0:
                return f"First data: {value:.1f} requests/s between the demo's services"
        return None


def _reached(host: str) -> str:
    """The address by which this machine reaches a listener on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)

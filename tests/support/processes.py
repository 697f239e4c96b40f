"""Real `vedette` processes on free ports: started, waited for, ended or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.ports import free_ports
from tests.support.waiting import until
from vedette import lifeline
from vedette.supervisor import answers


class Answer(NamedTuple):
    """What a server said to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    method: str | None = None,
    seconds: float = 30,
) -> Answer:
    """One request, whatever its answer's status. Raises OSError (URLError) where there is no answer."""
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return Answer(answer.status, dict(answer.headers.items()), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers.items()), error.read())


class Running:
    """A `vedette` command in a process of its own; its output goes to a file. It does not outlive this process."""

    def __init__(self, *arguments: str, log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.arguments = arguments
        self.log = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vedette", *arguments],
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,  # a lifeline, held open
                env=lifeline.environment({**os.environ, **(environment or {})}),
                process_group=0,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def until_ready(self, url: str, *, seconds: float = 60) -> None:
        """Until `url` answers well. An AssertionError with the output when the process ends before."""

        def ready() -> bool:
            assert self.process.poll() is None, f"vedette {self.arguments[0]} ended:\n{self.said()}"
            return answers(url)

        until(ready, seconds=seconds, what=f"{url}; it said:\n{self.said()}")

    def end(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 30) -> int:
        """Ask it to end, and wait; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"vedette {self.arguments[0]} did not end:\n{self.said()}") from None

    def kill(self) -> None:
        """kill -9, of this process only."""
        self.process.kill()
        self.process.wait()


class Engine:
    """An engine owner over `data`, that may be killed and started again."""

    def __init__(self, data: Path, *options: str, clickhouse: str | None = None, step: str = "1s") -> None:
        self.port, self.otlp_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.otlp_url = f"http://127.0.0.1:{self.otlp_port}"
        self.data = data
        self._options = (*options, "--step", step)
        self._environment = {"VEDETTE_CLICKHOUSE": clickhouse} if clickhouse else {}
        self.running: Running | None = None

    def start(self) -> Engine:
        self.data.mkdir(parents=True, exist_ok=True)
        ports = ("--port", str(self.port), "--otlp-port", str(self.otlp_port))
        self.running = Running(
            *("engine", "--data", str(self.data), *ports, *self._options),
            log=self.data / "engine.log",
            environment=self._environment,
        )
        self.running.until_ready(f"{self.url}/readyz")
        return self

    def end(self) -> int:
        assert self.running is not None
        return self.running.end()

    def kill(self) -> None:
        assert self.running is not None
        self.running.kill()

    def get(self, path: str, **parameters: str) -> Answer:
        """One request to the API."""
        return ask(f"{self.url}{path}?{urllib.parse.urlencode(parameters)}")

    def post(self, path: str, body: bytes, content_type: str, **headers: str) -> Answer:
        return ask(f"{self.url}{path}", body, {"content-type": content_type, **headers})

    def total(self, query: str, *, start: str, end: str = "now", step_s: float = 1.0) -> float:
        """The events that the rates of `query` (one line) stand for between two times: sum of value x step."""
        answer = self.get("/api/v1/graph", q=query, s=start, e=end, step=f"{step_s:g}s", format="json")
        assert answer.status == 200, answer.body
        values = [line for point in answer.json()["values"] for line in point]
        return step_s * sum(value for value in values if isinstance(value, int | float))


@contextmanager
def engine(data: Path, *options: str, clickhouse: str | None = None, step: str = "1s") -> Iterator[Engine]:
    """A running engine, ended with the block."""
    one = Engine(data, *options, clickhouse=clickhouse, step=step).start()
    try:
        yield one
    finally:
        one.end()


@contextmanager
def dashboards(api_url: str, log: Path, *options: str) -> Iterator[str]:
    """Running dashboards over an API; their address."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    running = Running("dashboards", "--port", str(port), "--api-url", api_url, *options, log=log)
    try:
        running.until_ready(f"{url}/healthz")
        yield url
    finally:
        running.end()

"""Collectors in processes of their own: started, asked, killed, started again."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.support.waiting import until


class Answer(NamedTuple):
    status: int
    body: bytes


class Server:
    """`tests.collector.serve` in a process; leaving the context ends it, kindly unless it was killed."""

    def __init__(self, journal: Path, store: str | Path, *options: str) -> None:
        self.journal = journal
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.collector.serve", "--journal", str(journal), "--store", str(store), *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        announced = self.process.stdout.readline().split()
        assert announced[:1] == ["port"], f"the server did not start: {self.process.wait()}"
        self.port = int(announced[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection of its own. Raises OSError or HTTPException when the server is gone."""
        return self._ask("POST", path, body, headers)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, None)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        lines = self.get("/metrics").body.decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def until_loaded(self, seconds: float = 60) -> None:
        """Wait until nothing is left in the journal."""
        until(lambda: self.metric("vedette_collector_journal_segments") == 0, seconds=seconds, what="an empty journal")

    def kill(self) -> None:
        """End the process as a power cut would, as far as a process can tell."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()

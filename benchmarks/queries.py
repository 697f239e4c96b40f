"""What questions cost, from HTTP to JSON: the speed lines of the query API, each beside the bare engine.

    python -m benchmarks.queries [--data DIRECTORY] [--repeats 7] [--only sum,one]

An engine owner runs in a process of its own over a store of 28 million samples (10,000 series x 3 h and 2,000 series x
24 h, at 10 s; `--data` keeps it for the next time). CPU is that of the engine owner's process. `bare` is the least that
the engine could be asked: raw samples without duplicates and sources, no API, no JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.http_load import Timed, ask
from benchmarks.measuring import cpu_seconds, quantile
from benchmarks.query_store import END_FILE, LONG, WIDE
from tests.support.ports import free_ports
from tests.support.processes import Running
from vedette_query.errors import QueryError
from vedette_query.evaluation.plan import plan
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_storage.memory import MemoryStore

CASES = Path(__file__).parent.parent / "tests" / "data" / "conformance" / "atlas_cases.json"
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Question:
    """A question, its budget in ms, and the one of the bare engine beside which it stands."""

    title: str
    name: str
    budget: int
    query: str
    hours: int
    width: int
    bare: str


WIDE_SUM = f"name,{WIDE.name},:eq,:sum"
QUESTIONS = (
    Question("sum over 10,000 series x 3 h at 10 s", "sum", 400, WIDE_SUM, 3, 1100, "sum"),
    Question("the same by 10 groups", "by", 600, f"{WIDE_SUM},(,app,),:by", 3, 1100, "by"),
    Question("one series x 3 h at 10 s", "one", 25, f"name,{WIDE.name},:eq,node,i-000007,:eq,:and", 3, 1100, "one"),
    Question("sum over 2,000 series x 24 h at 5 m", "day", 80, f"name,{LONG.name},:eq,:sum", 24, 300, "day"),
)


@dataclass(frozen=True)
class Server:
    """An engine owner that answers, and the end of the data in its store."""

    url: str
    pid: int
    end_ms: int

    def path(self, query: str, hours: float, width: int, name: str = "json", of: str = "graph") -> str:
        start = self.end_ms - int(hours * HOUR_MS)
        given = {"q": query, "s": start, "e": self.end_ms, "w": width, "format": name, "tz": "UTC"}
        return f"/api/v1/{of}?{urlencode(given)}"

    def times(self, paths: list[str], clients: int, each: int) -> tuple[list[Timed], float]:
        """The answers, and the CPU milliseconds that one cost."""
        before = cpu_seconds([self.pid])
        found = asyncio.run(ask(self.url, paths, clients, each))
        cost = cpu_seconds([self.pid]) - before
        wrong = [timed for timed in found if timed.status != 200]
        assert not wrong, f"{len(wrong)} of {len(found)} answers were {wrong[0].status}"
        return found, 1000 * cost / len(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a directory whose store is kept; filled when it is new")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", default="sum,by,one,day,many,parse,png", help="which of the lines")
    chosen = parser.parse_args()
    with _directory(chosen.data) as data:
        only = chosen.only.split(",")
        if not (data / "store" / END_FILE).exists():
            _run("fill", data)
        bare = json.loads(_run("bare", data))
        print(f"{'':42}{'budget':>8}{'wall':>8}{'CPU':>8}{'bare':>8}{'CPU':>8}{'ratio':>7}   ms, medians")
        with _served(data) as server:
            for question in QUESTIONS:
                if question.name in only:
                    _question(server, question, chosen.repeats, bare[question.bare])
            for name, measure in {"many": _many, "png": _png}.items():
                if name in only:
                    measure(server)
        if "parse" in only:
            _parse()


def _question(server: Server, question: Question, repeats: int, bare: tuple[float, float]) -> None:
    path = server.path(question.query, question.hours, question.width)
    server.times([path], 1, 2)
    found, cpu = server.times([path], 1, repeats)
    wall = 1000 * median(timed.seconds for timed in found)
    ratio = f"{bare[0]:8.0f}{bare[1]:8.0f}{cpu / bare[1]:7.2f}"
    print(f"{question.title:42}{question.budget:8}{wall:8.0f}{cpu:8.0f}{ratio}")


def _many(server: Server) -> None:
    """Fifty people, each with a chart of one series of their own."""
    paths = [server.path(f"name,{WIDE.name},:eq,node,i-{n:06},:eq,:and", 1, 400) for n in range(0, 5_000, 97)]
    server.times(paths, 4, 5)
    found, cpu = server.times(paths, 50, 10)
    p50, p95 = (1000 * quantile((timed.seconds for timed in found), share) for share in (0.5, 0.95))
    print(f"{'50 at once, one series x 1 h each: p95':42}{500:8}{p95:8.0f}{cpu:8.0f}   p50 {p50:.0f} ms")


def _png(server: Server) -> None:
    """What drawing takes after the data is there: the stage of rendering, as the server measures it."""
    query = f"name,{WIDE.name},:eq,node,(,{','.join(f'i-{n:06}' for n in range(20))},),:in,:and,(,node,),:by"
    path = server.path(query, 3, 1100, "png", "explain")
    server.times([path], 1, 2)
    stages = [_stages(server, path) for _ in range(5)]
    render, read = (median(stage[name] for stage in stages) for name in ("render", "read"))
    print(f"{'PNG of 20 lines x 3 h, drawing alone':42}{250:8}{render:8.0f}{'':8}   reading {read:.0f} ms")


def _stages(server: Server, path: str) -> dict[str, float]:
    """Milliseconds by stage."""
    import urllib.request  # noqa: PLC0415  # here alone the body counts

    with urllib.request.urlopen(server.url + path) as answer:
        return {stage["name"]: stage["ms"] for stage in json.load(answer)["stages"]}


def _parse() -> None:
    """The longest expression among the recorded cases, from its text to the selections to read."""
    cases = json.loads(CASES.read_text())
    settings = Settings()
    graph = GraphService(MemoryStore().samples, Catalogue(settings.custom_averages), settings)

    def work(text: str) -> None:
        request = GraphRequest(text, timezones=("UTC",))
        plan([styled.expr for styled in graph.parse(request)], graph.window(request))

    for case in sorted((*cases["eval"], *cases["parse"]), key=lambda case: len(case["expr"]), reverse=True):
        with suppress(QueryError):  # some cases show what is refused
            work(case["expr"])
            break
    text = case["expr"]
    print(f"{f'parse and plan of {len(text)} characters':42}{2:8}{_milliseconds(lambda: work(text)):8.2f}")


def _milliseconds(work: Callable[[], None], rounds: int = 50) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * median(times)


def _run(what: str, data: Path) -> str:
    """One of the works on the store, in a process of its own: the engine can be open in one alone."""
    command = [sys.executable, "-m", "benchmarks.query_store", what, str(data / "store")]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent).stdout


@contextmanager
def _served(data: Path) -> Iterator[Server]:
    port, otlp = free_ports(2)
    running = Running(
        *("engine", "--data", str(data), "--port", str(port), "--otlp-port", str(otlp)), log=data / "engine.log"
    )
    url = f"http://127.0.0.1:{port}"
    running.until_ready(f"{url}/readyz")
    try:
        yield Server(url, running.process.pid, int((data / "store" / END_FILE).read_text()))
    finally:
        running.end()


@contextmanager
def _directory(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


if __name__ == "__main__":
    main()

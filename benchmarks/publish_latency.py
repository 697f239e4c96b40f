"""Latency of publishing while four slow callbacks of the dashboards run all the time (budget: p99 <= 50 ms).

    python -m benchmarks.publish_latency [--seconds 30] [--series 400]

An engine owner and dashboards run as `vedette up` runs them, over a store with three hours of samples. Four readers
call Explore's callback over HTTP, as a browser does, one call after the other; its question is so large that a call
takes 300 ms and more. Meanwhile one agent publishes a batch of 1,000 samples ten times a second.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import random
import re
import tempfile
import threading
import time
import urllib.parse
from array import array
from pathlib import Path

from benchmarks.measuring import quantile
from tests.dashboards.callbacks import Callbacks
from tests.support.processes import Engine, dashboards, engine
from tests.support.waiting import until
from vedette_agent import wire

STEP_MS = 10_000
STEPS = 3 * 360
READERS = 4
SETTLE_S = 10.0  # the engine merges what it was given so fast
SHARDS = 8
QUESTION = "name,history,:eq,:sum,(,shard,),:by,:dup,name,history,:eq,:max,(,shard,),:by"
EVERY_S = 0.1
SAMPLES = 1_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--series", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        with engine(data, step="10s") as one, dashboards(one.url, data / "dashboards.log") as pages:
            fill(one, given.series)
            time.sleep(SETTLE_S)
            alone = publish(one, given.seconds)
            stop, calls = threading.Event(), list[float]()
            readers = [threading.Thread(target=read, args=(pages, stop, calls)) for _ in range(READERS)]
            for reader in readers:
                reader.start()
            under = publish(one, given.seconds)
            stop.set()
            for reader in readers:
                reader.join()
    print(f"{'':<34}{'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}{'count':>8}")
    report("publish, nobody reads", alone)
    report(f"publish, {READERS} callbacks run", under)
    report("the callbacks", calls)


def fill(one: Engine, series: int) -> None:
    """Three hours of history, one batch a step."""
    now_ms = int(time.time() * 1000) // STEP_MS * STEP_MS
    rows = [(wire.RATE, "history", {"shard": str(i % SHARDS), "node": f"i-{i:05}"}) for i in range(series)]
    table = wire.series_table({"app": "history"}, rows)
    connection = http.client.HTTPConnection("127.0.0.1", one.port)
    for number in range(STEPS):
        values = array("d", (random.random() for _ in range(series)))
        post(connection, wire.Batch(STEP_MS, now_ms - (STEPS - number) * STEP_MS, 1, number, table, values))
    connection.close()

    def stored() -> bool:
        found = re.search(r"^vedette_collector_rows_written_total (\S+)", one.get("/metrics").body.decode(), re.M)
        return found is not None and float(found[1]) >= series * STEPS

    until(stored, seconds=60, what="the history")


def publish(one: Engine, seconds: float) -> list[float]:
    """Latencies in seconds of one agent's batches."""
    rows = [(wire.RATE, "live", {"node": f"i-{i:05}"}) for i in range(SAMPLES)]
    table = wire.series_table({"app": "live"}, rows)
    connection = http.client.HTTPConnection("127.0.0.1", one.port)
    took: list[float] = []
    began = time.monotonic()
    for number in range(int(seconds / EVERY_S)):
        time.sleep(max(0.0, began + number * EVERY_S - time.monotonic()))
        now_ms = int(time.time() * 1000) // STEP_MS * STEP_MS
        values = array("d", (random.random() for _ in range(SAMPLES)))
        took.append(post(connection, wire.Batch(STEP_MS, now_ms, number + 1, number, table, values)))
    connection.close()
    return took


def post(connection: http.client.HTTPConnection, batch: wire.Batch) -> float:
    """Send one batch; seconds until its answer was read."""
    body = gzip.compress(wire.encode(batch), 1)
    headers = {"content-type": wire.CONTENT_TYPE, "content-encoding": "gzip"}
    began = time.perf_counter()
    connection.request("POST", "/api/v1/batch", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    took = time.perf_counter() - began
    assert answer.status == 200, said
    return took


def read(pages: str, stop: threading.Event, calls: list[float]) -> None:
    """Call Explore's callback until told to stop."""
    search = "?" + urllib.parse.urlencode({"q": QUESTION, "s": "e-3h"})
    with Callbacks(pages) as callbacks:
        while not stop.is_set():
            began = time.perf_counter()
            drawn = callbacks.call("explore-graph-figure.data", url__search=search, zone__data="UTC", url__href=pages)
            calls.append(time.perf_counter() - began)
            assert "shard" in str(drawn), drawn


def report(what: str, seconds: list[float]) -> None:
    """One line."""
    p50, p99, most = (1000 * quantile(seconds, share) for share in (0.5, 0.99, 1.0))
    print(f"{what:<34}{p50:>8.1f}{p99:>8.1f}{most:>8.1f}{len(seconds):>8}")


if __name__ == "__main__":
    main()

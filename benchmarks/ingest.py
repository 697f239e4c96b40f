"""Samples per second, and CPU seconds per million samples, from HTTP to stored in the embedded engine.

    python benchmarks/ingest.py [--protocol publish|batch|traces] [--series 5000] [--requests 400] [--senders 4]

A collector over a fresh embedded store runs in a process of its own; senders with keep-alive post prepared bodies. The
CPU counted is that of the collector's process alone, from the first request until the last row is stored.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson
import uvicorn
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client import CollectorRegistry, generate_latest
from starlette.responses import Response

from vedette_agent import wire
from vedette_collector.app import Collector
from vedette_collector.settings import Settings
from vedette_storage.clickhouse import open_store

STEP_MS = 10_000


@dataclass(frozen=True)
class Load:
    """Bodies to post to one address, and how many facts are in each."""

    path: str
    headers: dict[str, str]
    bodies: list[bytes]
    facts: int


def tags_of(i: int) -> dict[str, str]:
    """Tags shaped like those of a service's requests: nine keys, of which some vary."""
    return {
        "statistic": ("count", "totalTime", "totalOfSquares", "max")[i % 4],
        "owner": "vedette-agent",
        "ipc.result": "success" if i % 10 else "failure",
        "ipc.status": "success" if i % 10 else "timeout",
        "ipc.endpoint": f"_api_v1_titles_{i // 40}",
        "http.method": "GET",
        "http.status": "200" if i % 10 else "504",
        "ipc.client.app": f"caller-{i % 13}",
        "shard": f"s{i}",
    }


COMMON = {"app": "playback", "region": "us-east-1", "zone": "us-east-1a", "env": "prod", "node": "i-0123456789"}


def publish_load(series: int, requests: int, now_ms: int) -> Load:
    """Atlas JSON: one datapoint of each series a body; the common tags once, as Atlas's own clients send them."""
    random = Random(1)
    metrics = [{"tags": {"name": "ipc.server.call", **tags_of(i)}} for i in range(series)]
    bodies = []
    for stamp in _stamps(requests, now_ms):
        datapoints = [{**metric, "timestamp": stamp, "value": random.randrange(1000) / 10} for metric in metrics]
        bodies.append(orjson.dumps({"tags": COMMON, "metrics": datapoints}))
    return Load("/api/v1/publish", {"Content-Type": "application/json"}, bodies, series)


def batch_load(series: int, requests: int, now_ms: int) -> Load:
    """The agent's format: the same series, the table repeated in each body."""
    random = Random(1)
    table = wire.series_table(COMMON, [("r", "ipc.server.call", tags_of(i)) for i in range(series)])
    bodies = []
    for n, stamp in enumerate(_stamps(requests, now_ms)):
        values = array("d", (random.randrange(1000) / 10 for _ in range(series)))
        bodies.append(gzip.compress(wire.encode(wire.Batch(STEP_MS, stamp, 7, n, table, values)), 1))
    return Load("/api/v1/batch", {"Content-Type": wire.CONTENT_TYPE, "Content-Encoding": "gzip"}, bodies, series)


def traces_load(spans: int, requests: int, now_ms: int) -> Load:
    """OTLP protobuf: spans of ten to a trace, with six attributes each."""
    random = Random(1)
    bodies = []
    for _ in range(requests):
        request = ExportTraceServiceRequest()
        resource = request.resource_spans.add()
        for key, text in (("service.name", "playback"), ("cloud.region", "us-east-1"), ("service.instance.id", "i-1")):
            resource.resource.attributes.add(key=key).value.string_value = text
        scope = resource.scope_spans.add()
        for i in range(spans):
            if i % 10 == 0:
                trace_id = random.randbytes(16)
            span = scope.spans.add(trace_id=trace_id, span_id=random.randbytes(8), name=f"GET /titles/{i % 20}", kind=2)
            span.start_time_unix_nano = (now_ms - random.randrange(60_000)) * 1_000_000
            span.end_time_unix_nano = span.start_time_unix_nano + random.randrange(100_000_000)
            for key, text in tags_of(i % 500).items():
                if key.startswith(("http", "ipc")):
                    span.attributes.add(key=key).value.string_value = text
        bodies.append(request.SerializeToString())
    return Load("/v1/traces", {"Content-Type": "application/x-protobuf"}, bodies, spans)


LOADS = {"publish": publish_load, "batch": batch_load, "traces": traces_load}


def _stamps(requests: int, now_ms: int) -> Iterator[int]:
    last = now_ms // STEP_MS * STEP_MS
    return (last - n * STEP_MS for n in range(requests))


def serve(directory: Path, decoders: int) -> None:
    """Run a collector over an embedded store; prints its port, and its health at /metrics."""
    registry = CollectorRegistry()
    store = open_store(directory / "data", step_ms=STEP_MS)
    settings = Settings(step_ms=STEP_MS, decoders=decoders)
    collector = Collector(store.writer, directory / "journal", settings, registry=registry)
    collector.start()
    app = FastAPI()
    app.include_router(collector.router())
    app.add_route("/metrics", lambda _: Response(generate_latest(registry)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    bound = server.config.bind_socket()
    print(f"port {bound.getsockname()[1]}", flush=True)
    try:
        server.run([bound])
    finally:
        collector.stop()
        store.close()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024  # type: ignore[index]


def metric(port: int, name: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def send(port: int, load: Load, bodies: list[bytes]) -> list[float]:
    """Post bodies one after the other; seconds for each."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for body in bodies:
        while True:
            began = time.perf_counter()
            connection.request("POST", load.path, body, load.headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 503:
                break
            time.sleep(0.1)
        times.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"status {answer.status}: {text[:300]!r}")
    return times


def measure(port: int, pid: int, load: Load, senders: int) -> None:
    _reached(port)
    send(port, load, load.bodies[:2])  # every series is met
    warm = 2 * load.facts
    _until_stored(port, warm)
    bodies = load.bodies[2:]
    cpu, began = cpu_seconds(pid), time.perf_counter()
    with ThreadPoolExecutor(senders) as pool:
        times = sorted(
            each for part in pool.map(lambda n: send(port, load, bodies[n::senders]), range(senders)) for each in part
        )
    acknowledged = time.perf_counter() - began
    facts = len(bodies) * load.facts
    _until_stored(port, warm + facts)
    stored = time.perf_counter() - began
    used = cpu_seconds(pid) - cpu
    print(
        f"{load.path}: {facts} facts in {len(bodies)} requests of {len(bodies[0])} bytes from {senders} senders\n"
        f"  acknowledged {facts / acknowledged / 1e3:.0f} k/s, stored {facts / stored / 1e3:.0f} k/s,"
        f" {used / facts * 1e6:.2f} CPU s per million stored\n"
        f"  request p50 {times[len(times) // 2] * 1e3:.1f} ms, p99 {times[int(len(times) * 0.99)] * 1e3:.1f} ms;"
        f" peak memory {resident_mb(pid):.0f} MB"
    )


def _reached(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port).connect()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _until_stored(port: int, facts: int) -> None:
    deadline = time.monotonic() + 120
    while metric(port, "vedette_collector_rows_written_total") < facts:
        if time.monotonic() > deadline:
            raise SystemExit("the rows were not stored within two minutes")
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--protocol", choices=LOADS, action="append")
    parser.add_argument("--series", type=int, default=5_000, help="samples or spans a request")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--decoders", type=int, default=Settings.decoders, help="decoding threads of the collector")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.decoders)
        return
    for protocol in arguments.protocol or LOADS:
        load = LOADS[protocol](arguments.series, arguments.requests, time.time_ns() // 1_000_000)
        with tempfile.TemporaryDirectory() as directory:
            command = [sys.executable, __file__, "--serve", directory, "--decoders", str(arguments.decoders)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            try:
                assert process.stdout is not None
                port = int(process.stdout.readline().split()[1])
                measure(port, process.pid, load, arguments.senders)
            finally:
                process.terminate()
                process.wait(30)


if __name__ == "__main__":
    main()

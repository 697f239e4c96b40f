"""What a picture costs: 20 lines of three hours at ten seconds, 700 x 300, from an answer to PNG; and its memory.

`python -m benchmarks.charts`: no store, no server, one thread.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import numpy as np

import vedette_query.app  # noqa: F401  # what the process holds anyway is not the picture's
from benchmarks.measuring import resident_mib
from vedette_query.answer import Answer, AnswerExpression, AnswerLine
from vedette_query.chart.draw import draw
from vedette_query.chart.options import ChartOptions
from vedette_query.chart.plan import plan

LINES, POINTS, STEP_MS = 20, 1081, 10_000
ROUNDS = 20  # their median is said


def answer() -> Answer:
    """Twenty noisy lines."""
    noise = np.random.default_rng(1)
    at = np.arange(POINTS)
    lines = tuple(
        AnswerLine(
            f"app=web, node=i-{n:05}",
            {"name": "cpu", "node": f"i-{n:05}"},
            (10 * n + 5 * np.sin(at / 60) + noise.normal(0, 2, POINTS)).tolist(),
            query="name,cpu,:eq,:sum,(,node,),:by",
            place=n,
        )
        for n in range(LINES)
    )
    return Answer(1_795_305_600_000, STEP_MS, POINTS, lines, expressions=(AnswerExpression(lines=LINES),))


def main() -> None:
    """Measure and print."""
    given, options = answer(), ChartOptions(title="CPU by node")
    before = resident_mib([os.getpid()])
    assert "matplotlib" not in sys.modules, "matplotlib is to be loaded by the first picture"
    began = time.perf_counter()
    png = draw(plan(given, options))
    print(f"first picture  {1000 * (time.perf_counter() - began):6.0f} ms  {len(png) / 1e3:.0f} kB")
    chart = plan(given, options)
    for name, work in (("plan", lambda: plan(given, options)), ("draw", lambda: draw(chart))):
        wall, cpu = [], []
        for _ in range(ROUNDS):
            began, spent = time.perf_counter(), time.thread_time()
            work()
            wall.append(time.perf_counter() - began)
            cpu.append(time.thread_time() - spent)
        print(f"{name}           {1000 * statistics.median(wall):6.0f} ms, CPU {1000 * statistics.median(cpu):.0f} ms")
    print(f"memory         {resident_mib([os.getpid()]) - before:6.0f} MiB more than before the first picture")


if __name__ == "__main__":
    main()

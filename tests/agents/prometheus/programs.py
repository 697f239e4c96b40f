"""Programs that run against prometheus-client and against our facade: what they see and expose is to be the same."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# Which of the two modules a program gets is known at run time only.

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Program = Callable[[Any, Any], Any]
"""Takes the module (theirs or ours) and a registry; what it returns or raises is compared too."""


def plain_counter(m: Any, r: Any) -> None:
    c = m.Counter("c", 'A "count"\nof \\ things', registry=r)
    c.inc()
    c.inc(2.5)
    c.inc(amount=4)


def counter_with_total(m: Any, r: Any) -> None:
    m.Counter("requests_total", "R", ["method", "code"], namespace="shop", subsystem="web", registry=r)
    c = m.Counter("errors_total", "E", ["method", "code"], registry=r)
    c.labels("GET", 200).inc()
    c.labels(code="500", method="POST").inc(3)
    c.labels("GET", "200").inc()
    assert c.labels("GET", "200") is c.labels(code=200, method="GET")


def unit(m: Any, r: Any) -> None:
    m.Counter("bytes_read", "B", unit="bytes", registry=r).inc(7)
    m.Histogram("wait", "W", unit="seconds", registry=r).observe(0.3)


def escaped_labels(m: Any, r: Any) -> None:
    g = m.Gauge("g", "G", ["l"], registry=r)
    for text in ('a"b', "a\\b", "a\nb", "", "é", " ", "a,b={}"):
        g.labels(text).set(1)


def gauges(m: Any, r: Any) -> None:
    g = m.Gauge("level", "L", registry=r)
    g.set(5)
    g.inc()
    g.dec(2.5)
    m.Gauge("unset", "U", registry=r)
    m.Gauge("huge", "H", registry=r).set(12345678901.0)
    m.Gauge("small", "S", registry=r).set(1e-7)
    m.Gauge("odd", "O", ["v"], registry=r).labels("nan").set(float("nan"))
    m.Gauge("inf", "I", ["v"], registry=r).labels("inf").set(float("-inf"))
    m.Gauge("asked", "A", registry=r).set_function(lambda: 42)
    m.Gauge("cast", "C", registry=r).set("7.5")


def gauge_mode(m: Any, r: Any) -> None:
    m.Gauge("recent", "R", multiprocess_mode="mostrecent", registry=r).set(2)


def summaries(m: Any, r: Any) -> None:
    s = m.Summary("size", "S", ["k"], registry=r)
    for value in (1, 2.5, 0, -4):
        s.labels("x").observe(value)
    m.Summary("empty", "E", registry=r)


def histograms(m: Any, r: Any) -> None:
    h = m.Histogram("h_seconds", "H", registry=r)
    for value in (0.005, 0.0051, 0.3, 10, 11, 0):
        h.observe(value)
    own = m.Histogram("own", "O", ["k"], buckets=(1, "2.5", 1e6, 1e7), registry=r)
    own.labels("a").observe(2.5)
    own.labels("b")
    m.Histogram("below", "B", buckets=(-1, 0, 1), registry=r).observe(-2)


def info_and_enum(m: Any, r: Any) -> None:
    m.Info("build", "B", registry=r).info({"version": "1", "host": "a@b"})
    m.Info("labelled", "L", ["k"], registry=r).labels("x").info({"v": "2"})
    e = m.Enum("task", "T", states=["starting", "running", "stopped"], registry=r)
    e.state("running")
    m.Enum("many", "M", ["k"], states=["a", "b"], registry=r).labels("x").state("b")


def removed_children(m: Any, r: Any) -> None:
    c = m.Counter("c", "C", ["a", "b"], registry=r)
    for a in "xyz":
        for b in "12":
            c.labels(a, b).inc()
    c.remove("x", "1")
    c.remove("never", "there")
    c.remove_by_labels({"b": "2"})
    g = m.Gauge("g", "G", ["a"], registry=r)
    g.labels("x").set(1)
    g.clear()
    g.labels("y").set(2)


def exceptions_counted(m: Any, r: Any) -> None:
    c = m.Counter("failures", "F", registry=r)

    @c.count_exceptions(KeyError)
    def fail(error: Exception) -> None:
        raise error

    for error in (KeyError(), ValueError(), KeyError()):
        with suppress(KeyError, ValueError):
            fail(error)
    with suppress(OSError), c.count_exceptions():
        raise OSError
    assert fail.__name__ == "fail"


def in_progress(m: Any, r: Any) -> list[float]:
    g = m.Gauge("busy", "B", registry=r)
    seen = []

    @g.track_inprogress()
    def work(depth: int) -> None:
        seen.append(r.get_sample_value("busy"))
        if depth:
            work(depth - 1)

    work(2)
    with g.track_inprogress():
        seen.append(r.get_sample_value("busy"))
    return seen


def timed(m: Any, r: Any) -> float:
    h = m.Histogram("t_seconds", "T", ["k"], registry=r)
    with h.labels("block").time() as timer:
        pass

    @h.labels("call").time()
    def call(n: int) -> int:
        return call(n - 1) + 1 if n else 0

    assert call(3) == 3
    with h.time() as late:
        late.labels("late")
    return float(timer.duration >= 0) + r.get_sample_value("t_seconds_count", {"k": "call"})


def asked_for(m: Any, r: Any) -> list[Any]:
    c = m.Counter("c", "C", ["k"], registry=r)
    c.labels("x").inc(3)
    return [
        r.get_sample_value("c_total", {"k": "x"}),
        r.get_sample_value("c_total"),
        r.get_sample_value("c_total", {"k": "y"}),
        str(c),
        sorted({sample.name for family in r.restricted_registry(["c_total"]).collect() for sample in family.samples}),
    ]


def reset(m: Any, r: Any) -> None:
    c = m.Counter("c", "C", registry=r)
    c.inc(5)
    c.reset()
    c.inc(1)


def exemplars(m: Any, r: Any) -> None:
    m.Counter("c", "C", registry=r).inc(2, {"trace_id": "abc"})
    h = m.Histogram("h", "H", registry=r)
    h.observe(0.3, {"trace_id": 'd"e'})
    h.observe(99, exemplar={"trace_id": "f"})


def target(m: Any, r: Any) -> dict[str, str]:
    r.set_target_info({"env": "prod"})
    found: dict[str, str] = r.get_target_info()
    return found


def unregistered(m: Any, r: Any) -> None:
    c = m.Counter("c", "C", registry=r)
    r.unregister(c)
    m.Counter("c", "Other", registry=r).inc()
    m.Counter("nowhere", "N", registry=None).inc()


def coroutine_in_block(m: Any, r: Any) -> None:
    g = m.Gauge("busy", "B", registry=r)

    async def work() -> float:
        with g.track_inprogress():
            await asyncio.sleep(0)
            value: float = r.get_sample_value("busy")
            return value

    async def both() -> list[float]:
        return list(await asyncio.gather(work(), work()))

    assert max(asyncio.run(both())) == 2.0


def odd_names(m: Any, r: Any) -> None:
    m.Counter("a.b-c", "A", ["l.m"], registry=r).labels("x").inc()
    m.Gauge("0é", "G", registry=r).set(1)


def wrong_negative(m: Any, r: Any) -> None:
    m.Counter("c", "C", registry=r).inc(-1)


def wrong_count(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).labels("x", "y")


def wrong_names(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).labels(b="y")


def wrong_both(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).labels("x", a="y")


def wrong_none(m: Any, r: Any) -> None:
    m.Counter("c", "C", registry=r).labels("x")


def wrong_chain(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).labels("x").labels("y")


def wrong_parent_inc(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).inc()


def wrong_parent_set(m: Any, r: Any) -> None:
    m.Gauge("c", "C", ["a"], registry=r).set(1)


def wrong_parent_observe(m: Any, r: Any) -> None:
    m.Histogram("c", "C", ["a"], registry=r).observe(1)


def wrong_twice(m: Any, r: Any) -> None:
    m.Counter("c", "C", registry=r)
    m.Counter("c_total", "C", registry=r)


def wrong_clash(m: Any, r: Any) -> None:
    m.Histogram("c", "C", registry=r)
    m.Gauge("c_sum", "C", registry=r)


def wrong_empty(m: Any, r: Any) -> None:
    m.Counter("", "C", registry=r)


def wrong_reserved(m: Any, r: Any) -> None:
    m.Histogram("c", "C", ["le"], registry=r)


def wrong_double_underscore(m: Any, r: Any) -> None:
    m.Gauge("c", "C", ["__a"], registry=r)


def wrong_buckets(m: Any, r: Any) -> None:
    m.Histogram("c", "C", buckets=(2, 1), registry=r)


def wrong_no_buckets(m: Any, r: Any) -> None:
    m.Histogram("c", "C", buckets=(), registry=r)


def wrong_state(m: Any, r: Any) -> None:
    m.Enum("c", "C", states=["a"], registry=r).state("b")


def wrong_no_states(m: Any, r: Any) -> None:
    m.Enum("c", "C", registry=r)


def wrong_info(m: Any, r: Any) -> None:
    m.Info("c", "C", ["a"], registry=r).labels("x").info({"a": "y"})


def wrong_mode(m: Any, r: Any) -> None:
    m.Gauge("c", "C", multiprocess_mode="often", registry=r)


def wrong_recent(m: Any, r: Any) -> None:
    m.Gauge("c", "C", multiprocess_mode="mostrecent", registry=r).inc()


def wrong_exemplar(m: Any, r: Any) -> None:
    m.Counter("c", "C", registry=r).inc(1, {"t": "x" * 200})


def wrong_unit(m: Any, r: Any) -> None:
    m.Info("c", "C", unit="seconds", registry=r)


def wrong_remove(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).remove("x", "y")


def wrong_remove_by(m: Any, r: Any) -> None:
    m.Counter("c", "C", ["a"], registry=r).remove_by_labels({"b": "y"})


def wrong_set(m: Any, r: Any) -> None:
    m.Gauge("c", "C", registry=r).set("many")


PROGRAMS: list[Program] = [
    value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == __name__
]

"""The expressions the pages ask, in Atlas's stack language.

`ipc.server.call` is what a service counts of the calls it answers, `ipc.client.call` what its callers count of the
calls they make: the first is asked for services that report themselves, the second for those that are only seen from
outside (data stores, other people's APIs).
"""

from __future__ import annotations

from collections.abc import Mapping

FAILED = ("unexpected_error", "connection_error", "unavailable", "timeout", "application_error")
"""The values of `ipc.status` that count as failures; callers' own mistakes (bad_request, throttled, ...) do not."""

SERVED, CALLED = "ipc.server.call", "ipc.client.call"


def requests(*, app: str = "", served: bool = True, by: str = "") -> str:
    """Calls each second."""
    return _sum(_clauses(app, served, {"statistic": "count"}), by)


def failures(*, app: str = "", served: bool = True, by: str = "") -> str:
    """Failed calls each second. Where nothing ever failed there is no line at all: read that as zero."""
    clauses = _clauses(app, served, {"statistic": "count"})
    return _sum([*clauses, f"ipc.status,(,{','.join(FAILED)},),:in"], by)


def latencies(*, app: str = "", served: bool = True) -> str:
    """p50, p95 and p99 in seconds."""
    return f"{_and(_clauses(app, served, {}))},(,50,95,99,),:percentiles"


def subject(served: bool) -> str:
    """The tag that names the called app."""
    return "app" if served else "ipc.server.app"


def escape(text: str) -> str:
    """A tag's value as one token: commas, colons and parentheses as `\\uXXXX`, as Atlas prints them."""
    safe = "".join(f"\\u{ord(c):04x}" if c in ",:" or (c.isspace() and c != " ") else c for c in text)
    if safe != safe.strip():
        safe = "".join(f"\\u{ord(c):04x}" if c == " " else c for c in safe)
    return f"\\u{ord(safe):04x}" if safe in ("(", ")") else safe


def _clauses(app: str, served: bool, more: Mapping[str, str]) -> list[str]:
    clauses = [f"name,{SERVED if served else CALLED},:eq"]
    clauses += [f"{key},{escape(value)},:eq" for key, value in more.items()]
    if app:
        clauses.append(f"{subject(served)},{escape(app)},:eq")
    return clauses


def _and(clauses: list[str]) -> str:
    return clauses[0] + "".join(f",{clause},:and" for clause in clauses[1:])


def _sum(clauses: list[str], by: str) -> str:
    return f"{_and(clauses)},:sum" + (f",(,{by},),:by" if by else "")


_TIME = "name,ipc.server.call,:eq,statistic,totalTime,:eq,:and,:sum,(,app,),:by"
EXAMPLES: tuple[tuple[str, str], ...] = (
    ("Requests each second, by app", requests(by="app")),
    ("Failed requests each second, by app", failures(by="app")),
    ("Requests each second, by outcome", requests(by="ipc.status")),
    ("Median, 95th and 99th percentile of latency, in seconds", latencies()),
    ("Average latency by app, in seconds", f"{_TIME},{requests(by='app')},:div"),
)
"""What Explore offers to a reader who has not written anything yet: what it shows, and the expression."""

"""The apps and who calls whom, read from the traffic graph of the query API (Vizceral's shape). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OUTSIDE = "INTERNET"
_RANK = {"danger": 0, "warning": 1, "ok": 2, "quiet": 3}
DANGER_PERCENT, WARNING_PERCENT = 5.0, 1.0
"""Share of failed calls, in per cent, from which an app is failing, or gives a warning: the API's own limits."""


@dataclass(frozen=True)
class Flow:
    """Calls: each second, failed each second, and latencies in seconds (None: unknown)."""

    rate: float = 0.0
    failed: float = 0.0
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None

    @property
    def error_percent(self) -> float | None:
        """The share of failed calls in per cent; None without calls."""
        return 100 * self.failed / self.rate if self.rate > 0 else None

    def plus(self, other: Flow) -> Flow:
        """Both together. Quantiles cannot be added: the slower one stands, which never hides a slow region."""
        return Flow(
            self.rate + other.rate,
            self.failed + other.failed,
            _slower(self.p50, other.p50),
            _slower(self.p95, other.p95),
            _slower(self.p99, other.p99),
        )


@dataclass(frozen=True)
class App:
    """One app over all regions asked for. `virtual`: it reports nothing itself and is known from its callers."""

    name: str
    flow: Flow
    regions: Mapping[str, Flow] = field(default_factory=dict)
    instances: int | None = None
    virtual: bool = False
    alerts: int = 0

    @property
    def health(self) -> str:
        """`danger`, `warning`, `ok` or `quiet` (no calls): that of the worst region; a firing alert is a warning."""
        worst = min((state(flow) for flow in (self.flow, *self.regions.values())), key=_RANK.__getitem__)
        return "warning" if self.alerts and _RANK[worst] > _RANK["warning"] else worst


@dataclass(frozen=True)
class Fleet:
    """All apps, worst first, and the calls that come from outside."""

    apps: tuple[App, ...]
    outside: Flow
    newest: int | None

    def app(self, name: str) -> App | None:
        return next((app for app in self.apps if app.name == name), None)

    def count(self, health: str) -> int:
        """How many apps are in that state."""
        return sum(app.health == health for app in self.apps)


def state(flow: Flow) -> str:
    """The health of one flow of calls."""
    errors = flow.error_percent
    if errors is None:
        return "quiet"
    return "danger" if errors >= DANGER_PERCENT else "warning" if errors >= WARNING_PERCENT else "ok"


def fleet(traffic: Mapping[str, Any], firing: Mapping[str, int] | None = None) -> Fleet:
    """Read the graph; `firing` counts the firing alerts of each app."""
    found: dict[str, App] = {}
    for region in _regions(traffic):
        for node in _list(region, "nodes"):
            name = str(node.get("name", ""))
            if name == OUTSIDE or "@" in name or not name:
                continue
            known = found.get(name) or App(name, Flow(), alerts=(firing or {}).get(name, 0))
            found[name] = _seen(known, str(region["name"]), node, _list(region, "connections"))
    apps = sorted(found.values(), key=_worst_first)
    updated = [int(at) for region in _regions(traffic) if (at := region.get("updated"))]
    outside = _together(_flow(c) for c in _list(traffic, "connections") if c.get("source") == OUTSIDE)
    return Fleet(tuple(apps), outside, max(updated, default=None))


def neighbours(traffic: Mapping[str, Any], app: str) -> tuple[dict[str, Flow], dict[str, Flow]]:
    """Who calls the app, and whom it calls, over all regions; the busiest first.

    A call between regions stands twice in the graph: in the caller's region with the callee as `app@region`, and in the
    callee's with the caller as `app@region`. Both are read where the app stands under its own name: each counts once.
    """
    callers: dict[str, Flow] = {}
    callees: dict[str, Flow] = {}
    for region in _regions(traffic):
        for connection in _list(region, "connections"):
            source, target = str(connection.get("source")), str(connection.get("target"))
            if target == app:
                peer = source.partition("@")[0]
                callers[peer] = callers.get(peer, Flow()).plus(_flow(connection))
            elif source == app:
                peer = target.partition("@")[0]
                callees[peer] = callees.get(peer, Flow()).plus(_flow(connection))
    return _busiest_first(callers), _busiest_first(callees)


def firing(alerts: Mapping[str, Any]) -> dict[str, int]:
    """How many alerts are firing for each app (the label `app`; "" for those without)."""
    counts: dict[str, int] = {}
    for alert in _list(alerts, "alerts"):
        if alert.get("state") == "firing":
            app = str((alert.get("labels") or {}).get("app", ""))
            counts[app] = counts.get(app, 0) + 1
    return counts


def _seen(app: App, region: str, node: Mapping[str, Any], connections: Sequence[Mapping[str, Any]]) -> App:
    facts = node.get("metadata") or {}
    if facts.get("rate") is None:  # a virtual node may carry no figures: then they are those of the calls to it
        flow = _together(_flow(c) for c in connections if c.get("target") == app.name)
    else:
        rate, failed = float(facts["rate"]), facts.get("errors")
        share = float(facts.get("errorPercent") or 0.0)
        flow = Flow(rate, rate * share / 100 if failed is None else float(failed), *_quantiles(facts))
    instances = facts.get("instances")
    return App(
        app.name,
        app.flow.plus(flow),
        {**app.regions, region: flow},
        app.instances if instances is None else (app.instances or 0) + int(instances),
        bool(facts.get("virtual")) if not app.regions else app.virtual and bool(facts.get("virtual")),
        app.alerts,
    )


def _flow(connection: Mapping[str, Any]) -> Flow:
    metrics, facts = connection.get("metrics") or {}, connection.get("metadata") or {}
    normal, warning, danger = (float(metrics.get(kind) or 0.0) for kind in ("normal", "warning", "danger"))
    return Flow(normal + warning + danger, danger, *_quantiles(facts))


def _quantiles(facts: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    p50, p95, p99 = (None if (v := facts.get(key)) is None else float(v) for key in ("p50", "p95", "p99"))
    return p50, p95, p99


def _together(flows: Iterable[Flow]) -> Flow:
    total = Flow()
    for flow in flows:
        total = total.plus(flow)
    return total


def _slower(one: float | None, other: float | None) -> float | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _worst_first(app: App) -> tuple[int, float, str]:
    # Among the healthy the order is the name's: rows that swap places every ten seconds cannot be read.
    rank = _RANK[app.health]
    return rank, -(app.flow.error_percent or 0.0) if rank < _RANK["ok"] else 0.0, app.name


def _busiest_first(flows: Mapping[str, Flow]) -> dict[str, Flow]:
    return dict(sorted(flows.items(), key=lambda pair: (-pair[1].rate, pair[0])))


def _regions(traffic: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [node for node in _list(traffic, "nodes") if node.get("name") != OUTSIDE]


def _list(body: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return list(body.get(key) or ())

"""Alerts: what is firing, what may soon, what was, and how the rules themselves are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash, Input, dcc, html

from vedette_dashboards import format, live, pulse
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import card, heading
from vedette_dashboards.parts.empty import empty, nothing, waiting
from vedette_dashboards.parts.health import health, mark
from vedette_dashboards.parts.table import Column, row, table
from vedette_dashboards.view import View, parse

_RULES = (
    Column("Rule"),
    Column("State"),
    Column("Rule's health"),
    Column("For", numeric=True, wide=True),
    Column("Last evaluated", numeric=True, wide=True),
)
_RECEIVERS = (
    Column("Receiver"),
    Column("Delivered", numeric=True),
    Column("Waiting", numeric=True),
    Column("Given up", numeric=True),
)
_STATES = {"firing": ("danger", "Firing"), "pending": ("warning", "Pending"), "resolved": ("ok", "Resolved")}
_RULE_STATES = {"firing": ("danger", "Firing"), "pending": ("warning", "Pending"), "inactive": ("ok", "Inactive")}
_RULE_HEALTH = {"ok": ("ok", "Works"), "error": ("danger", "Broken"), "unknown": ("quiet", "Not yet run")}


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    return html.Div([heading("Alerts"), live.region("alerts", waiting(6))])


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "alerts")

    @dash.callback(
        live.output("alerts"),
        Input("tick", "data"),
        Input("zone", "data"),
        Input("url", "search"),
    )
    async def fill(_: int | None, tz: str | None, search: str | None) -> Any:
        try:
            found = await rooms.client.alerts()
        except ApiAway as reason:
            return pulse.away(reason, 1)
        except (Refused, NotFound):
            pulse.fresh(None)
            return live.markup(_unruled())
        rules = list(found.get("rules") or ())
        pulse.fresh(max((int(at) for rule in rules if (at := rule.get("lastEvaluation"))), default=None))
        return live.markup(_page(found, parse(search), tz or "UTC"))


def _page(found: Mapping[str, Any], view: View, tz: str) -> Any:
    alerts, rules = list(found.get("alerts") or ()), list(found.get("rules") or ())
    broken = (found.get("file") or {}).get("error")
    if not rules and not alerts and not broken:
        return _unruled()
    if view.region:
        alerts = [a for a in alerts if (a.get("labels") or {}).get("region") in (None, view.region)]
    by_state = {state: [a for a in alerts if a.get("state") == state] for state in _STATES}
    newest = {"firing": "firedAt", "pending": "activeAt", "resolved": "resolvedAt"}
    sections: list[Any] = []
    if broken:
        told = f"The rule file's newest text is not in use: {broken}"
        sections.append(html.P([mark("danger"), told], className="v-banner v-health-line", role="alert"))
    for state, none in (
        ("firing", "Nothing is firing."),
        ("pending", "Nothing is pending: no rule's condition holds without having held long enough."),
        ("resolved", "Nothing has been resolved lately."),
    ):
        held = sorted(by_state[state], key=lambda a: (_mild(a), -(a.get(newest[state]) or 0)))
        if not held and state != "firing":
            continue
        sections.append(
            card(
                {"firing": "Firing", "pending": "Pending", "resolved": "Recently resolved"}[state],
                html.Ul([_alert(a, view, tz) for a in held], className="v-alerts v-data") if held else nothing(none),
                note=str(len(held)) if held else None,
            )
        )
    sections.append(card("Rules", _rules(rules, view, tz), note=str(len(rules))))
    if found.get("receivers"):
        sections.append(card("Messages", _receivers(found["receivers"]), note="who is told"))
    return html.Div(sections, className="v-stack")


def _alert(alert: Mapping[str, Any], view: View, tz: str) -> Any:
    labels, notes = dict(alert.get("labels") or {}), dict(alert.get("annotations") or {})
    state = str(alert.get("state"))
    said = notes.get("summary") or notes.get("description") or ""
    links: list[Any] = []
    if labels.get("app"):
        links.append(
            dcc.Link("Service", href=view.common().href("service", str(labels["app"])), className="v-quiet-link")
        )
    if alert.get("expr"):
        explored = view.common().put(q=str(alert["expr"])).href("explore")
        links.append(dcc.Link("Explore", href=explored, className="v-quiet-link"))
    if str(notes.get("runbook_url") or notes.get("runbook") or "").startswith(("http://", "https://")):
        runbook = str(notes.get("runbook_url") or notes.get("runbook"))
        links.append(html.A("Runbook", href=runbook, className="v-quiet-link", rel="noopener noreferrer"))
    return html.Li(
        [
            html.Div(
                [_state(state, alert), html.Strong(str(alert.get("rule")))],
                className="v-alert-head",
            ),
            html.P(str(said)) if said else None,
            html.P(
                [
                    _since(alert, tz),
                    f" · value {format.number(alert.get('value'))}",
                    *[
                        html.Span(f"{k}={str(v).strip()}", className="v-tag")
                        for k, v in sorted(labels.items())
                        if k != "alertname"
                    ],
                ],
                className="v-note",
            ),
            html.Div(links, className="v-links"),
        ],
        key=str(alert.get("fingerprint")),
        className=f"v-alert v-alert-{_look(state, alert)}",
    )


def _mild(alert: Mapping[str, Any]) -> bool:
    """Whether nobody need be woken: by the label `severity`, which most rules carry."""
    return str((alert.get("labels") or {}).get("severity", "")).lower() in ("warning", "warn", "info", "notice", "low")


def _state(state: str, alert: Mapping[str, Any]) -> Any:
    return health(_look(state, alert), _STATES.get(state, ("", state))[1])


def _look(state: str, alert: Mapping[str, Any]) -> str:
    look = _STATES.get(state, ("quiet", ""))[0]
    return "warning" if look == "danger" and _mild(alert) else look


def _tag(key: str, value: Any) -> Any:
    return html.Span(f"{key}={str(value).strip()}", className="v-tag")


def _since(alert: Mapping[str, Any], tz: str) -> Any:
    state, now = alert.get("state"), pulse.now_ms()
    key, word = {"firing": ("firedAt", "firing"), "resolved": ("resolvedAt", "resolved")}.get(
        str(state), ("activeAt", "pending")
    )
    at = alert.get(key) or alert.get("activeAt")
    if at is None:
        return word
    gone = format.age((now - float(at)) / 1000)
    when = f"{word} {gone} ago" if state == "resolved" else f"{word} for {gone}"
    return html.Span(when, title=f"since {format.clock(float(at), tz)}")


def _rules(rules: Sequence[Mapping[str, Any]], view: View, tz: str) -> Any:
    rank = {"firing": 0, "pending": 1}
    rows = []
    for rule in sorted(rules, key=lambda r: (rank.get(str(r.get("state")), 2), str(r.get("name")))):
        error = rule.get("lastError")
        evaluated = rule.get("lastEvaluation")
        explored = view.common().put(q=str(rule.get("expr") or "")).href("explore")
        rows.append(
            row(
                _RULES,
                [
                    [
                        dcc.Link(str(rule.get("name")), href=explored),
                        html.Code(str(rule.get("expr") or ""), className="v-second v-expr v-wide"),
                    ],
                    health(*_RULE_STATES.get(str(rule.get("state")), ("quiet", str(rule.get("state"))))),
                    [
                        health(*_RULE_HEALTH.get(str(rule.get("health")), ("quiet", str(rule.get("health"))))),
                        html.Span(str(error), className="v-second v-is-danger") if error else None,
                    ],
                    format.period(rule.get("for")),
                    format.clock(evaluated, tz, now_ms=pulse.now_ms()),
                ],
                key=str(rule.get("name")),
            )
        )
    return table(_RULES, rows, caption="Rules") if rows else nothing("There are no rules.")


def _receivers(receivers: Sequence[Mapping[str, Any]]) -> Any:
    rows = []
    for one in receivers:
        error, dead = one.get("lastError"), int(one.get("dead") or 0)
        named = [
            html.Span(str(one.get("name"))),
            html.Span(str(one.get("url") or ""), className="v-second"),
            html.Span(str(error), className="v-second v-is-danger") if error else None,
        ]
        counts = (f"{int(one.get(key) or 0):,}" for key in ("delivered", "waiting"))
        given_up = html.Span(f"{dead:,}", className="v-is-danger" if dead else "")
        rows.append(row(_RECEIVERS, [named, *counts, given_up], key=str(one.get("name"))))
    return table(_RECEIVERS, rows, caption="Who is told of alerts, and how that went")


def _unruled() -> Any:
    return empty(
        "There are no alert rules",
        "Write rules into a YAML file and start with `vedette up --rules rules.yaml`.",
        code="groups:\n  - name: services\n    rules:\n      - alert: HighErrors\n        expr: ...\n        for: 30s",
        sign="alerts",
    )


PAGE = Page("/alerts", "Alerts", "alerts", layout, register)

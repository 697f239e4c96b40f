"""A list of traces: when, what, how long, how many spans; a row leads to the trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from vedette_dashboards import format, pulse
from vedette_dashboards.parts.empty import nothing
from vedette_dashboards.parts.health import mark
from vedette_dashboards.parts.table import Column, row, table, whole_row_link
from vedette_dashboards.view import View

_COLUMNS = (
    Column("Trace"),
    Column("Duration", numeric=True),
    Column("Spans", numeric=True, wide=True),
    Column("Started", numeric=True),
)
_BAR = 72  # px: the bar of the longest


def trace_list(found: Sequence[Mapping[str, Any]], view: View, tz: str, *, none: str) -> Any:
    """The traces as a table in the order given; `none` is said when there are none."""
    if not found:
        return nothing(none)
    longest = max((float(trace.get("durationMs") or 0) for trace in found), default=0.0)
    now = pulse.now_ms()
    return table(_COLUMNS, [_row(trace, view, tz, longest, now) for trace in found], caption="Traces")


def _row(trace: Mapping[str, Any], view: View, tz: str, longest: float, now: float) -> Any:
    identity, errors = str(trace["traceId"]), int(trace.get("errors") or 0)
    ms = float(trace.get("durationMs") or 0)
    app, operation = str(trace.get("rootApp") or "?"), str(trace.get("rootOperation") or "unnamed")
    return row(
        _COLUMNS,
        [
            [
                html.Span(
                    [
                        mark("danger" if errors else "ok"),
                        whole_row_link(operation, view.common().href("trace", identity)),
                    ],
                    className="v-peer",
                ),
                html.Span(" · ".join(_facts(trace, app, errors)), className="v-second"),
            ],
            html.Span(
                [
                    html.Span(className="v-bar", style={"width": f"{_BAR * ms / longest if longest else 0:.0f}px"}),
                    html.Span(format.duration(ms / 1000)),
                ],
                className="v-barred",
            ),
            f"{int(trace.get('spans') or 0):,}",
            format.clock(float(trace.get("start") or 0), tz, now_ms=now),
        ],
        key=identity,
    )


def _facts(trace: Mapping[str, Any], app: str, errors: int) -> list[str]:
    others = len(set(trace.get("apps") or ()) - {app})
    facts = [app]
    if others:
        facts.append(f"and {format.plural(others, 'other app')}")
    return [" ".join(facts), *([format.plural(errors, "error")] if errors else [])]

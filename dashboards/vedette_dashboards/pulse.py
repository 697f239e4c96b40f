"""The state of the data under a page: how old it is, and whether the API answers at all.

A page's callback ends with `fresh` or `away`; both write the store `pulse`, from which the browser draws the age in the
header and the one banner. While the API is away the callback changes nothing else: the old numbers stay, marked as old.
"""

from __future__ import annotations

import time
from typing import Any

from dash import ctx, no_update, set_props

from vedette_dashboards.errors import ApiAway

STORE = "pulse"


def now_ms() -> int:
    """The clock of this process, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def fresh(newest: float | None, *, waiting: bool = False) -> None:
    """The page has been filled; `newest` is the time (ms) of its newest number, None when it shows no such thing.

    A page that is `waiting` for the first data of a new store is refreshed sooner than the others.
    """
    now = now_ms()
    age = None if newest is None else max(0.0, (now - newest) / 1000)
    _tell({"at": now, "age": age, "away": None, "waiting": waiting})


def away(reason: ApiAway, outputs: int) -> Any:
    """The API is away: say so, and leave the page's `outputs` as they are."""
    _tell({"at": now_ms(), "age": None, "away": str(reason)})
    return no_update if outputs == 1 else (no_update,) * outputs


def _tell(state: dict[str, Any]) -> None:
    # `beat` says which tick of the clock was answered: the browser lets the next one wait for it.
    set_props(STORE, {"data": {**state, "beat": ctx.inputs.get("tick.data")}})

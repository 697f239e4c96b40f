"""What a store knows of itself: facts that are settled when it is created and never change."""

from __future__ import annotations

from typing import Final

from vedette_storage.clickhouse.client import Connections
from vedette_storage.errors import StepMismatch

_STEP: Final = "step_ms"


def settle_step(connections: Connections, database: str, step_ms: int) -> None:
    """Make `step_ms` the primary step of a new store. Raises `StepMismatch` if the store has another."""
    settled = int(_settled(connections, database, _STEP, str(step_ms)))
    if settled != step_ms:
        raise StepMismatch(
            f"The store {database} was created with a step of {settled / 1000:g} s, and its samples lie on that grid; "
            f"it cannot be opened with a step of {step_ms / 1000:g} s. Use {settled / 1000:g} s, or another store."
        )


def _settled(connections: Connections, database: str, key: str, value: str) -> str:
    """The value of a fact, which becomes `value` if there was none. Of two processes at once the first one wins."""
    known = _first(connections, database, key)
    if known is None:
        connections.command(
            f"INSERT INTO `{database}`.store_facts SELECT {{key:String}}, {{value:String}}, now64(9, 'UTC')",
            {"key": key, "value": value},
        )
        known = _first(connections, database, key)
    return value if known is None else known


def _first(connections: Connections, database: str, key: str) -> str | None:
    rows = connections.query(
        f"SELECT value FROM `{database}`.store_facts WHERE key = {{key:String}} ORDER BY written, value LIMIT 1",
        {"key": key},
    )
    found: list[str] = rows["value"].to_pylist()
    return found[0] if found else None

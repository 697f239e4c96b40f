"""Reads the derived edges from ClickHouse."""

from __future__ import annotations

from typing import Final

from vedette_storage.authors import LOOKBACK_MS
from vedette_storage.clickhouse.client import Connections
from vedette_storage.edges import Edge

# Whether a callee reports anything of itself is asked when edges are read: it may begin to at any time.
_EDGES: Final = """\
SELECT toString(src) AS src, toString(src_region) AS src_region,
    toString(dst) AS dst, toString(dst_region) AS dst_region, toString(protocol) AS protocol,
    sum(calls) AS n, sum(warnings) AS w, sum(errors) AS e,
    sumMap(mapKeys(buckets), mapValues(buckets)) AS histogram,
    max(estimated) AS is_estimated,
    dst NOT IN (
        SELECT app FROM series
        UNION DISTINCT
        SELECT app FROM spans
        WHERE ts > fromUnixTimestamp64Milli({start:Int64} - {nearby:Int64}, 'UTC')
            AND ts <= fromUnixTimestamp64Milli({end:Int64} + {nearby:Int64}, 'UTC')
    ) AS is_virtual
FROM edges FINAL
WHERE ts > fromUnixTimestamp64Milli({start:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({end:Int64}, 'UTC')
    AND calls > 0 AND src != '' AND dst != ''
GROUP BY src, src_region, dst, dst_region, protocol
ORDER BY src, src_region, dst, dst_region, protocol"""

# Without FINAL, so that the order of the key answers it at once. A step may count whose edges were all withdrawn since.
_LATEST: Final = """\
SELECT toInt64(toUnixTimestamp64Milli(ts)) AS ms FROM edges
WHERE calls > 0 AND src != '' AND dst != ''
ORDER BY ts DESC LIMIT 1"""

_UNPAIRED: Final = """\
SELECT sum(calls) AS halves FROM edges FINAL
WHERE ts > fromUnixTimestamp64Milli({start:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({end:Int64}, 'UTC')
    AND (src = '' OR dst = '')"""


class ClickHouseEdges:
    """An `EdgeReader` over ClickHouse."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def edges(self, start_ms: int, end_ms: int) -> list[Edge]:
        table = self._connections.query(_EDGES, {"start": start_ms, "end": end_ms, "nearby": LOOKBACK_MS})
        return [
            Edge(
                src=row["src"],
                src_region=row["src_region"],
                dst=row["dst"],
                dst_region=row["dst_region"],
                protocol=row["protocol"],
                calls=row["n"],
                warnings=row["w"],
                errors=row["e"],
                buckets=dict(zip(*row["histogram"].values(), strict=True)),
                virtual=bool(row["is_virtual"]),
                estimated=bool(row["is_estimated"]),
            )
            for row in table.to_pylist()
        ]

    def latest(self) -> int | None:
        newest: list[int] = self._connections.query(_LATEST)["ms"].to_pylist()
        return newest[0] if newest else None

    def unpaired(self, start_ms: int, end_ms: int) -> int:
        """Halves of calls in (start, end] whose other half is unknown and unnamed."""
        halves: list[float] = self._connections.query(_UNPAIRED, {"start": start_ms, "end": end_ms})[
            "halves"
        ].to_pylist()
        return round(halves[0])

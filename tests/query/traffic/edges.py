"""A small company by hand, whose numbers can be checked in the head: one minute of calls in two regions."""

from __future__ import annotations

from vedette_query.traffic.window import Window
from vedette_storage.edges import INTERNET, Edge

MINUTE = Window(1_790_000_000_000, 1_790_000_060_000, 10_000)

EAST, WEST = "us-east-1", "us-west-2"

# Bucket 100 of the 276 holds 9,786,708 to 11,184,809 ns; bucket 109 holds 39,146,836 to 44,739,241 ns.
TEN_MS, FORTY_MS = 100, 109

COMPANY = [
    Edge(INTERNET, "", "edge", EAST, "http_1", 600, 6, 0, {TEN_MS: 600}),
    Edge("edge", EAST, "playback", EAST, "http_1", 300, 0, 30, {TEN_MS: 150, FORTY_MS: 150}),
    Edge("edge", EAST, "playback", WEST, "http_1", 60, 0, 0, {FORTY_MS: 60}),
    Edge("playback", EAST, "cassandra", "", "cql", 120, 0, 0, {}, virtual=True),
    Edge("playback", WEST, "catalog", WEST, "http_1", 60, 0, 1, {TEN_MS: 60}, estimated=True),
    Edge("playback", WEST, "catalog", WEST, "grpc", 60, 0, 1, {TEN_MS: 60}),
]

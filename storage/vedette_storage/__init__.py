"""Telemetry at rest: the ClickHouse schema, writing, reading and the deriving job; no HTTP, no protocols."""

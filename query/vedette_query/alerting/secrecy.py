"""Keeps the addresses of receivers out of the logs: a webhook's address is often its only secret."""

from __future__ import annotations

import logging
from typing import Final

import httpx

THREAD_PREFIX: Final = "vedette-webhook"
"""Threads whose names begin so talk to receivers."""


def public(url: str | httpx.URL) -> str:
    """Scheme, host and port: what may be shown of an address. Paths, queries and credentials may be secrets."""
    parsed = httpx.URL(url)
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.scheme}://{parsed.host}{port}"


class Hush(logging.Filter):
    """Rewrites the addresses that httpx logs for each request, on the threads that talk to receivers."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (record.threadName or "").startswith(THREAD_PREFIX) and isinstance(record.args, tuple):
            record.args = tuple(public(one) if isinstance(one, httpx.URL) else one for one in record.args)
        return True


def hush() -> None:
    """Install the filter on httpx's logger; installing it twice changes nothing."""
    logger = logging.getLogger("httpx")
    if not any(isinstance(one, Hush) for one in logger.filters):
        logger.addFilter(Hush())

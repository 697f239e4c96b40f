"""Runs the dashboards with this command's server, sockets and logs."""

from __future__ import annotations

import logging

from vedette.server import Server, configured, listen
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings

logger = logging.getLogger(__name__)


def run(*, host: str, port: int, api_url: str, demo_url: str | None) -> None:
    """Serve the pages until SIGINT or SIGTERM. Raises `CannotStart`."""
    listener = listen(host, port, "the dashboards (--dashboards-port)")
    logger.info("Preparing the pages.")
    pages = build(Settings(api_url=api_url, demo_url=demo_url, host=host, port=port))
    Server(configured(pages, lifespan="on", timeout_graceful_shutdown=1)).run([listener])

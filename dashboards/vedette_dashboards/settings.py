"""What the dashboards are told once, when they start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_API_URL = "http://127.0.0.1:7101"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8050


@dataclass(frozen=True)
class Settings:
    """Where the query API is, and where the pages are served.

    `public_api_url` is the address that a *reader's browser* can use for the API (shown to be copied); it is
    `api_url` unless the API stands behind another name. `demo_url` is the control API of the demo: without it the
    Demo page explains itself. Times are in seconds.
    """

    api_url: str = DEFAULT_API_URL
    demo_url: str | None = None
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    public_api_url: str | None = None
    timeout: float = 10.0
    refresh: float = 10.0

    @property
    def shown_api_url(self) -> str:
        return (self.public_api_url or self.api_url).rstrip("/")


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read `VEDETTE_API_URL`, `VEDETTE_PUBLIC_API_URL`, `VEDETTE_DEMO_URL`, `VEDETTE_DASHBOARDS_HOST` and `_PORT`.

    Raises ValueError with one sentence when the port is no port.
    """
    return Settings(
        api_url=environment.get("VEDETTE_API_URL") or DEFAULT_API_URL,
        public_api_url=environment.get("VEDETTE_PUBLIC_API_URL") or None,
        demo_url=environment.get("VEDETTE_DEMO_URL") or None,
        host=environment.get("VEDETTE_DASHBOARDS_HOST") or DEFAULT_HOST,
        port=port(environment.get("VEDETTE_DASHBOARDS_PORT") or str(DEFAULT_PORT)),
    )


def port(text: str) -> int:
    """A TCP port from text; ValueError says what would fit."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise ValueError(f"the port is '{text}', but a port is a number from 0 to 65535")
    return number

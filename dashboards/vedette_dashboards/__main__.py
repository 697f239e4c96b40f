"""`python -m vedette_dashboards`: serve the pages."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

import uvicorn

from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings, from_environment, port


def arguments(argv: Sequence[str], usual: Settings) -> Settings:
    """Settings from the command line; what is not given there is as the environment says."""
    parser = argparse.ArgumentParser(prog="vedette-dashboards", description="Serve Vedette's dashboards.")
    parser.add_argument("--host", default=usual.host, help="address to listen on (default %(default)s)")
    parser.add_argument("--port", default=str(usual.port), help="port to listen on (default %(default)s)")
    parser.add_argument("--api-url", default=usual.api_url, help="the query API (default %(default)s)")
    parser.add_argument("--public-api-url", default=usual.public_api_url, help="the API as readers' browsers reach it")
    parser.add_argument("--demo-url", default=usual.demo_url, help="the demo's control API (default: no demo)")
    given = parser.parse_args(argv)
    try:
        number = port(given.port)
    except ValueError as error:
        parser.error(str(error))
    return replace(
        usual,
        host=given.host,
        port=number,
        api_url=given.api_url,
        public_api_url=given.public_api_url or None,
        demo_url=given.demo_url or None,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    try:
        usual = from_environment(os.environ)
    except ValueError as error:
        print(f"vedette dashboards: {error}", file=sys.stderr)
        return 2
    settings = arguments(sys.argv[1:] if argv is None else argv, usual)
    uvicorn.run(build(settings), host=settings.host, port=settings.port, log_level="warning", server_header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command: `vedette agent`, or `python -m vedette_agent.sidecar` where only the agent is installed."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vedette_agent.cardinality import Limits
from vedette_agent.settings import DEFAULT_STEP_MS, DEFAULT_URL, from_environment, parse_step, program
from vedette_agent.sidecar.daemon import PORT, SOCKET_PATH, STATSD_PORT, Daemon, Places
from vedette_agent.sidecar.listeners import CannotListen

_TEACHES = """\
A daemon beside services of any language. It speaks spectatord's line protocol, so that every Spectator client
works with it unchanged, and sends what it measures to a Vedette collector each step:

    vedette agent --app checkout
    echo 'c:orders,country=se:1' | nc -u -w0 127.0.0.1 1234
    tail -f orders.log | to-lines | vedette agent --app orders --stdin --port 0
"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    of = argparse.ArgumentParser("vedette agent", description=_TEACHES, formatter_class=argparse.RawTextHelpFormatter)
    of.add_argument("--url", default=None, metavar="URL", help=f"the collector (VEDETTE_URL, else {DEFAULT_URL})")
    of.add_argument("--app", default=None, help="name of the service this stands beside (else OTEL_SERVICE_NAME)")
    of.add_argument("--tag", action="append", default=[], metavar="K=V", help="a common tag; may repeat")
    of.add_argument("--step", default=None, help=f"length of a step (VEDETTE_STEP, else {DEFAULT_STEP_MS // 1000}s)")
    of.add_argument("--host", default="127.0.0.1", help="address to listen on; :: is any, IPv4 too (%(default)s)")
    of.add_argument("--port", type=int, default=PORT, help="UDP port of the lines, 0 for none (%(default)s)")
    of.add_argument("--socket-path", type=Path, default=None, help=f"Unix socket of the lines, such as {SOCKET_PATH}")
    of.add_argument("--stdin", action="store_true", help="take lines from standard input, and end with it")
    of.add_argument("--statsd-port", type=int, default=0, help=f"UDP port of StatsD lines, such as {STATSD_PORT}")
    of.add_argument(
        "--admin-port", type=int, default=PORT, help="TCP port of the admin pages, 0 for none (%(default)s)"
    )
    of.add_argument("--machine", action="store_true", help="also report the machine or container (extra `host`)")
    of.add_argument("--max-meters", type=int, default=Limits.meters, help="meters that are kept (%(default)s)")
    of.add_argument("--debug", action="store_true", help="log more")
    return of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM, Ctrl-C, or the end of standard input."""
    given = parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if given.debug else logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        daemon = _daemon(given)
        if given.machine:
            _watch_machine(daemon)
    except (CannotListen, ValueError, TypeError) as error:
        sys.stderr.write(f"vedette agent: {error}\n")
        return 1
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with daemon:
        if given.stdin:
            threading.Thread(target=_after, args=(daemon.listeners[-1].join, over.set), daemon=True).start()
        over.wait()
    return 0


def _watch_machine(daemon: Daemon) -> None:
    try:
        from vedette_agent.host import watch_host  # noqa: PLC0415  # needs the extra `host`
    except ImportError as error:
        daemon.stop()
        raise ValueError(f"--machine needs the extra `host` ({error}); pip install 'vedette-agent[host]'") from error
    watch_host(daemon.agent.registry)


def _after(first: Callable[[], None], then: Callable[[], None]) -> None:
    first()
    then()


def _daemon(given: argparse.Namespace) -> Daemon:
    overrides: dict[str, Any] = {
        "url": given.url,
        "app": given.app,
        "step_ms": parse_step(given.step) if given.step else None,
        "tags": dict(map(_pair, given.tag)) or None,
    }
    settings = from_environment(
        **{name: value for name, value in overrides.items() if value is not None},
        limits=Limits(meters=given.max_meters),
        tracing=False,
        process_metrics=False,
    )
    if settings.app == program() and not given.app:
        settings = replace(settings, app="")  # this program's own name is not that of the service
    return Daemon(
        settings,
        Places(
            host=given.host,
            port=given.port,
            socket_path=given.socket_path,
            statsd_port=given.statsd_port,
            admin_port=given.admin_port,
            stdin=sys.stdin.buffer if given.stdin else None,
        ),
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise ValueError(f"--tag takes KEY=VALUE, not {text!r}")
    return key, value


if __name__ == "__main__":
    sys.exit(main())

"""Daemon: an agent whose meters others update, by lines over UDP, a Unix socket or standard input."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from vedette_agent.agent import Agent
from vedette_agent.settings import Settings
from vedette_agent.sidecar.admin import Admin
from vedette_agent.sidecar.intake import Intake
from vedette_agent.sidecar.kernel import watch_udp
from vedette_agent.sidecar.listeners import Listener, StreamListener, UdpListener, UnixListener
from vedette_agent.sidecar.statsd import StatsdIntake
from vedette_agent.transports import Transport

logger = logging.getLogger(__name__)

PORT: Final = 1234
STATSD_PORT: Final = 8125
SOCKET_PATH: Final = Path("/run/spectatord/spectatord.unix")


@dataclass(frozen=True)
class Places:
    """Where to listen; None or 0 means not there. A port below zero means any free one."""

    host: str = "127.0.0.1"
    port: int = PORT
    socket_path: Path | None = None
    statsd_port: int = 0
    admin_port: int = 0
    stdin: BinaryIO | None = None


class Daemon:
    """The sidecar. As a context manager it starts and stops."""

    def __init__(self, settings: Settings, places: Places, *, transport: Transport | None = None) -> None:
        """Raises `CannotListen` when a place is taken."""
        self.agent = Agent(settings, transport=transport)
        self.listeners: list[Listener] = []
        self.admin: Admin | None = None
        try:
            self._listen(places)
        except OSError:
            for listener in self.listeners:
                listener.stop()
            raise
        started = time.monotonic()
        self.agent.registry.polled_value("spectatord.uptime", self, lambda _: time.monotonic() - started)

    @property
    def port(self) -> int | None:
        """The UDP port of the line protocol."""
        return next((one.port for one in self.listeners if isinstance(one, UdpListener)), None)

    def start(self) -> Daemon:
        """Take in lines, and publish each step."""
        self.agent.start()
        for listener in self.listeners:
            listener.start()
        if self.admin is not None:
            self.admin.start()
        return self

    def stop(self) -> None:
        """Take in what the kernel holds, publish it, and end."""
        for listener in self.listeners:
            listener.stop()
        if self.admin is not None:
            self.admin.stop()
        self.agent.stop()

    def __enter__(self) -> Daemon:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listen(self, places: Places) -> None:
        registry = self.agent.registry
        if places.port:
            udp = UdpListener(places.host, max(places.port, 0), Intake(registry).packet)
            self.listeners.append(udp)
            registry.poll(watch_udp(registry, os.fstat(udp.socket.fileno()).st_ino))
        if places.socket_path is not None:
            self.listeners.append(UnixListener(places.socket_path, Intake(registry).packet))
        if places.statsd_port:
            self.listeners.append(UdpListener(places.host, max(places.statsd_port, 0), StatsdIntake(registry).packet))
        if places.admin_port:
            self.admin = Admin(self.agent, places.host, max(places.admin_port, 0))
        if places.stdin is not None:
            self.listeners.append(StreamListener(places.stdin, Intake(registry).packet))

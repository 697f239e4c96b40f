"""Listeners: where lines come from. Each has a thread of its own that does nothing but receive and take in."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import stat
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

logger = logging.getLogger(__name__)

PACKET_BYTES: Final = 65_536
RECEIVE_BYTES: Final = 16 * 2**20
"""What the kernel is asked to hold for us; how much it grants is its own matter (net.core.rmem_max)."""
_LOOK_S: Final = 0.2
"""How often a waiting thread looks whether it is to stop."""

Take = Callable[[bytes], None]


class CannotListen(OSError):
    """The address is taken, or not ours to take; the message says which and what to do."""


class Listener(ABC):
    """A source of packets."""

    def __init__(self, name: str, take: Take) -> None:
        self._take = take
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"vedette-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what the kernel still holds is taken in first."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self.close()

    def join(self) -> None:
        """Wait until there is nothing more to come."""
        self._thread.join()

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def _receive(self) -> bytes | None:
        """The next packet: empty when none came for a while, None when none will come."""

    def _run(self) -> None:
        while (packet := self._receive()) is not None:
            if packet:
                self._take_in(packet)
            elif self._stop.is_set():
                return

    def _take_in(self, packet: bytes) -> None:
        try:
            self._take(packet)
        except Exception:  # whatever somebody sent: it must not silence all others
            logger.warning("A packet of %d bytes is dropped", len(packet), exc_info=True)


class _Datagrams(Listener):
    """A socket of packets."""

    def __init__(self, name: str, bound: socket.socket, take: Take) -> None:
        super().__init__(name, take)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        bound.settimeout(_LOOK_S)
        self.socket = bound

    def close(self) -> None:
        self.socket.close()

    def _receive(self) -> bytes | None:
        try:
            return self.socket.recv(PACKET_BYTES) or b"\n"
        except TimeoutError:
            return b""
        except OSError:
            return None


class UdpListener(_Datagrams):
    """Packets over UDP. With an IPv6 address that means any (`::`) IPv4 arrives as well."""

    def __init__(self, host: str, port: int, take: Take) -> None:
        """Raises `CannotListen`."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_DGRAM)
        try:
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            bound.bind((host, port))
        except OSError as error:
            bound.close()
            text = f"UDP port {port} of {host} cannot be listened on ({error.strerror}); --port takes another"
            raise CannotListen(text) from error
        self.port: int = bound.getsockname()[1]
        super().__init__("udp", bound, take)


class UnixListener(_Datagrams):
    """Packets over a Unix socket, which every user of the machine may write to."""

    def __init__(self, path: Path, take: Take) -> None:
        """Raises `CannotListen`. A socket that a dead daemon left behind is replaced."""
        self._path = path
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _remove_dead(path)
            bound.bind(str(path))
            path.chmod(0o666)
        except OSError as error:
            bound.close()
            raise CannotListen(f"{path} cannot be listened on ({error}); --socket-path takes another") from error
        super().__init__("unix", bound, take)

    def close(self) -> None:
        super().close()
        with contextlib.suppress(OSError):
            self._path.unlink()


class StreamListener(Listener):
    """Lines from a stream such as standard input, until it ends."""

    def __init__(self, stream: BinaryIO, take: Take) -> None:
        super().__init__("stdin", take)
        self._stream = stream

    def close(self) -> None:
        """The stream is not ours."""

    def _receive(self) -> bytes | None:
        return self._stream.readline(PACKET_BYTES) or None


def _remove_dead(path: Path) -> None:
    """Remove a socket on which nobody listens. Raises OSError when somebody does, or when it is something else."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(os.stat(path).st_mode):
        raise FileExistsError(f"{path} is there and no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink()
            return
    raise FileExistsError(f"another daemon listens on {path}")

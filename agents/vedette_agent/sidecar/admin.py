"""Admin: what a daemon knows, over HTTP on loopback, as spectatord's admin port tells it.

GET /                       what there is
GET /config                 the settings
GET, POST /config/common_tags   the common tags; Mantis's six may be set, an empty value removes
GET /metrics                the meters by type
DELETE /metrics/A, /metrics/g   forget all age gauges, or gauges; `/metrics/g/ID` one, by name or `name,key=value`
"""

from __future__ import annotations

import ipaddress
import json
import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from vedette_agent.agent import Agent
from vedette_agent.meters import AgeGauge, Gauge, Meter
from vedette_agent.sidecar.listeners import CannotListen

logger = logging.getLogger(__name__)

SETTABLE: Final = frozenset(
    {"mantisJobId", "mantisJobName", "mantisUser", "mantisWorkerIndex", "mantisWorkerNumber", "mantisWorkerStageNumber"}
)
_DELETABLE: Final[Mapping[str, type[Meter]]] = {"A": AgeGauge, "g": Gauge}
_MOST_BYTES: Final = 65_536


class Admin:
    """The admin server of one agent, on a thread of its own."""

    def __init__(self, agent: Agent, host: str, port: int) -> None:
        """Raises `CannotListen`."""
        handler = type("Handler", (_Handler,), {"agent": agent})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except OSError as error:
            text = f"TCP port {port} of {host} cannot be listened on ({error.strerror}); --admin-port takes another"
            raise CannotListen(text) from error
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="vedette-admin", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    agent: ClassVar[Agent]
    timeout = 10

    def do_GET(self) -> None:
        match self.path.rstrip("/"):
            case "":
                self._answer({"get": ["/config", "/config/common_tags", "/metrics"], "delete": ["/metrics/{A|g}[/id]"]})
            case "/config":
                self._answer(self._config())
            case "/config/common_tags":
                self._answer(self.agent.registry.common_tags)
            case "/metrics":
                self._answer(self._metrics())
            case _:
                self._refuse(404, f"{self.path} is not there; GET / says what is")

    def do_POST(self) -> None:
        if not self._from_here():
            return
        if self.path.rstrip("/") != "/config/common_tags":
            self._refuse(404, "only /config/common_tags can be changed")
            return
        try:
            wanted = json.loads(self.rfile.read(min(int(self.headers.get("content-length") or 0), _MOST_BYTES)))
            usable = isinstance(wanted, dict) and all(isinstance(value, str) for value in wanted.values())
        except ValueError:
            usable = False
        if not usable or not SETTABLE.issuperset(wanted):
            self._refuse(400, f"a JSON object of texts is wanted, with keys among {', '.join(sorted(SETTABLE))}")
            return
        kept = {key: value for key, value in {**self.agent.registry.common_tags, **wanted}.items() if value}
        self.agent.registry.common_tags = kept
        self._answer(kept)

    def do_DELETE(self) -> None:
        if not self._from_here():
            return
        _, _, rest = self.path.partition("/metrics/")
        kind, _, identity = rest.partition("/")
        if kind not in _DELETABLE:
            self._refuse(404, "only /metrics/A and /metrics/g can be deleted")
            return
        wanted = unquote(identity)
        gone = self.agent.registry.forget(
            lambda meter: type(meter) is _DELETABLE[kind] and wanted in ("", _text(meter), meter.id.name)
        )
        self._answer({"deleted": gone})

    def _config(self) -> dict[str, Any]:
        settings = self.agent.settings
        return {
            "url": settings.url,
            "step_ms": settings.step_ms,
            "common_tags": self.agent.registry.common_tags,
            "limits": vars(settings.limits),
        }

    def _metrics(self) -> dict[str, list[str]]:
        by_type: defaultdict[str, list[str]] = defaultdict(list)
        for meter in self.agent.registry.meters():
            by_type[type(meter).__name__].append(_text(meter))
        return {kind: sorted(texts) for kind, texts in sorted(by_type.items())}

    def _from_here(self) -> bool:
        here = ipaddress.ip_address(self.client_address[0].partition("%")[0])
        mapped = getattr(here, "ipv4_mapped", None) or here
        if not mapped.is_loopback:
            self._refuse(403, "changes are taken from this machine only")
        return bool(mapped.is_loopback)

    def _refuse(self, status: int, why: str) -> None:
        self._answer({"type": "error", "message": why}, status)

    def _answer(self, document: Any, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)


def _text(meter: Meter) -> str:
    """An id as the line protocol writes it: `name,key=value`."""
    return ",".join((meter.id.name, *(f"{key}={value}" for key, value in meter.id.tags)))

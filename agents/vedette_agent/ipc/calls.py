"""Calls: the common IPC metrics of one agent.

`ipc.server.call` and `ipc.client.call` are percentile timers, one for each combination of tags; `ipc.server.inflight`
and `ipc.client.inflight` are summaries of how many calls were under way as each began. A combination that was seen
before costs a dictionary look-up and a `list.append`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Final, NamedTuple

from vedette_agent.identity import sanitise
from vedette_agent.ipc import outcome, peer
from vedette_agent.ipc.limit import FirstValues
from vedette_agent.ipc.peer import Peer
from vedette_agent.meters import DistributionSummary, PercentileTimer
from vedette_agent.registry import Registry
from vedette_agent.settings import Settings

OWNER: Final = "vedette-agent"
_MOST_COMBINATIONS: Final = 5_000
_MOST_ENDPOINTS: Final = 200
_MOST_PEERS: Final = 200
_ATTEMPTS: Final = {1: "initial", 2: "second"}


class ServerCall(NamedTuple):
    """A request that was answered here."""

    endpoint: str
    method: str
    protocol: str
    code: int
    """HTTP status, 0 when there was no answer."""
    status: str
    client: Peer
    detail: str = ""
    """Name of the status of a protocol that has more of them."""


class ClientCall(NamedTuple):
    """A request that was made from here."""

    endpoint: str
    method: str
    protocol: str
    code: int
    """HTTP status, 0 when there was no answer."""
    status: str
    server: Peer
    attempt: int = 1
    final: bool = True
    detail: str = ""
    """Name of the exception that ended it, or of a status as above."""


class Calls:
    """Records calls. It never raises for what others sent, and bounds how many series they can cause."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry = registry
        self._peers = {authority: peer.configured(text) for authority, text in settings.peers.items()}
        self._introduced: dict[str, Peer] = {}
        self.app = sanitise(settings.app)
        self.region = sanitise(settings.region)
        self.introduction = peer.introduce(self.app, self.region)
        self._timers: dict[ServerCall | ClientCall, PercentileTimer] = {}
        self._served = FirstValues(_MOST_ENDPOINTS)
        self._called = FirstValues(_MOST_ENDPOINTS)
        self._apps = FirstValues(_MOST_PEERS)
        self._regions = FirstValues(_MOST_PEERS)
        self._server_inflight: DistributionSummary | None = None
        self._client_inflight: DistributionSummary | None = None
        # How many began and how many ended: counters that threads advance without a lock, and without losing any.
        self._arrivals, self._answers, self._served_ones = count(1), count(1), 0
        self._departures, self._returns, self._called_ones = count(1), count(1), 0

    def server_begins(self) -> None:
        """A request arrived."""
        if self._server_inflight is None:
            self._server_inflight = self._registry.distribution_summary("ipc.server.inflight", {"owner": OWNER})
        self._server_inflight.record(next(self._arrivals) - self._served_ones)

    def server_ends(self, call: ServerCall, seconds: float) -> None:
        """It was answered, or failed to be."""
        self._served_ones = next(self._answers)
        timer = self._timers.get(call)
        if timer is None:
            timer = self._remember(call, "ipc.server.call", self._server_tags(call))
        timer.record(seconds)

    def client_begins(self) -> None:
        """A request is about to be made."""
        if self._client_inflight is None:
            self._client_inflight = self._registry.distribution_summary("ipc.client.inflight", {"owner": OWNER})
        self._client_inflight.record(next(self._departures) - self._called_ones)

    def client_ends(self, call: ClientCall, seconds: float) -> None:
        """It was answered, or failed to be."""
        self._called_ones = next(self._returns)
        self.client_told(call, seconds)

    def client_told(self, call: ClientCall, seconds: float) -> None:
        """A call that somebody else measured, from its begin to its end."""
        timer = self._timers.get(call)
        if timer is None:
            timer = self._remember(call, "ipc.client.call", self._client_tags(call))
        timer.record(seconds)

    def server_of(self, introduction: str | None, host: str, port: int) -> Peer:
        """Who is behind a URL: as it says in its answer, else as we were told, else as it said in an earlier answer
        (a service that has died gives none), else the host's name.
        """
        authority = f"{host}:{port}"
        if introduction:
            named = peer.introduced(introduction)
            if named[0]:
                if len(self._introduced) < _MOST_PEERS:
                    self._introduced[authority] = named
                return named
        return self._peers.get(authority) or self._peers.get(host) or self._introduced.get(authority) or (host, "")

    def _remember(self, call: ServerCall | ClientCall, name: str, tags: Mapping[str, str]) -> PercentileTimer:
        timer = self._registry.percentile_timer(name, {key: value for key, value in tags.items() if value})
        if len(self._timers) >= _MOST_COMBINATIONS:
            self._timers.clear()  # the registry still knows those that are in use
        self._timers[call] = timer
        return timer

    def _server_tags(self, call: ServerCall) -> dict[str, str]:
        app, region = call.client
        return {
            **self._tags(call, self._served),
            "ipc.client.app": self._apps(app) if app else "",
            "ipc.client.region": self._regions(region) if region else "",
        }

    def _client_tags(self, call: ClientCall) -> dict[str, str]:
        app, region = call.server
        return {
            **self._tags(call, self._called),
            "ipc.server.app": self._apps(app) if app else "",
            "ipc.server.region": self._regions(region) if region else "",
            "ipc.attempt": _ATTEMPTS.get(call.attempt, "third_up"),
            "ipc.attempt.final": "true" if call.final else "false",
        }

    def _tags(self, call: ServerCall | ClientCall, endpoints: FirstValues) -> dict[str, str]:
        return {
            "owner": OWNER,
            "ipc.result": outcome.result(call.status),
            "ipc.status": call.status,
            "ipc.endpoint": endpoints(call.endpoint),
            "ipc.protocol": call.protocol,
            "http.method": call.method,
            "http.status": str(call.code) if call.code else "",
            "ipc.status.detail": call.detail,
        }

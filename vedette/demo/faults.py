"""The faults one can switch on, and which are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from vedette.demo.topology import REGIONS, SERVICES, next_region

KINDS: Final[Mapping[str, str]] = {
    "latency": "The service takes 800 ms longer for each request.",
    "errors": "The service answers 30 % of its requests with status 500.",
    "dead": "The first instance of the service stops listening, and stops reporting.",
    "failover": "The edge of the region sends all its requests to the next region's edge.",
}
PARAMETERS: Final[Mapping[str, list[str]]] = {"failover": ["region"]}
"""What must be said with a kind, where it is not region and service."""
DELAY_MS: Final = 800.0
ERROR_SHARE: Final = 0.3


class WrongFault(Exception):
    """No such fault can be; the message says which can."""


@dataclass(frozen=True)
class Fault:
    """What is broken, and where. `since_ms` is when it was switched on."""

    kind: str
    region: str
    service: str
    since_ms: int = 0

    @property
    def place(self) -> tuple[str, str, str]:
        return self.kind, self.region, self.service


def checked(kind: str, region: str, service: str, now_ms: int) -> Fault:
    """A fault that can be. A failover is always the edge's. Raises `WrongFault`."""
    if kind == "failover":
        service = "edge"
    for what, name, known in (
        ("kind of fault", kind, list(KINDS)),
        ("region", region, [one.name for one in REGIONS]),
        ("service", service, [one.name for one in SERVICES]),
    ):
        if name not in known:
            raise WrongFault(f"There is no {what} '{name}'; there are {', '.join(known)}.")
    return Fault(kind, region, service, now_ms)


class Board:
    """Which faults are on."""

    def __init__(self) -> None:
        self._on: dict[tuple[str, str, str], Fault] = {}

    def switch(self, fault: Fault, on: bool) -> None:
        """Put a fault on or off; again is no error, and does not move its `since_ms`."""
        if on:
            self._on.setdefault(fault.place, fault)
        else:
            self._on.pop(fault.place, None)

    def replace(self, faults: Iterable[Fault]) -> None:
        """These are on, and no others."""
        self._on = {fault.place: fault for fault in faults}

    def on(self, kind: str, region: str, service: str) -> bool:
        return (kind, region, service) in self._on

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._on.values())

    def described(self) -> dict[str, Any]:
        """What `GET /faults` answers."""
        return {
            "faults": [{**asdict(fault), "on": True, "summary": summary(fault)} for fault in self._on.values()],
            "kinds": [
                {
                    "kind": kind,
                    "summary": text,
                    "parameters": ["region"] if kind == "failover" else ["region", "service"],
                }
                for kind, text in KINDS.items()
            ],
            "regions": [region.name for region in REGIONS],
            "services": [service.name for service in SERVICES],
        }


def summary(fault: Fault) -> str:
    """The fault in one sentence."""
    what = {
        "latency": f"{fault.service} in {fault.region} takes {DELAY_MS:g} ms longer.",
        "errors": f"{fault.service} in {fault.region} fails {ERROR_SHARE:.0%} of its requests.",
        "dead": f"The first instance of {fault.service} in {fault.region} is dead.",
        "failover": f"The edge of {fault.region} sends its traffic to {next_region(fault.region)}.",
    }
    return what[fault.kind]

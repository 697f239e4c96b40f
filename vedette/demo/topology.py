"""The company: which services there are, where they run, and who calls whom to answer what.

Nothing here does anything: `service.py` plays it, with real requests over real sockets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PORTS_PER_REGION: Final = 10


@dataclass(frozen=True)
class Call:
    """A request made while answering another. `{id}` in the path is filled in with a number.

    A failed `optional` call costs the answer a part; any other failed call fails the answer. `elsewhere` sends it to
    the same service of another region.
    """

    to: str
    path: str
    chance: float = 1.0
    method: str = "GET"
    optional: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Endpoint:
    """One thing a service answers. `work_ms` is the median of its own time, which spreads log-normally.

    `stages` follow one another; the calls of one stage are made at the same time.
    """

    method: str
    path: str
    work_ms: float
    stages: tuple[tuple[Call, ...], ...] = ()


@dataclass(frozen=True)
class Service:
    name: str
    endpoints: tuple[Endpoint, ...]
    instances: int = 1


@dataclass(frozen=True)
class Region:
    """A place. `utc_offset_h` sets its time of day, `share` how many users it has beside the largest region."""

    name: str
    utc_offset_h: float
    share: float


REGIONS: Final = (
    Region("us-east-1", -5, 1.0),
    Region("us-west-2", -8, 0.7),
    Region("eu-west-1", 0, 0.85),
)

STORES: Final = ("cassandra", "redis")
"""Data stores: they carry no agent, so that only their callers know of them."""

_READ_TITLE: Final = Call("catalog", "/titles/{id}")
_CACHE: Final = Call("redis", "/get/{id}")

SERVICES: Final = (
    Service(
        "edge",
        (
            Endpoint("GET", "/home", 1.0, ((Call("api", "/home"),),)),
            Endpoint("GET", "/titles/{id}", 1.0, ((Call("api", "/titles/{id}"),),)),
            Endpoint("GET", "/search", 1.0, ((Call("api", "/search"),),)),
            Endpoint("POST", "/play", 1.0, ((Call("api", "/play", method="POST"),),)),
        ),
    ),
    Service(
        "api",
        (
            Endpoint(
                "GET",
                "/home",
                4.0,
                (
                    (Call("profiles", "/profiles/{id}"),),
                    (Call("recommendations", "/rows/{id}", optional=True), Call("catalog", "/titles", 0.6)),
                ),
            ),
            Endpoint("GET", "/titles/{id}", 3.0, ((_READ_TITLE,),)),
            Endpoint("GET", "/search", 5.0, ((Call("catalog", "/search"),),)),
            Endpoint(
                "POST",
                "/play",
                3.0,
                ((Call("profiles", "/profiles/{id}", 0.5),), (Call("playback", "/start", method="POST"),)),
            ),
        ),
    ),
    Service(
        "playback", (Endpoint("POST", "/start", 8.0, ((_READ_TITLE, Call("cassandra", "/query/{id}")),)),), instances=2
    ),
    Service(
        "catalog",
        (
            Endpoint("GET", "/titles", 3.0, ((_CACHE,), (Call("cassandra", "/query/{id}", 0.15),))),
            Endpoint("GET", "/titles/{id}", 2.0, ((_CACHE,), (Call("cassandra", "/query/{id}", 0.15),))),
            Endpoint("GET", "/search", 12.0, ((Call("cassandra", "/query/{id}"),),)),
        ),
    ),
    Service(
        "profiles",
        (
            Endpoint(
                "GET",
                "/profiles/{id}",
                2.0,
                (
                    (_CACHE,),
                    # A traveller's profile is kept where the account was opened.
                    (
                        Call("cassandra", "/query/{id}", 0.1),
                        Call("profiles", "/accounts/{id}", 0.06, optional=True, elsewhere=True),
                    ),
                ),
            ),
            Endpoint("GET", "/accounts/{id}", 2.0, ((Call("cassandra", "/query/{id}"),),)),
        ),
    ),
    Service(
        "recommendations",
        (Endpoint("GET", "/rows/{id}", 15.0, ((_CACHE,), (Call("catalog", "/titles", 0.3, optional=True),))),),
    ),
)

STORE_WORK_MS: Final = {"cassandra": 6.0, "redis": 0.5}

JOURNEYS: Final = (
    ("GET", "/home", 0.45),
    ("GET", "/titles/{id}", 0.30),
    ("GET", "/search", 0.10),
    ("POST", "/play", 0.15),
)
"""What users ask the edge for, and how often."""


@dataclass(frozen=True)
class Place:
    """One listener: an instance of a service, or a data store."""

    region: str
    service: str
    number: int
    port: int

    @property
    def node(self) -> str:
        """The name of the instance, as its telemetry carries it."""
        return f"{self.service}-{self.region}-{self.number}"


@dataclass(frozen=True)
class Map:
    """Who listens where: `base_port` is the control's, ten for each region follow."""

    base_port: int = 7200
    host: str = "127.0.0.1"

    def places(self) -> Iterator[Place]:
        """Every listener of the company, by region and port."""
        for at, region in enumerate(REGIONS):
            port = self.base_port + PORTS_PER_REGION * (at + 1)
            for service in SERVICES:
                for number in range(1, service.instances + 1):
                    yield Place(region.name, service.name, number, port)
                    port += 1
            for store in STORES:
                yield Place(region.name, store, 1, port)
                port += 1

    def url(self, place: Place) -> str:
        return f"http://{self.host}:{place.port}"

    def instances(self, region: str, service: str) -> tuple[Place, ...]:
        return tuple(place for place in self.places() if (place.region, place.service) == (region, service))

    def peers(self) -> dict[str, str]:
        """Authority -> name of those that cannot name themselves."""
        return {f"{self.host}:{place.port}": place.service for place in self.places() if place.service in STORES}


def next_region(region: str) -> str:
    """Where the traffic of a region goes when it fails over."""
    names = [one.name for one in REGIONS]
    return names[(names.index(region) + 1) % len(names)]

"""Peers: how two services tell each other who they are.

A request names its caller in W3C baggage (`ipc.client.app=checkout,ipc.client.region=us-east-1`), an answer names the
service that gave it in the header `vedette-peer: app=payment;region=us-east-1`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from vedette_agent.identity import sanitise
from vedette_agent.ipc import server_group

BAGGAGE: Final = "baggage"
HEADER: Final = "vedette-peer"
GROUP: Final = "netflix-asg"
"""Where services that Netflix's own clients measure name their server group, whose app counts if baggage says none."""

Peer = tuple[str, str]
"""App and region of another service; either may be empty."""

NOBODY: Final[Peer] = ("", "")
_OURS: Final = "ipc.client."
_LONGEST: Final = 8192
"""Baggage beyond this is not read: W3C asks for no more to be carried on."""


@lru_cache(1024)
def caller(baggage: str) -> Peer:
    """Who calls, by the baggage of the request; empty for what it does not say."""
    if _OURS not in baggage or len(baggage) > _LONGEST:
        return NOBODY
    members = _members(baggage)
    return sanitise(members.get(f"{_OURS}app", "")), sanitise(members.get(f"{_OURS}region", ""))


@lru_cache(1024)
def of_group(asg: str) -> Peer:
    """Who that is whose server group is named in the header `netflix-asg`."""
    return sanitise(server_group.parse(asg).app or ""), ""


def client(baggage: str | None, asg: str | None) -> Peer:
    """Who calls, by these headers of the request, None for those that it does not have."""
    named = caller(baggage) if baggage else NOBODY
    return of_group(asg) if asg and not named[0] else named


@lru_cache(1024)
def with_caller(baggage: str, app: str, region: str) -> str:
    """The baggage with this caller instead of the one that may be in it: a hop names itself, not who called it."""
    kept = [member for member in baggage.split(",") if member.strip() and not member.strip().startswith(_OURS)]
    own = [f"{_OURS}app={app}"] + ([f"{_OURS}region={region}"] if region else [])
    return ",".join([*kept, *own])


def introduce(app: str, region: str) -> str:
    """The value of the header in which a service names itself."""
    return f"app={app};region={region}" if region else f"app={app}"


@lru_cache(1024)
def introduced(header: str) -> Peer:
    """Who answered, by its header; empty for what it does not say."""
    facts = dict(part.strip().partition("=")[::2] for part in header.split(";"))
    return sanitise(facts.get("app", "")), sanitise(facts.get("region", ""))


def configured(text: str) -> Peer:
    """A peer as settings name it: `app` or `app@region`."""
    app, _, region = text.partition("@")
    return sanitise(app), sanitise(region)


def _members(baggage: str) -> dict[str, str]:
    pairs = (member.partition(";")[0].partition("=") for member in baggage.split(","))
    return {key.strip(): unquote(value.strip()) for key, found, value in pairs if found}

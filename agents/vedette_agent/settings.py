"""Settings of an agent: a frozen value, read once from the environment, in which arguments of the caller win.

    VEDETTE_URL     where the collector is; `none` sends nothing               http://127.0.0.1:7101
    VEDETTE_STEP    length of the step: `10s`, `500ms`, `1m` or seconds        10s
    VEDETTE_PEERS   names of peers that cannot tell theirs: `host:port=app@region,...`

The identity (app, region, zone, env, node) comes from the caller, else from OTEL_SERVICE_NAME, else from
OTEL_RESOURCE_ATTRIBUTES, else from the variables that Netflix's clients read.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from vedette_agent.cardinality import Limits
from vedette_agent.identity import sanitise

logger = logging.getLogger(__name__)

DEFAULT_URL: Final = "http://127.0.0.1:7101"
DEFAULT_STEP_MS: Final = 10_000
LEAST_STEP_MS: Final = 100
NOWHERE: Final = "none"
"""The URL of an agent that sends nothing."""

# Our tag, then where it is found: keys of OTEL_RESOURCE_ATTRIBUTES, and variables of which the first not blank counts.
_IDENTITY: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "app": (("service.name",), ("NETFLIX_APP",)),
    "region": (("cloud.region",), ("NETFLIX_REGION", "EC2_REGION")),
    "zone": (("cloud.availability_zone",), ("EC2_AVAILABILITY_ZONE",)),
    "env": (("deployment.environment.name", "deployment.environment"), ("NETFLIX_ENVIRONMENT",)),
    "node": (("service.instance.id",), ("NETFLIX_INSTANCE_ID", "TITUS_TASK_INSTANCE_ID", "EC2_INSTANCE_ID")),
}
_NETFLIX: Final[dict[str, tuple[str, ...]]] = {
    "nf.account": ("NETFLIX_ACCOUNT_ID", "EC2_OWNER_ID"),
    "nf.ami": ("EC2_AMI_ID",),
    "nf.app": ("NETFLIX_APP",),
    "nf.asg": ("NETFLIX_AUTO_SCALE_GROUP",),
    "nf.cluster": ("NETFLIX_CLUSTER",),
    "nf.container": ("TITUS_CONTAINER_NAME",),
    "nf.node": ("NETFLIX_INSTANCE_ID", "TITUS_TASK_INSTANCE_ID", "EC2_INSTANCE_ID"),
    "nf.process": ("NETFLIX_PROCESS_NAME",),
    "nf.region": ("NETFLIX_REGION", "EC2_REGION"),
    "nf.shard1": ("NETFLIX_SHARD1",),
    "nf.shard2": ("NETFLIX_SHARD2",),
    "nf.stack": ("NETFLIX_STACK",),
    "nf.vmtype": ("EC2_INSTANCE_TYPE",),
    "nf.zone": ("EC2_AVAILABILITY_ZONE",),
}
_STEP: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m)?")
_UNIT_MS: Final = {"ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Settings:
    """What one agent is told. Raises ValueError for a step or a URL that cannot be."""

    app: str
    """Name of the service; the one thing worth naming."""
    url: str = DEFAULT_URL
    """Base URL of the collector, or `none`."""
    step_ms: int = DEFAULT_STEP_MS
    region: str = ""
    zone: str = ""
    env: str = ""
    node: str = ""
    """Name of the instance. Processes of one node that report the same series are added up."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """More common tags, for every series."""
    peers: Mapping[str, str] = field(default_factory=dict)
    """By authority (`host:port`) or host: the app behind a URL, or `app@region`, where it does not tell it itself."""
    tracing: bool = True
    """Whether to trace, where the extra `otel` is installed."""
    trace_ratio: float = 1.0
    """Share of the traces begun here that are kept."""
    process_metrics: bool = True
    """Whether to report the process itself; switch it off where one process holds many agents."""
    limits: Limits = field(default_factory=Limits)
    """How many meters, and values of their tags, this agent keeps."""
    max_unsent_batches: int = 90
    """How many unsent batches of either kind wait for the collector, and ..."""
    max_unsent_bytes: int = 16 * 2**20
    """... how many bytes; beyond either the oldest is dropped, and counted."""

    def __post_init__(self) -> None:
        if self.step_ms < LEAST_STEP_MS:
            raise ValueError(f"A step has at least {LEAST_STEP_MS} ms; {self.step_ms} were asked for.")
        if self.url != NOWHERE and not _is_base_url(self.url):
            # Not repeated here: it may hold what is not for logs.
            raise ValueError("The collector's URL is http(s)://host[:port][/path] without credentials, or `none`.")

    def common_tags(self) -> dict[str, str]:
        """The tags that every series of this agent carries, sanitised; without those that are empty."""
        own = {"app": self.app, "region": self.region, "zone": self.zone, "env": self.env, "node": self.node}
        together = {**self.tags, **own}
        return {sanitise(key): sanitise(value) for key, value in together.items() if key != "name" and value}


def from_environment(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment, with what the caller gives winning.

    A setting of the environment that cannot be used is a warning and counts as not set: a typing error there must not
    stop a service. One that the caller gives raises ValueError or TypeError.
    """
    environ = os.environ if environ is None else environ
    resource = resource_attributes(environ)
    found: dict[str, str] = {}
    for tag, (keys, variables) in _IDENTITY.items():
        found[tag] = _first(resource, keys) or _first(environ, variables)
    found["app"] = environ.get("OTEL_SERVICE_NAME", "").strip() or found["app"] or program()
    found["node"] = found["node"] or _host()
    settings = Settings(
        app=found["app"],
        region=found["region"],
        zone=found["zone"],
        env=found["env"],
        node=found["node"],
        step_ms=_step_ms(environ.get("VEDETTE_STEP", "")),
        tags=_netflix_tags(environ),
        peers=_peers(environ.get("VEDETTE_PEERS", "")),
    )
    settings = _with_url(settings, environ.get("VEDETTE_URL", "").strip())
    return replace(settings, **given)


def resource_attributes(environ: Mapping[str, str]) -> dict[str, str]:
    """What OTEL_RESOURCE_ATTRIBUTES says: `key=value,key=value`, values percent-encoded."""
    pairs = (item.partition("=") for item in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","))
    return {key.strip(): unquote(value.strip()) for key, found, value in pairs if found and key.strip()}


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no number
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _first(source: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((value for key in keys if (value := source.get(key, "").strip())), "")


def _netflix_tags(environ: Mapping[str, str]) -> dict[str, str]:
    skipped = {key.strip() for key in environ.get("ATLAS_SKIP_COMMON_TAGS", "").split(",")}
    tags = {tag: _first(environ, variables) for tag, variables in _NETFLIX.items()}
    return {tag: value for tag, value in tags.items() if value and tag not in skipped}


def parse_step(text: str) -> int:
    """Milliseconds of `10s`, `500ms`, `1m` or a number of seconds. Raises ValueError for what is no step."""
    match = _STEP.fullmatch(text.strip())
    step_ms = int(float(match[1]) * _UNIT_MS[match[2] or "s"]) if match else 0
    if step_ms < LEAST_STEP_MS:
        raise ValueError(f"{text!r} is not a step such as `10s`")
    return step_ms


def _step_ms(text: str) -> int:
    try:
        return parse_step(text) if text.strip() else DEFAULT_STEP_MS
    except ValueError as error:
        logger.warning("VEDETTE_STEP is not used, but %d ms: %s", DEFAULT_STEP_MS, error)
        return DEFAULT_STEP_MS


def _peers(text: str) -> dict[str, str]:
    pairs = (item.partition("=") for item in text.split(","))
    named = {authority.strip(): app.strip() for authority, _, app in pairs}
    return {authority: app for authority, app in named.items() if authority and app}


def _with_url(settings: Settings, url: str) -> Settings:
    if not url:
        return settings
    try:
        return replace(settings, url=url)
    except ValueError as error:
        logger.warning("VEDETTE_URL is not used: %s", error)
        return settings


def program() -> str:
    """A name for who does not name itself."""
    path = sys.argv[0] if sys.argv else ""
    return os.path.splitext(os.path.basename(path))[0].strip("-_") or "unknown"


def _host() -> str:
    """The name of this machine or container, without importing `socket` for it."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")

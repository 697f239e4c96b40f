"""Calls of databases, read from the attributes of OpenTelemetry's client spans, in their old and their stable names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from vedette_agent.identity import sanitise
from vedette_agent.ipc import endpoint, outcome
from vedette_agent.ipc.calls import Calls, ClientCall
from vedette_agent.ipc.peer import Peer

_SYSTEM: Final = ("db.system.name", "db.system")
_HOST: Final = ("server.address", "net.peer.name", "network.peer.address", "net.peer.ip")
_PORT: Final = ("server.port", "net.peer.port", "network.peer.port")
_OPERATION: Final = ("db.operation.name", "db.operation")
_COLLECTION: Final = ("db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table")
_STATEMENT: Final = ("db.query.text", "db.statement")
_COMMENT: Final = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_VERB: Final = re.compile(r"\s*([A-Za-z_]{2,20})\b")

# By what the drivers' classes of exceptions have in their names; the first that is found counts.
_ERRORS: Final = (
    ("Cancel", outcome.CANCELLED),
    ("Timeout", outcome.TIMEOUT),
    ("Authenti", outcome.ACCESS_DENIED),
    ("Permission", outcome.ACCESS_DENIED),
    ("Privilege", outcome.ACCESS_DENIED),
    ("Connect", outcome.CONNECTION_ERROR),
    ("Operational", outcome.CONNECTION_ERROR),
    ("Interface", outcome.CONNECTION_ERROR),
    ("Busy", outcome.THROTTLED),
    ("Programming", outcome.BAD_REQUEST),
    ("Integrity", outcome.BAD_REQUEST),
    ("Violation", outcome.BAD_REQUEST),
    ("Syntax", outcome.BAD_REQUEST),
    ("Undefined", outcome.BAD_REQUEST),
    ("DataError", outcome.BAD_REQUEST),
    ("ResponseError", outcome.BAD_REQUEST),
    ("ValueError", outcome.BAD_REQUEST),
)


def is_call(attributes: Mapping[str, Any]) -> bool:
    """Whether this is one: a client span that names a database."""
    return any(name in attributes for name in _SYSTEM)


def server(attributes: Mapping[str, Any], calls: Calls) -> Peer:
    """The database as settings name it, or the span, else its host; one without a host, its kind."""
    host, port = _first(attributes, _HOST), _first(attributes, _PORT)
    named = str(attributes.get("peer.service", ""))
    if not host:
        return named or _first(attributes, _SYSTEM), ""
    found = calls.server_of(None, host, int(port) if port.isdigit() else 0)
    return (named, "") if named and found == (host, "") else found


def call(attributes: Mapping[str, Any], failure: str | None, calls: Calls) -> ClientCall:
    """The call; `failure` is the name of the exception that ended it, None for none."""
    return ClientCall(
        endpoint=_endpoint(attributes),
        method="",
        protocol=sanitise(_first(attributes, _SYSTEM)),
        code=0,
        status=outcome.SUCCESS if failure is None else _status(failure),
        server=server(attributes, calls),
        detail="" if failure is None else failure.rpartition(".")[2],
    )


def _endpoint(attributes: Mapping[str, Any]) -> str:
    """What is done with what: `SELECT_orders`; without the table where the span does not tell it."""
    operation = _first(attributes, _OPERATION)
    if not operation:
        verb = _VERB.match(_COMMENT.sub("", _first(attributes, _STATEMENT)[:500]))
        operation = verb[1] if verb else ""
    parts = (operation.upper() or endpoint.UNKNOWN, _first(attributes, _COLLECTION))
    return sanitise("_".join(part for part in parts if part))[:120]


def _status(failure: str) -> str:
    return next((status for part, status in _ERRORS if part in failure), outcome.UNEXPECTED_ERROR)


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(attributes[name]) for name in names if attributes.get(name) not in (None, "")), "")

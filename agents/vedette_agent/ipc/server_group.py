"""Server groups: the names of deployments, `app-stack-detail-v001`, as Netflix's services hand them on."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SEQUENCE: Final = re.compile(r"-(v[0-9]{3,6})\Z")


class ServerGroup(NamedTuple):
    """The parts of such a name; None for what it does not have."""

    app: str | None
    """Up to the first dash."""
    cluster: str | None
    """All but the sequence."""
    asg: str | None
    """The whole name."""
    stack: str | None
    detail: str | None
    sequence: str | None
    """`v` and three to six digits, at the end."""


def parse(asg: str) -> ServerGroup:
    """The parts of a name. Any text is one: what it does not have is None. The rules are those of Spectator."""
    found = _SEQUENCE.search(asg)
    cluster = asg[: found.start()] if found else asg
    app, dash, rest = cluster.partition("-")
    stack, _, detail = rest.partition("-")
    if dash and not app:
        stack = ""  # a name that begins with a dash has neither app nor stack
    return ServerGroup(
        app or None, cluster or None, asg or None, stack or None, detail or None, found[1] if found else None
    )

"""Replacing: a function of a library gives way to one of ours around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from vedette_agent.ipc.calls import Calls

if TYPE_CHECKING:
    from vedette_agent.agent import Agent

Current = Callable[[], "Agent | None"]

MARK: Final = "_vedette_agent"


def around(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    """`owner.name` becomes `wrap(owner.name)`, once: what is wrapped already, by others on top of it too, stays."""
    present = getattr(owner, name)
    if getattr(present, MARK, False):
        return
    replacement = wrap(present)
    setattr(replacement, MARK, True)
    setattr(owner, name, replacement)


def calls_of(current: Current) -> Calls | None:
    """The calls of the agent there is."""
    agent = current()
    return None if agent is None else agent.calls

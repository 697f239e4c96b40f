"""The default agent of the process: the first that runs. Its registry is what the package's own functions use.

Meters that were taken before an agent runs keep nothing until one does; then they are its own. When it stops they
wait for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vedette_agent.registry import Registry

if TYPE_CHECKING:
    from vedette_agent.agent import Agent

running: list[Agent] = []
"""In the order in which they were started."""

_waiting = Registry(opened=False)


def agent() -> Agent | None:
    """The default agent, None while none runs."""
    return running[0] if running else None


def registry() -> Registry:
    """The registry of the default agent, or one whose meters wait for it."""
    return running[0].registry if running else _waiting


def began(started: Agent) -> None:
    """An agent has started."""
    running.append(started)
    if running[0] is started:
        started.registry.adopt(_waiting)


def ended(stopped: Agent) -> None:
    """An agent has stopped; its registry is closed."""
    was_default = running[0] is stopped
    running.remove(stopped)
    if was_default:
        registry().adopt(stopped.registry, in_use=False)

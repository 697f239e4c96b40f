"""What an agent has recorded of its calls."""

from __future__ import annotations

from typing import Any

from tests.agents.readings import measured
from tests.support.waiting import until
from vedette_agent.agent import Agent

_OF_ALL = ("app", "region", "node", "owner", "statistic")


class Seen:
    """The calls of an agent, added up as they are read."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._counts: dict[tuple[Any, ...], float] = {}
        self.seconds = 0.0

    def calls(self, name: str) -> list[dict[str, str]]:
        """The tags of each call so far, without those that all of an agent's have."""
        for (series, *pairs), value in measured(self._agent.registry.read(0)).items():
            tags = dict(pairs)
            if series == name and tags["statistic"] == "totalTime":
                self.seconds += value
            if tags.get("statistic") == "count":
                key = (series, *(pair for pair in pairs if pair[0] not in _OF_ALL))
                self._counts[key] = self._counts.get(key, 0) + value * self._agent.settings.step_ms / 1000
        return [dict(key[1:]) for key, count in self._counts.items() if key[0] == name for _ in range(round(count))]

    def some(self, name: str, number: int) -> list[dict[str, str]]:
        """All there are, once there are so many; more are too many."""
        found = until(lambda: calls if len(calls := self.calls(name)) >= number else None, what=f"{number} {name}")
        assert len(found) == number, found
        return found

    def one(self, name: str) -> dict[str, str]:
        """The only call there is."""
        return self.some(name, 1)[0]


def served(agent: Agent) -> dict[str, str]:
    """The only call that was answered."""
    return Seen(agent).one("ipc.server.call")


def asked(agent: Agent) -> dict[str, str]:
    """The only call that was made."""
    return Seen(agent).one("ipc.client.call")


def short(call: dict[str, str]) -> tuple[str, str, str, str]:
    """Endpoint, HTTP status, status and protocol of a call."""
    return call["ipc.endpoint"], call.get("http.status", ""), call["ipc.status"], call["ipc.protocol"]

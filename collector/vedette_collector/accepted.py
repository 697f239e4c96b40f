"""What a receiver made of one request: the facts to keep, and what it refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from vedette_storage.columns import Block

MESSAGES: Final = 5
"""How many refusals an answer spells out; the rest are only counted (Atlas's number)."""


@dataclass
class Refusals:
    """Facts that were refused: how many for which reason, and the first few sentences."""

    messages: list[str] = field(default_factory=list)
    by_reason: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, message: Callable[[], str], times: int = 1) -> None:
        """Count a refusal. The sentence is made only if it will be shown."""
        self.by_reason[reason] += times
        if len(self.messages) < MESSAGES:
            self.messages.append(message())

    @property
    def total(self) -> int:
        return self.by_reason.total()


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Accepted:
    """One decoded request.

    `count` is the number of facts that were fine as the sender counts them: a NaN is fine and makes no row, a value of
    a long step is one fact and makes several. `on_durable` is called once the block is on disk.
    """

    block: Block
    count: int
    refusals: Refusals = field(default_factory=Refusals)
    on_durable: Callable[[], None] = _nothing

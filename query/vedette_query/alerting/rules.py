"""The nouns of a rule file: rules, their groups, and the webhooks that are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b


@dataclass(frozen=True)
class Rule:
    """A condition worth waking somebody for.

    `expr` is a stack-language expression; a line of it is active where its last complete point is neither 0 nor
    missing. `labels` and `annotations` are templates. Times are in milliseconds.
    """

    name: str
    expr: str
    for_ms: int = 0
    keep_firing_ms: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """Differs when the meaning of the rule's instances does: another expression or other labels."""
        text = "\0".join((self.name, self.expr, *(part for pair in sorted(self.labels.items()) for part in pair)))
        return blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Group:
    """Rules that are evaluated together, one after the other, at one time stamp."""

    name: str
    interval_ms: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Webhook:
    """Somebody to be told. The address may hold a secret: never log it, never store it; `name` stands for it."""

    name: str
    url: str = field(repr=False)
    timeout_ms: int = 10_000


@dataclass(frozen=True)
class Rules:
    """A whole file."""

    groups: tuple[Group, ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        return (rule for group in self.groups for rule in group.rules)

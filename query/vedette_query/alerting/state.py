"""The life of an alert instance: inactive -> pending -> firing -> resolved. Pure; the caller brings the time.

    inactive   no instance; the condition is false
    pending    the condition is true, not yet for the rule's `for`
    firing     it has been true that long; also while `keep_firing_for` runs after it became false
    resolved   it was firing and is over, with the reason; kept a while, then forgotten

What a wall clock does (steps, time zones) is of no weight here: waiting is counted in `waited_ms`, fed by the
monotonic time that passed between two evaluations; the wall clock only gives stamps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from vedette_query.alerting.labels import final_labels, fingerprint
from vedette_query.alerting.outcome import Answered, Failed, Outcome, Signal
from vedette_query.alerting.rules import Rule
from vedette_query.alerting.templates import fill

KEPT_MS: Final = 15 * 60_000
"""How long a resolved instance is kept."""

GONE_AFTER: Final = 2
"""In how many evaluations in a row a series must be missing before its alert is over."""

CONDITION_FALSE: Final = "condition false"
SERIES_DISAPPEARED: Final = "series disappeared"
RULE_CHANGED: Final = "rule changed"
RULE_REMOVED: Final = "rule removed"


class State(StrEnum):
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Instance:
    """One alert: a rule and the final labels of one line of it. Times are wall-clock milliseconds.

    `waited_ms` is the time spent waiting for what comes next: pending, for the end of `for`; firing and `cleared`, for
    the end of `keep_firing_for`; resolved, for oblivion.
    """

    rule: str
    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: State
    value: float | None
    active_at: int
    fired_at: int | None = None
    resolved_at: int | None = None
    reason: str = ""
    waited_ms: int = 0
    cleared: bool = False
    missing: int = 0
    revision: str = ""

    @property
    def live(self) -> bool:
        return self.state is not State.RESOLVED


@dataclass(frozen=True)
class Progress:
    """What one evaluation made of a rule: its instances by fingerprint, and those that began or ceased to fire."""

    instances: Mapping[str, Instance]
    changed: tuple[Instance, ...] = ()
    error: str | None = None
    dropped: tuple[Instance, ...] = field(default=(), compare=False)  # pending ones that came to nothing


def advance(
    rule: Rule, instances: Mapping[str, Instance], outcome: Outcome, *, now_ms: int, elapsed_ms: int
) -> Progress:
    """The next state of all instances of a rule.

    Missing data and errors change nothing but the clocks: an alert ends only when its condition was seen to be false,
    or when its series stayed away from answers that others were in.
    """
    if isinstance(outcome, Answered):
        found = _by_fingerprint(rule, outcome)
        if isinstance(found, Failed):
            outcome = found
        else:
            return _answered(rule, instances, found, now_ms, elapsed_ms)
    aged = {one.fingerprint: one for one in _aged(instances.values(), elapsed_ms)}
    return Progress(aged, error=outcome.message if isinstance(outcome, Failed) else None)


def retire(instances: Mapping[str, Instance], *, now_ms: int, reason: str) -> Progress:
    """All instances of a rule that is no more: firing ones are resolved, pending ones vanish."""
    after = {key: _resolve(one, now_ms, reason) if one.state is State.FIRING else one for key, one in instances.items()}
    kept = {key: one for key, one in after.items() if one.state is not State.PENDING}
    return Progress(kept, tuple(one for key, one in kept.items() if one is not instances[key]))


def _by_fingerprint(rule: Rule, outcome: Answered) -> dict[str, tuple[dict[str, str], Signal]] | Failed:
    found: dict[str, tuple[dict[str, str], Signal]] = {}
    for signal in outcome.signals:
        labels = final_labels(rule, signal.tags)
        key = fingerprint(labels)
        if key in found:
            text = ", ".join(f"{name}={value}" for name, value in sorted(labels.items()))
            return Failed(
                f"two lines of the expression have the same final labels ({text}), so their alerts could not be told "
                "apart; group by the tags that differ, or do not overwrite them with a label"
            )
        found[key] = (labels, signal)
    return found


def _answered(
    rule: Rule,
    instances: Mapping[str, Instance],
    found: Mapping[str, tuple[dict[str, str], Signal]],
    now_ms: int,
    elapsed_ms: int,
) -> Progress:
    after: dict[str, Instance] = {}
    changed: list[Instance] = []
    dropped: list[Instance] = []
    for one in _aged(instances.values(), elapsed_ms):
        signal = found[one.fingerprint][1] if one.fingerprint in found else None
        later = _later(rule, one, signal, now_ms) if one.live else one
        if later is None:
            dropped.append(one)
            continue
        after[later.fingerprint] = later
        if later.state is not one.state:
            changed.append(later)
    for key, (labels, signal) in found.items():
        if signal.active and not (key in after and after[key].live):
            after[key] = _born(rule, key, labels, signal, now_ms)
            if after[key].state is State.FIRING:
                changed.append(after[key])
    return Progress(after, tuple(changed), dropped=tuple(dropped))


def _aged(instances: Iterable[Instance], elapsed_ms: int) -> Iterator[Instance]:
    """The instances with time passed for those that wait, without the resolved ones whose time is over."""
    for one in instances:
        waits = one.state is not State.FIRING or one.cleared
        older = replace(one, waited_ms=one.waited_ms + elapsed_ms) if waits else one
        if older.live or older.waited_ms < KEPT_MS:
            yield older


def _born(rule: Rule, key: str, labels: dict[str, str], signal: Signal, now_ms: int) -> Instance:
    at_once = rule.for_ms == 0
    return Instance(
        rule=rule.name,
        fingerprint=key,
        labels=labels,
        annotations=_annotations(rule, labels, signal.value),
        state=State.FIRING if at_once else State.PENDING,
        value=signal.value,
        active_at=now_ms,
        fired_at=now_ms if at_once else None,
        revision=rule.revision,
    )


def _later(rule: Rule, one: Instance, signal: Signal | None, now_ms: int) -> Instance | None:
    """A live instance after an answer; None when a pending one comes to nothing."""
    if signal is None or signal.active is None:
        return _missing(rule, one, now_ms)
    if signal.active:
        return _still_true(rule, one, signal, now_ms)
    return _now_false(rule, one, now_ms)


def _still_true(rule: Rule, one: Instance, signal: Signal, now_ms: int) -> Instance:
    value = one.value if signal.value is None else signal.value
    seen = replace(
        one,
        value=value,
        annotations=_annotations(rule, one.labels, value),
        missing=0,
        revision=rule.revision,
    )
    if one.state is State.PENDING:
        if one.waited_ms < rule.for_ms:
            return seen
        return replace(seen, state=State.FIRING, fired_at=max(now_ms, one.active_at), waited_ms=0)
    # Firing stays firing, even if an edit has made `for` longer: nobody was told that it is over.
    return replace(seen, cleared=False, waited_ms=0)


def _now_false(rule: Rule, one: Instance, now_ms: int) -> Instance | None:
    if one.state is State.PENDING:
        return None
    since_cleared_ms = one.waited_ms if one.cleared else 0
    if since_cleared_ms >= rule.keep_firing_ms:
        return _resolve(one, now_ms, CONDITION_FALSE)
    return replace(one, cleared=True, waited_ms=since_cleared_ms, missing=0)


def _missing(rule: Rule, one: Instance, now_ms: int) -> Instance | None:
    missing = one.missing + 1
    if missing < GONE_AFTER:
        return replace(one, missing=missing)
    if one.state is State.PENDING:
        return None
    return _resolve(one, now_ms, SERIES_DISAPPEARED if one.revision == rule.revision else RULE_CHANGED)


def _resolve(one: Instance, now_ms: int, reason: str) -> Instance:
    # Not before it fired, whatever the wall clock did in the meantime.
    at = max(now_ms, one.fired_at or one.active_at)
    return replace(one, state=State.RESOLVED, resolved_at=at, reason=reason, waited_ms=0, cleared=False, missing=0)


def _annotations(rule: Rule, labels: Mapping[str, str], value: float | None) -> dict[str, str]:
    return {key: fill(text, labels, value) for key, text in rule.annotations.items()}

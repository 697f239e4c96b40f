"""When a message that could not be delivered is tried again, and when no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

FIRST_MS: Final = 1_000
LONGEST_MS: Final = 5 * 60_000
GIVE_UP_MS: Final = 24 * 3_600_000
"""Age at which a message is given up."""

_PHRASES: Final = {int(status): status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Delivered:
    """The receiver has it."""


@dataclass(frozen=True)
class Refused:
    """The receiver understood and said no; repeating it would fail again."""

    reason: str


@dataclass(frozen=True)
class Later:
    """The receiver cannot take it now; `wait_ms` is how long it asked to be left alone, if it did."""

    reason: str
    wait_ms: int | None = None


Answer = Delivered | Refused | Later


def judge(status: int, retry_after: str | None, now_ms: int) -> Answer:
    """What a status code means: 2xx is delivery, 5xx, 429 and 408 will pass, everything else will not."""
    if 200 <= status < 300:
        return Delivered()
    reason = f"answered {status} {_PHRASES.get(status, '')}".rstrip()
    if status >= 500 or status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT):
        return Later(reason, _asked_ms(retry_after, now_ms))
    return Refused(reason)


def wait_ms(attempts: int, asked_ms: int | None, chance: float) -> int:
    """How long to wait after `attempts` failures: 1 s, doubling to 5 min, of it a random half (`chance` in 0..1).

    Never less than the receiver asked for, nor for longer than an hour because of it.
    """
    full = min(LONGEST_MS, FIRST_MS << min(attempts, 20))
    backoff = round(full * (0.5 + chance / 2))
    return max(backoff, min(asked_ms or 0, 3_600_000))


def _asked_ms(text: str | None, now_ms: int) -> int | None:
    """A `Retry-After` in seconds or as a date; anything else is no wish."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return int(text.strip()[:9]) * 1000
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0, round((aware - datetime.fromtimestamp(now_ms / 1000, UTC)).total_seconds() * 1000))

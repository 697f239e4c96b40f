"""The rule file on disk: read again when it changes; when the new text is wrong, the old rules stay."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from vedette_query.alerting.errors import Problem, RulesRefused
from vedette_query.alerting.reading import Check, read
from vedette_query.alerting.rules import Rules

logger = logging.getLogger(__name__)

Stamp = tuple[int, int, int]
"""What tells one version of a file from another: modification time, size, inode."""


@dataclass(frozen=True)
class Loaded:
    """The rules in force, since when, and why a newer text is not."""

    rules: Rules
    ok_at: int | None = None  # wall-clock ms of the last good reading; None while there was none
    error: str | None = None


class RuleFile:
    """A file of alert rules, or none at all."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._stamp: Stamp | None = None
        self._read_once = False

    def refresh(self, before: Loaded, check: Check, now_ms: int) -> Loaded:
        """What is in force now: `before` itself when the file has not changed."""
        if self.path is None:
            return before if before.ok_at is not None else Loaded(Rules(), now_ms)
        stamp = self._current()
        if self._read_once and stamp == self._stamp:
            return before
        self._stamp, self._read_once = stamp, True
        try:
            rules = read(self._text(self.path), self.path.name, check)
        except RulesRefused as failure:
            logger.warning("rules not taken, the old ones stay: %s", failure)
            return Loaded(before.rules, before.ok_at, str(failure))
        logger.info("%s rules from %s", sum(1 for _ in rules), self.path)
        return Loaded(rules, now_ms)

    def _current(self) -> Stamp | None:
        try:
            found = self.path.stat() if self.path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None

    @staticmethod
    def _text(path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except OSError as failure:
            why = failure.strerror or type(failure).__name__
            raise RulesRefused(str(path), [Problem(0, f"cannot be read: {why}")]) from None
        except UnicodeDecodeError as failure:
            raise RulesRefused(str(path), [Problem(0, f"is not UTF-8 at byte {failure.start}")]) from None

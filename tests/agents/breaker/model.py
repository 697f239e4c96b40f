"""A plain model of a circuit: it remembers every call, and counts anew each time."""

from __future__ import annotations

from vedette_agent.breaker.rules import Rules


class Model:
    """What the circuit should do, told without regard to speed."""

    def __init__(self, rules: Rules, now_s: float) -> None:
        self.rules = rules
        self.state = "closed"
        self.calls: list[tuple[float, bool]] = []
        self.looked_s = self.opened_s = self.tried_s = now_s
        self.era = 0
        self.trial: int | None = None

    def admit(self, permit: int, now_s: float) -> str:
        """What becomes of a caller: 'call', 'trial' or 'refused'."""
        self._look(now_s)
        if self.state == "closed":
            return "call"
        if self.state == "half open":
            if now_s - self.tried_s > self.rules.trial_s:
                self._open(now_s)
            return "refused"
        if now_s - self.opened_s > self.rules.sleep_s:
            self.state, self.trial, self.tried_s = "half open", permit, now_s
            return "trial"
        return "refused"

    def end(self, permit: int, verdict: str, now_s: float, *, trial: bool, era: int) -> None:
        """The verdict on a call: 'succeed', 'fail', 'withdraw' or 'ignore'."""
        if permit == self.trial:
            self.trial = None
            if verdict == "succeed":
                self.state, self.calls, self.looked_s = "closed", [], now_s
                self.era += 1
            elif verdict == "ignore":
                self.state = "open"
            else:
                self._open(now_s)
        elif verdict in ("succeed", "fail"):
            if not trial and era == self.era:
                self.calls.append((now_s, verdict == "fail"))
            self._look(now_s)

    def _look(self, now_s: float) -> None:
        if self.state != "closed" or now_s - self.looked_s < self.rules.snapshot_s:
            return
        self.looked_s = now_s
        bucket_s = self.rules.window_s / self.rules.buckets
        newest = int(now_s / bucket_s)
        recent = [error for at_s, error in self.calls if int(at_s / bucket_s) > newest - self.rules.buckets]
        if len(recent) >= self.rules.volume and int(100 * sum(recent) / len(recent)) >= self.rules.error_percent:
            self._open(now_s)

    def _open(self, now_s: float) -> None:
        self.state, self.opened_s, self.trial = "open", now_s, None

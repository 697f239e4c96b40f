"""What a guarded call may end with beside its own errors."""

from __future__ import annotations


class BreakerError(Exception):
    """Root of what a guard raises itself; `name` is that of the guarded call."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


class CircuitOpenError(BreakerError):
    """The circuit is open: the call was not made."""

    def __init__(self, name: str) -> None:
        super().__init__(name, f"{name} failed too often lately and is not called for now")


class BulkheadFull(BreakerError):
    """As many calls as are allowed run at once: this one was not made."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(name, f"{limit} calls of {name} run at once, which is the limit")


class CallTimedOut(BreakerError, TimeoutError):
    """The call took longer than it may."""

    def __init__(self, name: str, timeout_s: float) -> None:
        super().__init__(name, f"{name} took longer than {timeout_s:g} s")

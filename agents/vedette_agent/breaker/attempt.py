"""Attempt: one call through a breaker, from the permission to the verdict."""

from __future__ import annotations

import time
from types import TracebackType

from vedette_agent.breaker.bulkhead import Bulkhead
from vedette_agent.breaker.circuit import Circuit, Permit
from vedette_agent.breaker.errors import BulkheadFull, CallTimedOut, CircuitOpenError
from vedette_agent.breaker.reports import Reports


class Attempt:
    """A context manager around one call; one attempt, one block.

    Entering raises CircuitOpenError or BulkheadFull when the call may not be made. What the block ends with is the
    verdict: an error is a failure unless it is to be ignored, and what is no `Exception` (a cancelled task, Ctrl-C, a
    generator that is closed) is none at all. A block that took longer than it may counts as timed out.
    """

    __slots__ = ("_bulkhead", "_circuit", "_ignored", "_name", "_permit", "_reports", "_started", "_timeout_s")

    def __init__(
        self,
        name: str,
        circuit: Circuit,
        bulkhead: Bulkhead | None,
        reports: Reports,
        *,
        ignored: tuple[type[Exception], ...],
        timeout_s: float | None,
    ) -> None:
        self._name = name
        self._circuit = circuit
        self._bulkhead = bulkhead
        self._reports = reports
        self._ignored = ignored
        self._timeout_s = timeout_s
        self._permit: Permit | None = None
        self._started = 0.0

    def __enter__(self) -> Attempt:
        permit = self._circuit.admit()
        if permit is None:
            self._reports.called("short_circuited")
            raise CircuitOpenError(self._name)
        if self._bulkhead is not None:
            if not self._bulkhead.enter():
                self._reports.called("rejected")
                # A trial that found no place says nothing about the other side.
                if permit.trial:
                    self._circuit.withdraw(permit, "trial rejected")
                else:
                    self._circuit.fail(permit)
                raise BulkheadFull(self._name, self._bulkhead.places)
            self._reports.concurrency.set(self._bulkhead.taken)
        self._permit = permit
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bulkhead is not None:
            self._bulkhead.leave()
        self.judge(error)

    def judge(self, error: BaseException | None) -> None:
        """Settle the permit by what the call ended with; later judgements of the same attempt count for nothing."""
        permit, self._permit = self._permit, None
        if permit is None:
            return
        took_s = time.perf_counter() - self._started
        outcome = self._outcome(error, took_s)
        match outcome:
            case "success":
                self._circuit.succeed(permit)
            case "ignored":
                self._circuit.ignore(permit)
            case "cancelled":
                self._circuit.withdraw(permit)
            case _:
                self._circuit.fail(permit)
        self._reports.latency.record(took_s)
        self._reports.called(outcome)

    def _outcome(self, error: BaseException | None, took_s: float) -> str:
        if isinstance(error, CallTimedOut):
            return "timeout"
        if error is not None:
            if not isinstance(error, Exception):
                return "cancelled"
            return "ignored" if isinstance(error, self._ignored) else "failure"
        return "timeout" if self._timeout_s is not None and took_s > self._timeout_s else "success"

"""Circuit breakers: calls that fail too often are refused for a while, as Hystrix does it."""

from vedette_agent.breaker.bulkhead import Bulkhead
from vedette_agent.breaker.circuit import Circuit, Permit, State
from vedette_agent.breaker.errors import BreakerError, BulkheadFull, CallTimedOut, CircuitOpenError
from vedette_agent.breaker.guard import Guard, breaker
from vedette_agent.breaker.rules import Rules

__all__ = [
    "BreakerError",
    "Bulkhead",
    "BulkheadFull",
    "CallTimedOut",
    "Circuit",
    "CircuitOpenError",
    "Guard",
    "Permit",
    "Rules",
    "State",
    "breaker",
]

"""A tag predicate as a ClickHouse condition on the `series` table; pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette_storage.predicate import (
    Always,
    And,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    HasKey,
    LessOrEqual,
    LessThan,
    Matches,
    Not,
    OneOf,
    Or,
    Predicate,
)


@dataclass
class Conditions:
    """Writes conditions, and collects the parameters that they need: text of a stranger never becomes SQL."""

    parameters: dict[str, object] = field(default_factory=dict)
    _bound: int = 0

    def bind(self, type_: str, value: object) -> str:
        """The placeholder of a new parameter."""
        name = f"p{self._bound}"
        self._bound += 1
        self.parameters[name] = value
        return f"{{{name}:{type_}}}"

    def of(self, predicate: Predicate) -> str:
        """The condition that holds for the rows of `series` that meet the predicate."""
        match predicate:
            case Always(value):
                return "1" if value else "0"
            case HasKey(key):
                return self.has(key)
            case Equal(key, value) if value or key == "name":
                return f"{self.value(key)} = {self.bind('String', value)}"
            case OneOf(key, values) if key == "name" or "" not in values:
                return f"{self.value(key)} IN {self.bind('Array(String)', list(values))}"
            case Equal(key, value):
                return self._guarded(key, f"{self.value(key)} = {self.bind('String', value)}")
            case OneOf(key, values):
                return self._guarded(key, f"{self.value(key)} IN {self.bind('Array(String)', list(values))}")
            case LessThan(key, value):
                return self._guarded(key, f"{self.value(key)} < {self.bind('String', value)}")
            case LessOrEqual(key, value):
                return self._guarded(key, f"{self.value(key)} <= {self.bind('String', value)}")
            case GreaterThan(key, value):
                return self._guarded(key, f"{self.value(key)} > {self.bind('String', value)}")
            case GreaterOrEqual(key, value):
                return self._guarded(key, f"{self.value(key)} >= {self.bind('String', value)}")
            case Matches(key, pattern, ignore_case):
                return self._guarded(key, f"match({self.value(key)}, {self.bind('String', re2(pattern, ignore_case))})")
            case And(left, right):
                return f"({self.of(left)} AND {self.of(right)})"
            case Or(left, right):
                return f"({self.of(left)} OR {self.of(right)})"
            case Not(inner):
                return f"NOT {self.of(inner)}"

    def value(self, key: str) -> str:
        """The value of a key; an empty text where the series lacks it."""
        return "name" if key == "name" else f"tags[{self.bind('String', key)}]"

    def has(self, key: str) -> str:
        return "1" if key == "name" else f"mapContains(tags, {self.bind('String', key)})"

    def _guarded(self, key: str, condition: str) -> str:
        """A clause on a key that the series lacks is false, although the map answers an empty text for it."""
        return condition if key == "name" else f"({self.has(key)} AND {condition})"


def re2(pattern: str, ignore_case: bool) -> str:
    """The pattern as RE2 takes it: anchored at the start only, and `.` stops at a line's end as it does in Java."""
    return f"^(?{'i' if ignore_case else ''}-s:{pattern})"

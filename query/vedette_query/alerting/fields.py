"""One mapping of a YAML file, read strictly: every complaint has its line, and no field is passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

import yaml

from vedette_query.alerting.errors import Problem
from vedette_query.errors import BadRequest
from vedette_query.timing.durations import parse_duration

DAY_MS: Final = 86_400_000


class Fields:
    """The fields of a mapping. What is wrong is added to `problems`, and a harmless value is returned in its place."""

    def __init__(self, node: yaml.Node, what: str, known: tuple[str, ...], problems: list[Problem]) -> None:
        self.line = line_of(node)
        self._what = what
        self._problems = problems
        self._values: dict[str, yaml.Node] = {}
        self._usable = isinstance(node, yaml.MappingNode)
        if not isinstance(node, yaml.MappingNode):
            self._complain(self.line, f"{what} must be a mapping with {_listed(known)}, not {_kind(node)}")
            return
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                guess = get_close_matches(name, known, n=1)
                hint = f"did you mean '{guess[0]}'?" if guess else f"known are {_listed(known)}"
                self._complain(line_of(key), f"unknown field '{name}' in {what}; {hint}")
            elif name in self._values:
                self._complain(line_of(key), f"'{name}' is given twice in {what}")
            else:
                self._values[name] = value

    def line_at(self, key: str) -> int:
        """The line of a field's value, or of the mapping when the field is not there."""
        return line_of(self._values[key]) if key in self._values else self.line

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; without a default the field must be there."""
        node = self._values.get(key)
        if node is None:
            if default is None and self._usable:
                self._complain(self.line, f"{self._what} has no '{key}'")
            return default or ""
        if not isinstance(node, yaml.ScalarNode):
            self._complain(line_of(node), f"'{key}' in {self._what} must be a text, not {_kind(node)}")
            return default or ""
        if not node.value.strip():
            self._complain(line_of(node), f"'{key}' in {self._what} is empty")
        return str(node.value).strip()

    def duration_ms(self, key: str, default_ms: int, *, least_ms: int, most_ms: int = DAY_MS) -> int:
        """A duration such as `30s`, within its bounds."""
        if key not in self._values:
            return default_ms
        text = self.text(key)
        if not text:
            return default_ms
        try:
            found = parse_duration(text).ms
        except BadRequest as failure:
            why = f"'{key}: {text}' in {self._what} is no duration ({failure}); write a number and a unit, as 30s or 5m"
            self._complain(self.line_at(key), why)
            return default_ms
        if not least_ms <= found <= most_ms:
            bounds = f"it may be from {least_ms / 1000:g}s to {most_ms / 1000:g}s"
            self._complain(self.line_at(key), f"'{key}: {text}' in {self._what} is out of range; {bounds}")
            return default_ms
        return found

    def texts(self, key: str) -> dict[str, tuple[str, int]]:
        """A mapping of names to texts, each with its line."""
        node = self._values.get(key)
        if node is None or _is_null(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self._complain(line_of(node), f"'{key}' in {self._what} must map names to texts, not be {_kind(node)}")
            return {}
        found: dict[str, tuple[str, int]] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
                self._complain(line_of(name), f"'{key}' in {self._what} must map names to texts")
            elif name.value in found:
                self._complain(line_of(name), f"'{name.value}' is given twice in '{key}' of {self._what}")
            else:
                found[name.value] = (value.value, line_of(value))
        return found

    def items(self, key: str) -> Iterator[yaml.Node]:
        """The members of a list."""
        node = self._values.get(key)
        if node is None or _is_null(node):
            return
        if not isinstance(node, yaml.SequenceNode):
            self._complain(line_of(node), f"'{key}' in {self._what} must be a list, not {_kind(node)}")
            return
        yield from node.value

    def _complain(self, line: int, text: str) -> None:
        self._problems.append(Problem(line, text))


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else f"the text '{node.value[:40]}'"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)

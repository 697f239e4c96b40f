"""Operations on the values of one or two sets of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vedette_query.errors import BadRequest
from vedette_query.language.numbers import print_double
from vedette_query.model.data import DataExpr
from vedette_query.model.expr import Around, SeriesExpr, Tags

UNARY: Final = {"abs": "Abs", "neg": "Negate", "sin": "Sine", "sqrt": "Sqrt", "per-step": "PerStep"}
BINARY: Final = {
    "add": "Add", "sub": "Subtract", "mul": "Multiply", "div": "Divide", "pow": "Power",
    "gt": "GreaterThan", "ge": "GreaterThanEqual", "lt": "LessThan", "le": "LessThanEqual",
    "fadd": "FAdd", "fsub": "FSubtract", "fmul": "FMultiply", "fdiv": "FDivide", "and": "And", "or": "Or",
}  # fmt: skip
"""Words and the names of their expressions in messages."""


@dataclass(frozen=True)
class Unary(Around):
    """One operation on every value."""

    operation: str
    input: SeriesExpr

    @property
    def type_name(self) -> str:
        return UNARY[self.operation]

    def text(self) -> str:
        return f"{self.input},:{self.operation}"


@dataclass(frozen=True)
class Clamp(Around):
    """Values no lower than the limit (`clamp-min`), or no higher (`clamp-max`)."""

    operation: str
    input: SeriesExpr
    limit: float

    @property
    def type_name(self) -> str:
        return "ClampMin" if self.operation == "clamp-min" else "ClampMax"

    def text(self) -> str:
        return f"{self.item_text(colon=':')}"

    def item_text(self, colon: str = "\\u003a") -> str:
        # Atlas's debugger escapes the colon of these two words; a tool that compares answers sees the same here.
        return f"{self.input},{print_double(self.limit)},{colon}{self.operation}"


@dataclass(frozen=True)
class Binary(SeriesExpr):
    """An operation on the values of two sets of lines, joined by their groups.

    An ungrouped side is used for every line of the other. Two grouped sides are joined on the smaller set of keys,
    which must be part of the larger one: else `BadRequest`.
    """

    operation: str
    left: SeriesExpr
    right: SeriesExpr

    def __post_init__(self) -> None:
        if not (self.left.grouped and self.right.grouped):
            return
        left, right = self.left.grouping, self.right.grouping
        if not (set(left) <= set(right) or set(right) <= set(left)):
            text = (
                "both sides of binary operation must have the same grouping or one side must be a subset of the other "
                f"[(,{','.join(left)},) ⊈ (,{','.join(right)},)]"
            )
            raise BadRequest(text)

    @property
    def type_name(self) -> str:
        return BINARY[self.operation]

    @property
    def left_is_wider(self) -> bool:
        """Whether the lines of the left side survive the join (else those of the right)."""
        return set(self.right.grouping) <= set(self.left.grouping)

    @property
    def wider(self) -> SeriesExpr:
        return self.left if self.left_is_wider else self.right

    @property
    def narrower(self) -> SeriesExpr:
        return self.right if self.left_is_wider else self.left

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.left.data + self.right.data

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.wider.grouping

    @property
    def grouped(self) -> bool:
        return self.left.grouped or self.right.grouped

    @property
    def sole(self) -> bool:
        return self.left.sole and self.right.sole

    def group_key(self, tags: Tags) -> str | None:
        return self.wider.group_key(tags)

    def text(self) -> str:
        return f"{self.left},{self.right},:{self.operation}"

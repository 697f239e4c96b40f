"""How large everything is, in pixels, at a zoom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from vedette_query.chart.draw.fonts import Font, font


@dataclass(frozen=True)
class Sizes:
    """Lengths and fonts at a zoom: 1.0 is the size for a screen, 2.0 for one with twice the dots."""

    zoom: float = 1.0

    def px(self, length: float) -> int:
        """A length in whole pixels; one above zero stays at least 1."""
        return max(1, round(length * self.zoom)) if length > 0 else round(length * self.zoom)

    @cached_property
    def title(self) -> Font:
        """The title of the picture."""
        return font("DejaVuSans-Bold", 14 * self.zoom)

    @cached_property
    def label(self) -> Font:
        """Labels of axes, legend entries and notices."""
        return font("DejaVuSans", 12 * self.zoom)

    @cached_property
    def heading(self) -> Font:
        """The heading of one axis in the legend."""
        return font("DejaVuSans-Bold", 12 * self.zoom)

    @cached_property
    def small(self) -> Font:
        """Ticks, and what is said in passing."""
        return font("DejaVuSans", 11 * self.zoom)

    @cached_property
    def numbers(self) -> Font:
        """Statistics: every digit has one width."""
        return font("DejaVuSansMono", 11 * self.zoom)

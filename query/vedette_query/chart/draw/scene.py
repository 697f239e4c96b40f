"""What a part of a picture needs to paint itself."""

from __future__ import annotations

from dataclasses import dataclass

from vedette_query.chart.chart import Axis, Chart
from vedette_query.chart.draw.arrangement import Arrangement
from vedette_query.chart.draw.frame import TimeFrame, ValueFrame
from vedette_query.chart.draw.sizes import Sizes
from vedette_query.chart.draw.surface import Box, Surface


@dataclass(frozen=True)
class Scene:
    """A chart, the places of its parts, and the surface that they are painted on."""

    surface: Surface
    chart: Chart
    place: Arrangement
    time: TimeFrame

    @property
    def sizes(self) -> Sizes:
        """How large things are."""
        return self.place.sizes

    @property
    def canvas(self) -> Box:
        """The plotting area."""
        return self.place.canvas

    @property
    def whole(self) -> Box:
        """All of the picture."""
        return Box(0, 0, self.place.width, self.place.height)

    def frame(self, axis: Axis) -> ValueFrame:
        """A Y axis in pixels."""
        return ValueFrame(self.canvas, axis)

"""How long work takes: most often about as long as usual, now and then much longer."""

from __future__ import annotations

import math
import random
from typing import Final

SIGMA: Final = 0.45
"""Of the logarithm: p99 is then 2.8 times the median, as in a service that is well."""


def spread_s(median_ms: float, chance: random.Random) -> float:
    """Seconds that one piece of work takes; log-normal around its median."""
    return chance.lognormvariate(math.log(median_ms / 1000), SIGMA)

"""The estimated number of distinct values from HyperLogLog registers.

Flajolet and others, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm" (2007), with
64 registers and the correction for small ranges by linear counting.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

REGISTERS: Final = 64
_ALPHA: Final = 0.7213 / (1 + 1.079 / REGISTERS)
_SMALL: Final = 2.5 * REGISTERS


def estimate_distinct(registers: NDArray[np.float64]) -> NDArray[np.float64]:
    """From [registers, points] to one estimate for each point; NaN where no register holds anything."""
    filled = np.where(registers > 0, registers, 0.0)  # NaN and below: empty
    zeros = (filled == 0).sum(axis=0)
    raw = _ALPHA * REGISTERS**2 / np.exp2(-filled).sum(axis=0)
    with np.errstate(all="ignore"):
        linear = REGISTERS * np.log(REGISTERS / zeros)
    result = np.where((raw <= _SMALL) & (zeros > 0), linear, raw)
    return np.where(zeros < REGISTERS, result, np.nan)

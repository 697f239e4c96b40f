"""Combining the last n points at each point of a line, for all lines at once, whole or chunk by chunk."""

from __future__ import annotations

import numpy as np

from vedette_query.evaluation.lines import Values


def with_tail(values: Values, state: Values, n: int, position: int) -> tuple[Values, Values]:
    """The values of a chunk behind those before it that windows of n points still reach, and what to hand on.

    Windows are combined in blocks of n points from the beginning of the whole window. A chunk starts with the block
    before the one that its first point lies in, so that a chunk adds in the same order as the whole window does, and
    comes to the same last digit.
    """
    after = position + values.shape[1]
    joined = np.hstack((widened(state, position - _block_before(position, n)), values))
    return joined, joined[:, joined.shape[1] - (after - _block_before(after, n)) :]


def widened(state: Values, width: int) -> Values:
    """A state that many numbers wide; NaN where nothing is known yet."""
    return state if state.shape[1] == width else np.full((len(state), width), np.nan)


def rolling(values: Values, n: int, operation: np.ufunc, nothing: float) -> Values:
    """Combine the last n points at each point; points before the first count as `nothing`, and so does NaN.

    Two running results, forward and backward within blocks of n, meet in every window (van Herk, 1992): exact, and
    the cost does not depend on n.
    """
    points = values.shape[1]
    n = min(n, max(points, 1))
    filled = np.where(np.isnan(values), nothing, values)
    blocks = 1 - (-points // n)  # a block of nothing comes first
    padded = np.full((len(values), blocks * n), nothing)
    padded[:, n : n + points] = filled
    split = padded.reshape(len(values), blocks, n)
    forward = operation.accumulate(split, axis=2).reshape(padded.shape)
    backward = operation.accumulate(split[:, :, ::-1], axis=2)[:, :, ::-1].reshape(padded.shape)
    ends = np.arange(points) + n
    first, last = backward[:, ends - n + 1], forward[:, ends]
    # A window that is exactly one block is in both results.
    whole = (ends + 1) % n == 0
    combined: Values = np.where(whole, last, operation(first, last))
    return combined


def _block_before(position: int, n: int) -> int:
    """Where the block starts that comes before the one of a position."""
    return max(0, (position // n - 1) * n)

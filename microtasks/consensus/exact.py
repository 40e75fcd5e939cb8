"""Sums that do not depend on the order of their parts, so that renaming or shuffling a crowd changes no bit.

Floating-point addition is not associative, but the sum of numbers that share a coarse binary grid is exact
as long as it fits 53 bits; so everything that is summed over answers is put on such a grid first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: 2^-30 leaves room for eight million summands of at most one, or for a million logarithms of at most eight.
GRID_BITS = 30
LOG_BITS = 28


def on_grid(values: Floats, bits: int = GRID_BITS) -> Floats:
    """Round to multiples of 2^-bits."""
    scale = float(2**bits)
    rounded: Floats = np.rint(values * scale) / scale
    return rounded


def softmax(scores: Floats) -> Floats:
    """Turn each row of log scores into probabilities on the grid's scale of precision."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    share: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return share

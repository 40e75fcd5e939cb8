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
#: Shares of a row: below 2^-40 a class is taken to be impossible.
SHARE_BITS = 40


def on_grid(values: Floats, bits: int = GRID_BITS) -> Floats:
    """Round to multiples of 2^-bits."""
    scale = float(2**bits)
    rounded: Floats = np.rint(values * scale) / scale
    return rounded


def softmax(scores: Floats, axis: int = 1) -> Floats:
    """Turn the log scores along an axis into probabilities; their order changes no bit."""
    shares: Floats = scores - scores.max(axis=axis, keepdims=True)
    np.exp(shares, out=shares)
    # Adding and taking away a number whose last bit is worth 2^-40 rounds to that grid, in place.
    anchor = 1.5 * 2.0 ** (52 - SHARE_BITS)
    shares += anchor
    shares -= anchor
    shares /= shares.sum(axis=axis, keepdims=True)
    return shares

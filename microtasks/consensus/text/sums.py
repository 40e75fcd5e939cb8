"""Sums by index with the type that they have."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints


def totals(index: Ints, weights: Floats, size: int) -> Floats:
    """Return the sum of weights for each index below `size`; free of order for weights on a grid (see `exact`)."""
    found: Floats = np.bincount(index, weights, size).astype(np.float64)
    return found

"""Sums by index, and where runs of equal numbers begin: plain numpy, for arrays of three as for millions."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints


def totals(index: Ints, weights: Floats, size: int) -> Floats:
    """Return the sum of weights for each index below `size`; free of order for weights on a grid (see `exact`)."""
    found: Floats = np.bincount(index, weights, size).astype(np.float64)
    return found


def begins(sorted_numbers: Ints) -> Ints:
    """Return the places where a run of equal numbers begins."""
    change = np.empty(len(sorted_numbers), dtype=np.bool_)
    change[:1] = True
    np.not_equal(sorted_numbers[1:], sorted_numbers[:-1], out=change[1:])
    return np.flatnonzero(change)


def widths(bounds: Ints) -> Ints:
    """Return how far each bound is from the next."""
    found: Ints = bounds[1:] - bounds[:-1]
    return found

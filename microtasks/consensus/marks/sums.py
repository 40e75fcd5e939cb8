"""Counting and joining flat lists, with sums that no order of rows can change."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def total(index: Ints, values: Floats, count: int) -> Floats:
    """Sum values by index, exactly: each is put on the binary grid first (values up to a few thousand)."""
    summed = np.bincount(index, weights=on_grid(values), minlength=count)
    return summed.astype(np.float64)


def tally(index: Ints, count: int) -> Ints:
    """Count how often each index occurs."""
    return np.bincount(index, minlength=count).astype(np.int64)


def sigmoid(odds: Floats) -> Floats:
    """Turn log odds into probabilities without overflow."""
    chance: Floats = (1 + np.tanh(odds / 2)) / 2
    return chance


def ranks(*keys: Floats | Ints) -> Ints:
    """Return each element's place when sorted by the last key first, as `numpy.lexsort` has it."""
    order = np.lexsort(keys)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def runs(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return (which run, which position) for every position of each run `starts[i] .. starts[i] + lengths[i] - 1`."""
    which = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    position = np.arange(len(which)) + np.repeat(starts - before, lengths)
    return which, position.astype(np.int64)


def firsts(ordered: Ints) -> Flags:
    """Say of each element of a sorted list whether it is the first of its value."""
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def least(index: Ints, values: Ints, count: int, none: int) -> Ints:
    """Return the smallest value by index, `none` where there is none."""
    found = np.full(count, none, dtype=np.int64)
    np.minimum.at(found, index, values)
    return found

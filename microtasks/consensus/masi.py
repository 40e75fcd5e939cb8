"""How far two sets of options lie apart: Passonneau's MASI, for many sets at once.

Passonneau, "Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation" (2006): one minus the
Jaccard index times 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap otherwise, 0 where they do
not meet. Two empty sets are equal. Distances are whole multiples of 1 / UNIT, so that sums of them are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from microtasks.consensus.exact import Floats, Ints

UNIT = 2**20
#: Different sets beyond which all pairs of them would take minutes.
MOST_SETS = 20_000
ROWS = 256


def ticks(distinct: Sequence[Collection[str]]) -> Floats:
    """Return a row per set and a column per option, 1 where the set holds it."""
    options = {option: at for at, option in enumerate(sorted(set().union(*distinct)))}
    table = np.zeros((len(distinct), max(len(options), 1)))
    for row, each in enumerate(distinct):
        table[row, [options[option] for option in each]] = 1
    return table


def distances(shared: Floats, one: Floats, other: Floats) -> Ints:
    """Return distances in units, from the number of shared options and the sizes of the sets (broadcast together)."""
    union = one + other - shared
    holds = np.where(shared == np.minimum(one, other), 2.0, 1.0)
    nearness = np.where(union == shared, 3.0, np.where(shared > 0, holds, 0.0))
    jaccard = np.where(union > 0, shared / np.maximum(union, 1), 1.0)
    apart: Ints = np.rint((1 - jaccard * nearness / 3) * UNIT).astype(np.int64)
    return apart


def between_all(table: Floats, counts: Ints) -> float:
    """Return the sum of distances over all ordered pairs of answers, each set being answered so many times."""
    sizes, total = table.sum(axis=1), 0
    for start in range(0, len(table), ROWS):
        rows = slice(start, start + ROWS)
        shared = table[rows] @ table.T
        apart = distances(shared, sizes[rows, None], sizes[None, :]) @ counts
        total += int(apart @ counts[rows])
    return total / UNIT


def within(table: Floats, unit: Ints, code: Ints) -> Floats:
    """Return for each unit (numbered from 0) the sum of distances over its ordered pairs of answers."""
    cells, times = np.unique(unit * len(table) + code, return_counts=True)
    of, which = cells // len(table), cells % len(table)
    sizes = table.sum(axis=1)
    sums = np.zeros(int(unit.max()) + 1)
    step = 1
    while (left := np.flatnonzero(of[step:] == of[:-step])).size:
        a, b = which[left], which[left + step]
        shared = np.einsum("ij,ij->i", table[a], table[b])
        weights = 2 * times[left] * times[left + step]
        apart = distances(shared, sizes[a], sizes[b]) * weights
        sums += np.bincount(of[left], weights=apart, minlength=len(sums))
        step += 1
    per_unit: Floats = sums / UNIT
    return per_unit

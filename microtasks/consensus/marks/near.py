"""Finding marks that lie near each other without comparing all with all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import runs

#: Pairs compared at a time; bounds memory, changes no result.
CHUNK = 2_000_000


def pairs(
    space: Space,
    one: Floats,
    one_task: Ints,
    other: Floats,
    other_task: Ints,
    reach: float,
) -> tuple[Ints, Ints, Floats]:
    """Return (row of one, row of other, distance) for all rows of the same task that lie within reach.

    Ordered by the row of one; among its partners by their place on the space's line.
    """
    if not len(one) or not len(other):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    _, low, high = space.window(one, reach)
    line, _, _ = space.window(other, reach)
    order = np.lexsort((line, other_task))
    start = _count_before(other_task, line, one_task, low, closed=False)
    stop = _count_before(other_task, line, one_task, high, closed=True)
    lengths = np.maximum(stop - start, 0)
    found = [
        _within(space, one, other, order, start, lengths, rows, reach)
        for rows in _portions(lengths)
    ]
    left, right, apart = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return left, right, apart


def _within(
    space: Space,
    one: Floats,
    other: Floats,
    order: Ints,
    start: Ints,
    lengths: Ints,
    rows: slice,
    reach: float,
) -> tuple[Ints, Ints, Floats]:
    which, position = runs(start[rows], lengths[rows])
    left, right = which + rows.start, order[position]
    apart = space.apart(one[left], other[right])
    near = apart <= reach
    return left[near], right[near], apart[near]


def _portions(lengths: Ints) -> Iterator[slice]:
    reached = np.cumsum(lengths)
    begun = 0
    while begun < len(lengths):
        done = reached[begun - 1] if begun else 0
        end = max(int(np.searchsorted(reached, done + CHUNK, side="right")), begun + 1)
        yield slice(begun, end)
        begun = end


def _count_before(
    task: Ints, line: Floats, asked_task: Ints, asked: Floats, *, closed: bool
) -> Ints:
    """Return, for each asked (task, value), how many known (task, value) sort before it; equal ones too if closed."""
    known = len(task)
    tasks = np.concatenate([task, asked_task])
    values = np.concatenate([line, asked])
    turn = np.concatenate([np.full(known, not closed), np.full(len(asked), closed)])
    order = np.lexsort((turn, values, tasks))
    counted = np.cumsum(order < known)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = counted
    return place[known:]

"""One mark of each answer for each object: the greedy matching, for all answers of all tasks at once."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.sums import Flags, least, ranks


def match(mark: Ints, slot: Ints, gain: Floats, tie: Ints) -> Flags:
    """Say of each candidate (mark, slot) whether it is taken: best gain first, each mark and slot once.

    Taking every pair that is the best of both its mark and its slot, again and again, is the same as walking the
    pairs from the best to the worst. Equal gains go by `tie`, then by mark.
    """
    rank = ranks(mark, tie, -gain)
    marks, slots = _span(mark), _span(slot)
    taken = np.zeros(len(mark), dtype=np.bool_)
    left = np.arange(len(mark))
    while len(left):
        best_of_mark = least(mark[left], rank[left], marks, len(mark))
        best_of_slot = least(slot[left], rank[left], slots, len(mark))
        best = (rank[left] == best_of_mark[mark[left]]) & (
            rank[left] == best_of_slot[slot[left]]
        )
        chosen = left[best]
        taken[chosen] = True
        used_marks = np.zeros(marks, dtype=np.bool_)
        used_slots = np.zeros(slots, dtype=np.bool_)
        used_marks[mark[chosen]] = True
        used_slots[slot[chosen]] = True
        left = left[~(used_marks[mark[left]] | used_slots[slot[left]])]
    return taken


def _span(index: Ints) -> int:
    return int(index.max()) + 1 if len(index) else 0

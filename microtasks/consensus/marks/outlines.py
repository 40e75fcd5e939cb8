"""Outlines (polygons): compared by intersection over union, the most central of a cluster standing for it.

The medoid is an outline that somebody drew, so it has no seams or holes that nobody meant; what it costs against a
vote by area is measured in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.marks.scanlines import Scanner
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import firsts, runs, tally, total

Outline = tuple[tuple[float, float], ...]


class Outlines(Space):
    """Marks are numbers of outlines in one sorted list; apart by one minus intersection over union."""

    #: As for boxes: two for where, two for how large.
    dims: ClassVar[int] = 4
    sized: ClassVar[bool] = True

    def __init__(self, outlines: Sequence[Outline]) -> None:
        """Take the sorted outlines; each two are compared when first asked for."""
        self.outlines = outlines
        self._scanner = Scanner(outlines)
        self._keys = np.zeros(0, dtype=np.int64)
        self._apart = np.zeros(0)

    def apart(self, one: Floats, other: Floats) -> Floats:
        """Return one minus intersection over union; nothing is compared twice."""
        first, second = one[:, 0].astype(np.int64), other[:, 0].astype(np.int64)
        key = np.minimum(first, second) * len(self.outlines) + np.maximum(first, second)
        self._compare(np.setdiff1d(key, self._keys))
        found: Floats = self._apart[np.searchsorted(self._keys, key)]
        return found

    def _compare(self, keys: Ints) -> None:
        if not len(keys):
            return
        one, other = np.divmod(keys, len(self.outlines))
        shared = self._scanner.shared(one, other)
        both = self._scanner.areas[one] + self._scanner.areas[other] - shared
        apart = 1 - np.where(both > 0, shared / np.where(both > 0, both, 1.0), 0.0)
        apart[one == other] = 0.0
        known = np.concatenate([self._keys, keys])
        order = np.argsort(known)
        self._keys = known[order]
        self._apart = np.concatenate([self._apart, apart])[order]

    def window(self, marks: Floats, reach: float) -> tuple[Floats, Floats, Floats]:
        """Compare all of a task: what lies apart is in the table."""
        line = np.zeros(len(marks))
        return line, line, line

    def centres(
        self, of: Ints, marks: Floats, weights: Floats, levels: Floats
    ) -> Floats:
        """Return each cluster's weighted medoid: the outline that overlaps the others best, the first where they tie."""
        order = np.argsort(of, kind="stable")
        size = tally(of, int(of.max()) + 1)
        start = np.cumsum(size) - size
        left, position = runs(start[of], size[of])
        right = order[position]
        cost = total(
            left, weights[right] * self.apart(marks[left], marks[right]), len(marks)
        )
        by_cost = np.lexsort((marks[:, 0], on_grid(cost), of))
        return marks[by_cost[firsts(of[by_cost])]]

    def sizes(self, marks: Floats) -> Floats:
        """Return areas."""
        return self._scanner.areas[marks[:, 0].astype(np.int64)]

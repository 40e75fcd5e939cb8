"""Points and boxes in a picture's own coordinates."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import tally

#: A box may not be thinner than this when offsets are divided by its sides (in the picture's unit).
THINNEST = 1e-9
#: A centre is the mean of the marks up to so much weight to either side of its level: for points the middle half, for
#: boxes hardly more than the quantile itself. Clicks scatter evenly around a point, the edges of boxes have outliers;
#: picked with the truth of `spots_cells` and `pedestrians_a` in view (0.8 and 0.4 points of F1 against the other's).
POINTS_HALF, BOXES_HALF = 0.25, 0.05


class Points(Space):
    """`[x, y]`: apart by the length of the straight line."""

    dims: ClassVar[int] = 2
    leans: ClassVar[bool] = True

    def apart(self, one: Floats, other: Floats) -> Floats:
        """Return distances in the picture's unit."""
        length: Floats = np.hypot(one[:, 0] - other[:, 0], one[:, 1] - other[:, 1])
        return length

    def window(self, marks: Floats, reach: float) -> tuple[Floats, Floats, Floats]:
        """Use the first coordinate as the line."""
        return marks[:, 0], marks[:, 0] - reach, marks[:, 0] + reach

    def centres(
        self, of: Ints, marks: Floats, weights: Floats, levels: Floats
    ) -> Floats:
        """Return the weighted midmean of each coordinate: its level is the median's."""
        return middles(of, marks, weights, levels, POINTS_HALF)

    def sizes(self, marks: Floats) -> Floats:
        """Points are all alike."""
        return np.ones(len(marks))


class Boxes(Space):
    """`[x0, y0, x1, y1]`: apart by the length of the four offsets, each over the mean side of both boxes.

    To first order one minus intersection over union is half the sum of these offsets.
    """

    dims: ClassVar[int] = 4
    skews: ClassVar[bool] = True
    sized: ClassVar[bool] = True

    def apart(self, one: Floats, other: Floats) -> Floats:
        """Return distances as shares of the boxes' sides."""
        sides = (_sides(one) + _sides(other)) / 2
        squares = ((one - other) / np.concatenate([sides, sides], axis=1)) ** 2
        length: Floats = np.sqrt(
            squares[:, :2].sum(axis=1) + squares[:, 2:].sum(axis=1)
        )
        return length

    def window(self, marks: Floats, reach: float) -> tuple[Floats, Floats, Floats]:
        """Use the left edge as the line; a partner is at most so much wider that both edges stay within reach."""
        left, right = marks[:, 0], marks[:, 2]
        # If both edges differ by at most d = reach * (w + v) / 2 and v <= w + 2 d, then d <= reach * w / (1 - reach).
        if reach >= 1:
            return left, np.full_like(left, -np.inf), np.full_like(left, np.inf)
        slack = reach * np.maximum(right - left, THINNEST) / (1 - reach)
        return left, left - slack, left + slack

    def centres(
        self, of: Ints, marks: Floats, weights: Floats, levels: Floats
    ) -> Floats:
        """Return the weighted middle of each edge."""
        return middles(of, marks, weights, levels, BOXES_HALF)

    def sizes(self, marks: Floats) -> Floats:
        """Return areas."""
        sides = _sides(marks)
        area: Floats = sides[:, 0] * sides[:, 1]
        return area


def _sides(marks: Floats) -> Floats:
    sides: Floats = np.maximum(marks[:, 2:] - marks[:, :2], THINNEST)
    return sides


def middles(
    of: Ints, marks: Floats, weights: Floats, levels: Floats, half: float
) -> Floats:
    """Return each cluster's weighted quantile column by column, smoothed: the mean of what lies about its level.

    A quantile is the likeliest centre if errors fall off exponentially to both sides, each worker's with his own
    scale; weights are then one over that scale. Smoothing frees it from whole pixels, and two marks from deciding
    for one of them.
    """
    size = tally(of, int(of.max()) + 1)
    starts = np.cumsum(size) - size
    found = np.empty((len(size), marks.shape[1]))
    for column, level in enumerate(levels.tolist()):
        order = np.lexsort((weights, marks[:, column], of))
        name, values, load = of[order], marks[order, column], weights[order]
        reached = np.cumsum(load)
        before = np.concatenate([[0.0], reached])[starts]
        whole = reached[starts + size - 1] - before
        high = (reached - before[name]) / whole[name]
        low = high - load / whole[name]
        left, right = max(level - half, 0.0), min(level + half, 1.0)
        inside = np.clip(high, left, right) - np.clip(low, left, right)
        # Steps from the lowest value keep the sum small wherever the picture's origin lies.
        lowest = values[starts]
        moved = np.add.reduceat(inside * (values - lowest[name]), starts)
        found[:, column] = lowest + moved / np.add.reduceat(inside, starts)
    return found

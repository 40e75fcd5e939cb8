"""Points and boxes in a picture's own coordinates."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import tally

#: A box may not be thinner than this when offsets are divided by its sides (in the picture's unit).
THINNEST = 1e-9


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
        self, cluster: Ints, marks: Floats, weights: Floats, count: int
    ) -> Floats:
        """Return the weighted median of each coordinate."""
        return medians(cluster, marks, weights, count)

    def sizes(self, marks: Floats) -> Floats:
        """Points are all alike."""
        return np.ones(len(marks))


class Boxes(Space):
    """`[x0, y0, x1, y1]`: apart by the length of the four offsets, each over the mean side of both boxes.

    To first order one minus intersection over union is half the sum of these offsets.
    """

    dims: ClassVar[int] = 4
    leans: ClassVar[bool] = True
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
        self, cluster: Ints, marks: Floats, weights: Floats, count: int
    ) -> Floats:
        """Return the weighted median of each edge."""
        return medians(cluster, marks, weights, count)

    def sizes(self, marks: Floats) -> Floats:
        """Return areas."""
        sides = _sides(marks)
        area: Floats = sides[:, 0] * sides[:, 1]
        return area


def _sides(marks: Floats) -> Floats:
    sides: Floats = np.maximum(marks[:, 2:] - marks[:, :2], THINNEST)
    return sides


def medians(cluster: Ints, marks: Floats, weights: Floats, count: int) -> Floats:
    """Return each cluster's weighted median column by column: the mean of the two middle values where they tie.

    The median is the likeliest centre if errors fall off exponentially, each worker's with his own scale; its
    weights are then one over that scale.
    """
    ends = np.cumsum(tally(cluster, count))
    found = np.empty((count, marks.shape[1]))
    for column in range(marks.shape[1]):
        order = np.lexsort((marks[:, column], cluster))
        values = marks[order, column]
        reached = np.cumsum(weights[order])
        before = np.concatenate([[0.0], reached])[np.concatenate([[0], ends[:-1]])]
        half = (before + reached[ends - 1]) / 2
        low = np.searchsorted(reached, half, side="left")
        high = np.searchsorted(reached, half, side="right")
        found[:, column] = values[low] / 2 + values[np.minimum(high, ends - 1)] / 2
    return found

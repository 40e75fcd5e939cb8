"""Areas of outlines and of what two of them share, by lines laid through both: exact across, even steps down.

Inside is what an odd number of edges lies left of, so that outlines that cross themselves have an area too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microtasks.consensus.exact import Floats, Ints

#: Lines through the part of the picture where two outlines may overlap, and through each outline for its area.
LINES = 64

Outline = Sequence[tuple[float, float]]


class Scanner:
    """Outlines made ready to be compared; `areas` holds each one's area."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        """Measure each outline's box and area."""
        self._shapes = [np.array(outline, dtype=np.float64) for outline in outlines]
        boxes = [(*s.min(axis=0), *s.max(axis=0)) for s in self._shapes]
        self._boxes = np.array(boxes).reshape(-1, 4)
        self.areas = np.array([_area(shape) for shape in self._shapes])

    def shared(self, one: Ints, other: Ints) -> Floats:
        """Return the area that each pair of outlines shares."""
        low = np.maximum(self._boxes[one, :2], self._boxes[other, :2])
        high = np.minimum(self._boxes[one, 2:], self._boxes[other, 2:])
        found = np.zeros(len(one))
        for pair in np.flatnonzero((low < high).all(axis=1)):
            lines = _lines(low[pair, 1], high[pair, 1])
            first = _crossings(self._shapes[one[pair]], lines)
            second = _crossings(self._shapes[other[pair]], lines)
            found[pair] = _common(first, second) * (high[pair, 1] - low[pair, 1])
        found /= LINES
        smaller: Floats = np.minimum(self.areas[one], self.areas[other])
        return np.minimum(found, smaller)


def _lines(low: float, high: float) -> Floats:
    lines: Floats = low + (np.arange(LINES) + 0.5) / LINES * (high - low)
    return lines


def _area(shape: Floats) -> float:
    low, high = float(shape[:, 1].min()), float(shape[:, 1].max())
    spans = _crossings(shape, _lines(low, high))
    crossed = np.where(np.isfinite(spans), spans, 0.0)
    inside = crossed[:, 1::2] - crossed[:, 0::2]
    return float(inside.sum()) * (high - low) / LINES


def _crossings(shape: Floats, lines: Floats) -> Floats:
    """Return where each line crosses the outline, from left to right, filled up with infinity: an even number."""
    here, there = shape, np.roll(shape, -1, axis=0)
    above = here[None, :, 1] <= lines[:, None]
    crossed = above != (there[None, :, 1] <= lines[:, None])
    rise = there[:, 1] - here[:, 1]
    share = (lines[:, None] - here[None, :, 1]) / np.where(rise == 0, 1.0, rise)
    x = np.where(crossed, here[:, 0] + share * (there[:, 0] - here[:, 0]), np.inf)
    most = int(crossed.sum(axis=1).max(initial=0))
    sorted_x: Floats = np.sort(x, axis=1)[:, : most + most % 2]
    return sorted_x


def _common(one: Floats, other: Floats) -> float:
    """Return the length that the spans of both share, summed over the lines."""
    start = np.maximum(one[:, 0::2, None], other[:, None, 0::2])
    stop = np.minimum(one[:, 1::2, None], other[:, None, 1::2])
    real = np.isfinite(start) & np.isfinite(stop) & (start < stop)
    return float((np.where(real, stop, 0.0) - np.where(real, start, 0.0)).sum())

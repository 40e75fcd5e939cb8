"""The rectangle and the baseline of a line, from its ink and the path of its middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microtasks.slicing.lines import runs
from microtasks.slicing.lines.cores import Core

Points = NDArray[np.float64]

#: Of a line's ink so much may stick out of it above, and as much below: long tails and flourishes.
_TAILS = 0.01
#: In x-heights: the room left around the ink and beside it, and the least and the most that a line reaches from its middle.
_ROOM, _BESIDE, _LEAST, _MOST = 0.3, 1.5, 0.7, 2.6
#: In x-heights: how far below the foot that was found letters may yet stand.
_MARGIN = 0.3
#: A rectangle shows at most so much of another line, unless it would show less than this of its own.
_OTHERS, _OWN = 0.2, 0.93


@dataclass(frozen=True, slots=True)
class Strip:
    """A line in the level picture: a path (x, y of its middle), its reach above and below, and its baseline's offset."""

    x: Points
    y: Points
    above: float
    below: float
    base: float
    margin: float


@dataclass(slots=True)
class Box:
    """A rectangle in the picture as it came, with the points along which its line runs: x-heights' middle and foot.

    `hem` runs a little below the foot.
    """

    left: float
    top: float
    right: float
    bottom: float
    middle: Points
    base: Points
    hem: Points

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The least and the greatest x and y of its paths: left, top, right, bottom."""
        both = np.concatenate([self.middle, self.hem])
        return (*both.min(axis=0).tolist(), *both.max(axis=0).tolist())

    def begin(self, axis: int, side: float) -> None:
        """Draw in the left (axis 0) or upper side, no further than to `side`."""
        if axis:
            self.top = max(self.top, side)
        else:
            self.left = max(self.left, side)

    def end(self, axis: int, side: float) -> None:
        """Draw in the right (axis 0) or lower side."""
        if axis:
            self.bottom = min(self.bottom, side)
        else:
            self.right = min(self.right, side)

    def holds(self, points: Points) -> NDArray[np.bool_]:
        """Return which points are inside."""
        x, y = points[:, 0], points[:, 1]
        inside = (x > self.left) & (x < self.right) & (y > self.top) & (y < self.bottom)
        return np.asarray(inside)


def strip(
    middle: Core, cell: int, ink: runs.Blobs, mine: runs.Ints, unit: int
) -> Strip:
    """Return the strip that holds a line's ink; `mine` are the numbers of its runs, `unit` the page's x-height."""
    start, end, row = ink.start[mine], ink.end[mine], ink.row[mine]
    offset = row + 0.5 - middle.at((start + end) / 2 / cell).astype(np.float64) * cell
    order = np.argsort(offset, kind="stable")
    mass = np.cumsum((end - start)[order]) / (end - start).sum()
    high = offset[order][np.searchsorted(mass, _TAILS)]
    last = min(int(np.searchsorted(mass, 1 - _TAILS)), len(order) - 1)
    low = offset[order][last]
    above = float(np.clip(-high, _LEAST * unit, _MOST * unit)) + _ROOM * unit
    below = float(np.clip(low, _LEAST * unit, _MOST * unit)) + _ROOM * unit
    # A flourish or a stamp that runs on past the band of letters does not widen the line.
    left = max(float(start.min()), middle.left * cell - unit) - _BESIDE * unit
    right = min(float(end.max()), middle.right * cell + unit) + _BESIDE * unit
    x = np.linspace(left, right, max(8, int((right - left) / unit) + 1))
    y = middle.at(x / cell).astype(np.float64) * cell
    return Strip(x, y, above, below, _base(offset, end - start, unit), _MARGIN * unit)


def _base(offset: Points, length: runs.Ints, unit: int) -> float:
    """Return how far below the middle the ink falls away most: there words stand."""
    reach = int(1.5 * unit)
    places = np.clip(np.round(offset), -reach, reach).astype(np.int64) + reach
    profile = np.bincount(places, length, 2 * reach + 1)[:, np.newaxis].astype(
        np.float32
    )
    fall = -np.diff(runs.smoothed(profile, max(1.0, unit / 8), 0)[:, 0])
    return float(np.argmax(fall[reach:-1]) + 0.5)


def apart(boxes: Sequence[Box]) -> None:
    """Draw in the sides of rectangles that show too much of other lines, as far as their own line stays in."""
    edges = np.array([box.bounds for box in boxes]).reshape(-1, 4)
    for number, box in enumerate(boxes):
        near = (edges[:, 0] < box.right) & (edges[:, 2] > box.left)
        near &= (edges[:, 1] < box.bottom) & (edges[:, 3] > box.top)
        for other in np.flatnonzero(near).tolist():
            if other != number:
                _draw_in(box, boxes[other])


def _draw_in(box: Box, other: Box) -> None:
    """Draw in the one side of a rectangle beyond which another line runs."""
    own, far = box.base, other.base
    shared = min(own[:, 0].max(), far[:, 0].max()) - max(
        own[:, 0].min(), far[:, 0].min()
    )
    axis = 1 if shared > 0.3 * min(np.ptp(own[:, 0]), np.ptp(far[:, 0])) else 0
    is_after = np.median(far[:, axis]) > np.median(own[:, axis])
    path = other.middle if is_after else other.hem
    seen = np.sort(path[box.holds(path)][:, axis])
    excess = len(seen) - int(_OTHERS * len(path))
    if excess <= 0:
        return
    out = int((1 - _OWN) * len(own))
    if is_after:
        box.end(axis, max(seen[-excess], np.sort(box.base[:, axis])[-1 - out] + 1))
    else:
        heart = (box.middle[:, axis] + box.base[:, axis]) / 2
        box.begin(axis, min(seen[excess - 1], np.sort(heart)[out] - 1))

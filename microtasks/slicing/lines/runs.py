"""Black and white pictures as runs of ink: what is long, what is close, what hangs together. Only numpy.

A mask is an array of booleans, rows x columns; transposed, everything here works on columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Blobs:
    """What hangs together in a mask, diagonals included: its runs `row`, `start`, `end`, each with its blob's number.

    `top`, `bottom`, `left`, `right` and `area` have an entry for each blob; ends are exclusive.
    """

    row: Ints
    start: Ints
    end: Ints
    blob: Ints
    top: Ints
    bottom: Ints
    left: Ints
    right: Ints
    area: Ints

    def __len__(self) -> int:
        return len(self.area)

    def painted(self, shape: tuple[int, ...], values: NDArray[np.integer]) -> Ints:
        """Return a picture in which each run has its value (one for each run), and 0 is elsewhere."""
        steps = np.zeros((shape[0], shape[1] + 1), np.int64)
        np.add.at(steps, (self.row, self.start), values)
        np.add.at(steps, (self.row, self.end), -values)
        return np.cumsum(steps, axis=1)[:, :-1]

    def kept(self, shape: tuple[int, ...], keep: Mask) -> Mask:
        """Return the mask of the blobs to keep."""
        return self.painted(shape, keep[self.blob].astype(np.int64)) > 0


def edges(mask: Mask) -> tuple[Ints, Ints, int]:
    """Return where runs start and end, as positions in rows that are one longer than the mask's, and that length."""
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1).ravel()
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), width + 1


def long_runs(mask: Mask, least: int) -> Mask:
    """Return the mask without the horizontal runs that are shorter."""
    start, end, stride = edges(mask)
    keep = end - start >= least
    steps = np.zeros(mask.shape[0] * stride, np.int8)
    steps[start[keep]], steps[end[keep]] = 1, -1
    steps = steps.reshape(-1, stride)
    return np.cumsum(steps, axis=1, dtype=np.int8)[:, :-1] > 0


def closed(mask: Mask, most: int) -> Mask:
    """Return the mask with horizontal gaps of at most so many pixels filled."""
    return ~long_runs(~mask, most + 1)


def grown(mask: Mask, by: int) -> Mask:
    """Return the mask grown by so many pixels to each of the four sides, corners too."""
    return _spread(_spread(mask, by).T, by).T


def _spread(mask: Mask, by: int) -> Mask:
    """Grow sideways, by doubling: as many steps as the number has bits."""
    done, wide = 0, mask
    while done < by:
        step = min(max(1, done), by - done)
        more = wide.copy()
        more[:, step:] |= wide[:, :-step]
        more[:, :-step] |= wide[:, step:]
        done, wide = done + step, more
    return wide


def blobs(mask: Mask) -> Blobs:
    """Return what hangs together in a mask, numbered from top to bottom."""
    start, end, stride = edges(mask)
    row = start // stride
    # Runs of the row above that touch [start - 1, end + 1): the first that ends late enough to the last that starts.
    # Rows do not mix: each is one longer than the mask, and ends are exclusive.
    first = np.searchsorted(end, start - stride, side="left")
    last = np.searchsorted(start, end - stride, side="right")
    first = np.maximum(first, np.searchsorted(row, row - 1, side="left"))
    last = np.minimum(last, np.searchsorted(row, row, side="left"))
    count = np.maximum(last - first, 0)
    below = np.repeat(np.arange(len(row)), count)
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    number = _joined(len(row), below, np.repeat(first, count) + rank)
    return _measured(row, start - row * stride, end - row * stride, number)


def _joined(size: int, one: Ints, other: Ints) -> Ints:
    """Number 0..size-1 by what the pairs connect: each takes the least number it can reach."""
    root = np.arange(size)
    while len(one):
        a, b = root[one], root[other]
        apart = a != b
        one, other, a, b = one[apart], other[apart], a[apart], b[apart]
        least = np.minimum(a, b)
        np.minimum.at(root, a, least)
        np.minimum.at(root, b, least)
        while not np.array_equal(root, again := root[root]):
            root = again
    return np.unique(root, return_inverse=True)[1]


def _measured(row: Ints, start: Ints, end: Ints, number: Ints) -> Blobs:
    size = int(number.max()) + 1 if len(number) else 0
    far = np.iinfo(np.int64).max
    top, left = np.full(size, far), np.full(size, far)
    bottom, right = np.zeros(size, np.int64), np.zeros(size, np.int64)
    np.minimum.at(top, number, row)
    np.maximum.at(bottom, number, row + 1)
    np.minimum.at(left, number, start)
    np.maximum.at(right, number, end)
    area = np.bincount(number, end - start, size).astype(np.int64)
    return Blobs(row, start, end, number, top, bottom, left, right, area)


def smoothed(values: Floats, rows: float, columns: float) -> Floats:
    """Return values blurred by three box means in each direction, which is nearly a Gaussian of these deviations.

    Three boxes of width w have the variance (w^2 - 1) / 4. Edges are continued.
    """
    for axis, deviation in ((0, rows), (1, columns)):
        width = 2 * round(((4 * deviation**2 + 1) ** 0.5 - 1) / 2) + 1
        for _ in range(3 if width > 1 else 0):
            values = _box(values, width, axis)
    return values


def _box(values: Floats, width: int, axis: int) -> Floats:
    half = width // 2
    values = np.moveaxis(values, axis, 0)
    pad = [(half + 1, half), *[(0, 0)] * (values.ndim - 1)]
    sums = np.cumsum(np.pad(values, pad, mode="edge"), axis=0, dtype=np.float64)
    means = ((sums[width:] - sums[:-width]) / width).astype(np.float32)
    return np.moveaxis(means, 0, axis)

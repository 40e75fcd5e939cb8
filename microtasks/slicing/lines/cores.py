"""Where lines run: the bands in which ink is denser than above and below, each with the path of its middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microtasks.slicing.lines import rules, runs
from microtasks.slicing.lines.runs import Floats, Ints, Mask

#: In x-heights: how far along the line ink is smeared, and across it, narrowly and widely.
_ALONG, _ACROSS, _AROUND = 1.5, 0.35, 1.2
#: A band is so much denser than its surroundings, and at least so dense.
_DENSER, _DENSE = 1.15, 0.04
#: Cells to an x-height, in which bands are traced.
_CELLS = 6


@dataclass(frozen=True, slots=True)
class Core:
    """A band of text, as the y of its middle at each x from `left` on; all in cells of the coarse picture."""

    left: int
    middle: Floats

    @property
    def right(self) -> int:
        """The first x past the band."""
        return self.left + len(self.middle)

    def at(self, x: NDArray[np.floating] | Ints) -> Floats:
        """Return the y of the middle at any x, carried on level past its ends."""
        place = np.arange(self.left, self.right)
        return np.interp(x, place, self.middle).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Bands:
    """The cores of a picture; `number` has each cell's core, counted from 1, or 0; `wall` what no line may cross.

    A cell is `cell` pixels square, and `x_height` is measured in cells.
    """

    cores: list[Core]
    number: Ints
    wall: Mask
    cell: int
    x_height: float


def find(text: Mask, rule: Mask, x_height: int) -> Bands:
    """Return the bands of text of a level picture; `rule` is the ink of upright rules.

    Ink is smeared along lines; a band is where it is denser than a wider smear across them says: a difference of
    Gaussians, as ridges of anisotropic ones are in Bukhari, Shafait and Breuel (2009), at a scale of the page's own.
    """
    cell = max(1, x_height // _CELLS)
    unit = x_height / cell
    ink = _coarse(text, cell)
    wall = (_coarse(rule, cell) > 0) | rules.gutters(ink > 0, unit)
    # A slanting wall one cell thick would leak at its corners, where bands touch across it.
    wall[:, 1:] |= wall[:, :-1].copy()
    dense = runs.smoothed(ink, 0, _ALONG * unit)
    narrow = runs.smoothed(dense, _ACROSS * unit, 0)
    around = runs.smoothed(dense, _AROUND * unit, 0)
    bands = (narrow > _DENSER * around) & (narrow > _DENSE) & ~wall
    found = runs.blobs(bands)
    number = found.painted(bands.shape, found.blob + 1)
    return Bands(_traced(found, number, narrow, unit), number, wall, cell, unit)


def _coarse(mask: Mask, cell: int) -> Floats:
    """Return the share of ink in each cell; cells that are cut off at the far edges are left out."""
    rows, columns = (length // cell for length in mask.shape)
    cut = mask[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell)
    share: Floats = cut.mean(axis=(1, 3), dtype=np.float32)
    return share


def _traced(found: runs.Blobs, number: Ints, weight: Floats, unit: float) -> list[Core]:
    """Return each blob's middle: at each x the mean y of its cells by their density, smoothed along the line."""
    cores = []
    for index in range(len(found)):
        rows = slice(int(found.top[index]), int(found.bottom[index]))
        columns = slice(int(found.left[index]), int(found.right[index]))
        mass = np.where(number[rows, columns] == index + 1, weight[rows, columns], 0)
        y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, np.newaxis] + 0.5
        middle = (mass * y).sum(axis=0) / mass.sum(axis=0)
        middle = runs.smoothed(middle[np.newaxis].astype(np.float32), 0, unit)[0]
        cores.append(Core(columns.start, middle))
    return cores

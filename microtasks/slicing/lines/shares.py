"""Whose ink is whose: strokes go to the line they stand on, strokes that touch several lines are shared out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microtasks.slicing.lines import runs
from microtasks.slicing.lines.cores import Bands, Core
from microtasks.slicing.lines.runs import Ints

#: In x-heights: how far dots and commas stand from the middle of their line, how high they are, how far past its ends.
_STRAY, _SMALL, _PAST = 2.2, 1.5, 1.0


def owners(
    bands: Bands,
    middles: Sequence[Core],
    chains: Sequence[Sequence[int]],
    ink: runs.Blobs,
) -> Ints:
    """Return for each run of ink the number of its line, or -1."""
    if not middles:
        return np.full(len(ink.row), -1)
    of_band = np.zeros(len(bands.cores) + 1, np.int64) - 1
    for number, chain in enumerate(chains):
        of_band[np.array(chain) + 1] = number
    x = (ink.start + ink.end) / 2 / bands.cell
    y = (ink.row + 0.5) / bands.cell
    rows = np.minimum(y.astype(np.int64), bands.number.shape[0] - 1)
    columns = np.minimum(x.astype(np.int64), bands.number.shape[1] - 1)
    touched = of_band[bands.number[rows, columns]]

    size = len(middles)
    inside = touched >= 0
    keys = np.unique(ink.blob[inside] * size + touched[inside])
    blob: Ints = keys // size
    line: Ints = keys % size
    many = np.bincount(blob, minlength=len(ink))
    only: Ints = np.full(len(ink), -1)
    only[blob] = line
    found: Ints = np.where(many[ink.blob] == 1, only[ink.blob], -1)
    _share(found, ink, many, blob, line, middles, x, y)
    _gather(found, ink, many, middles, bands)
    return found


def _share(
    found: Ints,
    ink: runs.Blobs,
    many: Ints,
    blob: Ints,
    line: Ints,
    middles: Sequence[Core],
    x: np.ndarray,
    y: np.ndarray,
) -> None:
    """Give each run of a blob that touches several lines to the nearest of them."""
    shared = np.flatnonzero(many[ink.blob] > 1)
    nearest = np.full(len(found), np.inf)
    for number, middle in enumerate(middles):
        touching = np.zeros(len(many), bool)
        touching[blob[line == number]] = True
        mine = shared[touching[ink.blob[shared]]]
        past = np.maximum(middle.left - x[mine], 0) + np.maximum(
            x[mine] - middle.right, 0
        )
        apart = abs(middle.at(x[mine]) - y[mine]) + past
        closer = apart < nearest[mine]
        found[mine[closer]] = number
        nearest[mine[closer]] = apart[closer]


def _gather(
    found: Ints, ink: runs.Blobs, many: Ints, middles: Sequence[Core], bands: Bands
) -> None:
    """Give dots, accents and commas, which touch no line, to the nearest line around them."""
    unit = bands.x_height
    small = (ink.bottom - ink.top) < _SMALL * unit * bands.cell
    x = (ink.left + ink.right) / 2 / bands.cell
    y = (ink.top + ink.bottom) / 2 / bands.cell
    stray = np.flatnonzero((many == 0) & small)
    nearest, owner = np.full(len(ink), _STRAY * unit), np.full(len(ink), -1)
    for number, middle in enumerate(middles):
        near = (x[stray] > middle.left - _PAST * unit) & (
            x[stray] < middle.right + _PAST * unit
        )
        mine = stray[near]
        apart = abs(middle.at(x[mine]) - y[mine])
        closer = apart < nearest[mine]
        owner[mine[closer]] = number
        nearest[mine[closer]] = apart[closer]
    found[:] = np.where(owner[ink.blob] >= 0, owner[ink.blob], found)

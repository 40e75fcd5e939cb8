"""Bands that are no line of their own: capitals, tails, bars and accents above and below the letters of one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microtasks.slicing.lines import runs
from microtasks.slicing.lines.cores import Bands, Core
from microtasks.slicing.lines.runs import Ints, Mask

#: In x-heights: how far from its line a band may be whose ink belongs to strokes of the line, for so much of it.
_JOINED, _SHARED = 4.0, 0.6
#: Without such strokes: in x-heights how wide it is at most, and in line pitches how far from its line.
_NARROW, _CLOSE = 8.0, 0.6
#: In x-heights: what is wide enough to tell the pitch of lines by, and the pitch where nothing tells it.
_WIDE, _PITCH = 6.0, 3.7


def lines(bands: Bands, ink: runs.Blobs) -> list[int]:
    """Return the bands that are lines or words of their own."""
    size = len(bands.cores)
    if not size:
        return []
    total, lent = _mass(bands, ink)
    one, other, apart = _beside(bands)
    width = np.array([len(core.middle) for core in bands.cores])
    unit = bands.x_height
    smaller = total[one] < total[other]
    joined = smaller & (apart < _JOINED * unit)
    joined &= np.array([lent.get(p, 0) for p in zip(one.tolist(), other.tolist(), strict=True)], float) >= _SHARED * total[one]  # fmt: skip
    close = smaller & (apart < _CLOSE * _pitch(one, other, apart, width, unit))
    close &= (width[one] < _NARROW * unit) & (width[other] > 1.2 * width[one])
    own: Mask = total > 0
    own[one[joined | close]] = False
    return np.flatnonzero(own).tolist()


def _pitch(
    one: Ints, other: Ints, apart: NDArray[np.float64], width: Ints, unit: float
) -> float:
    """Return the median distance of wide bands to the nearest one above or below."""
    wide = (
        (width[one] > _WIDE * unit) & (width[other] > _WIDE * unit) & (apart > 2 * unit)
    )
    if not wide.any():
        return _PITCH * unit
    nearest = np.full(len(width), np.inf)
    np.minimum.at(nearest, one[wide], apart[wide])
    return float(np.median(nearest[np.isfinite(nearest)]))


def _beside(bands: Bands) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return all pairs of bands of which the first lies above or below the second, and how far."""
    left = np.array([core.left for core in bands.cores], np.int32)
    right = np.array([core.right for core in bands.cores], np.int32)
    level = np.array([core.middle.mean() for core in bands.cores], np.float32)
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    near = abs(level[:, None] - level) < 12 * bands.x_height
    one, other = np.nonzero(near & (shared >= 0.5 * (right - left)[:, None]))
    one, other = one[one != other], other[one != other]
    pairs = zip(one.tolist(), other.tolist(), strict=True)
    return (
        one,
        other,
        np.array([_apart(bands.cores[n], bands.cores[m]) for n, m in pairs]),
    )


def _apart(one: Core, other: Core) -> float:
    x = np.arange(max(one.left, other.left), min(one.right, other.right))
    return abs(float((one.at(x) - other.at(x)).mean()))


def _mass(bands: Bands, ink: runs.Blobs) -> tuple[Ints, dict[tuple[int, int], int]]:
    """Return each band's ink, and for pairs of bands how much of the first one's is in blobs that are the second's.

    A blob is the band's that has most of it.
    """
    rows = np.minimum(ink.row // bands.cell, bands.number.shape[0] - 1)
    middles = (ink.start + ink.end) // 2 // bands.cell
    number = bands.number[rows, np.minimum(middles, bands.number.shape[1] - 1)]
    inside, size = number > 0, len(bands.cores)
    keys = ink.blob[inside] * size + number[inside] - 1
    pairs, where = np.unique(keys, return_inverse=True)
    mass = np.bincount(where, (ink.end - ink.start)[inside]).astype(np.int64)
    blob, band = pairs // size, pairs % size
    order = np.lexsort((band, -mass, blob))
    first = order[np.unique(blob[order], return_index=True)[1]]
    owner = np.zeros(len(ink), np.int64)
    owner[blob[first]] = band[first]
    lent: dict[tuple[int, int], int] = {}
    for key in np.flatnonzero(owner[blob] != band).tolist():
        pair = int(band[key]), int(owner[blob[key]])
        lent[pair] = lent.get(pair, 0) + int(mass[key])
    return np.bincount(band, mass, size).astype(np.int64), lent

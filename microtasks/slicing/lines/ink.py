"""What is ink on a page: darker than the paper around it, as dark as the page's other ink, and no thicker than pens are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from microtasks.slicing.lines import runs
from microtasks.slicing.lines.runs import Floats, Mask

#: Blocks to a side of the picture on which the paper's brightness is looked up.
_BLOCKS = 50
#: Of a block's pixels so many are darker than its paper.
_PAPER = 0.8
#: Paper is at least this bright, compared with the brightest paper of the page: beyond it lies the table, or the dark.
_DIMMEST = 0.4
#: Contrast that nobody can read; ink is at least so much darker than its paper.
_LEAST = 0.08
#: Ink is at least so dark, compared with the median of what is surely ink; what shines through is paler.
_PALEST = 0.45
_STRIPS = 20
#: In x-heights: the thickest strokes, and what is too large for a letter.
_THICK, _LARGE = 0.8, 4.0


def mask(grey: NDArray[np.uint8]) -> Mask:
    """Return where a picture has ink.

    Paper is the local 80th percentile of brightness, contrast the share by which a pixel is darker. What is surely
    ink is told from paper by Otsu's threshold (1979) of the contrasts; ink is all with 0.45 of its median contrast.
    """
    paper = _paper(grey)
    brightest = float(np.percentile(paper, 90))
    if brightest <= 0:
        return np.zeros(grey.shape, bool)
    dimmest = np.float32(0.35 * brightest)
    contrast: Floats = ((paper - grey) / np.maximum(paper, dimmest)).astype(np.float32)
    visible = contrast[contrast > _LEAST]
    if not len(visible):
        return np.zeros(grey.shape, bool)
    sure = float(np.median(visible[visible >= _otsu(visible)]))
    least = max(_LEAST, _PALEST * sure)
    found: Mask = (contrast > least) & (paper > _DIMMEST * brightest)
    return found


def x_height(ink: Mask) -> int:
    """Return about how high small letters are, in pixels: where the vertical autocorrelation of ink falls to its mean.

    Autocorrelations of the row profiles of 20 vertical strips are added up, each by its strength. The unit of all
    distances in this package.
    """
    height, width = ink.shape
    size = 1 << (2 * height - 1).bit_length()
    total = np.zeros(max(2, height // 4))
    for strip in np.array_split(ink, min(_STRIPS, width), axis=1):
        profile = strip.mean(axis=1, dtype=np.float32)[:, np.newaxis]
        profile = runs.smoothed(profile, 2, 0)
        profile = (profile - runs.smoothed(profile, 60, 0))[:, 0]
        spectrum = np.fft.rfft(profile, size)
        power = np.fft.irfft(spectrum * spectrum.conj(), size)[: len(total)]
        if power[0] > 0:
            total += power / np.sqrt(power[0])
    return max(6, int(np.argmax(total < 0)))


def without_solids(ink: Mask, x_height: int) -> Mask:
    """Return the ink without dark areas: thicker than any pen both ways, and larger than a letter; with what rims them."""
    thick = int(_THICK * x_height)
    solid = runs.long_runs(ink, thick) & runs.long_runs(ink.T, thick).T
    found = runs.blobs(solid)
    size = np.maximum(found.right - found.left, found.bottom - found.top)
    solid = found.kept(ink.shape, size > _LARGE * x_height)
    return ink & ~runs.grown(solid, x_height)


def _paper(grey: NDArray[np.uint8]) -> Floats:
    """Return the paper's brightness everywhere, from a high percentile in each block of the picture."""
    side = max(8, round((grey.size**0.5) / _BLOCKS))
    rows, columns = (-(-length // side) for length in grey.shape)
    pad = ((0, rows * side - grey.shape[0]), (0, columns * side - grey.shape[1]))
    padded = np.pad(grey, pad, mode="edge").reshape(rows, side, columns, side)
    blocks = padded.swapaxes(1, 2).reshape(rows, columns, side * side)
    rank = int(_PAPER * (side * side - 1))
    coarse = _median(np.partition(blocks, rank, axis=2)[:, :, rank])
    size = (columns * side, rows * side)
    picture = Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR)
    soft = np.asarray(picture, dtype=np.float32)
    # Where a bright sheet ends, its brightness must not reach into the dark beside it: that would look like ink.
    paper: Floats = np.minimum(soft, coarse.repeat(side, axis=0).repeat(side, axis=1))
    return paper[: grey.shape[0], : grey.shape[1]]


def _median(values: NDArray[np.uint8]) -> Floats:
    """Return the median of each value and its eight neighbours."""
    padded = np.pad(values, 1, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    middle: Floats = np.median(around, axis=(2, 3)).astype(np.float32)
    return middle


def _otsu(values: Floats) -> float:
    """Return the threshold between two classes that leaves the least variance within them (Otsu 1979)."""
    counts, borders = np.histogram(values, bins=128)
    middles = (borders[:-1] + borders[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = len(values) - below
    sums = np.cumsum(counts * middles)
    share = (below > 0) & (above > 0)
    between = np.zeros(len(below))
    means = (
        sums[:-1][share] / below[share],
        (sums[-1] - sums[:-1])[share] / above[share],
    )
    between[share] = below[share] * above[share] * (means[0] - means[1]) ** 2
    return float(middles[int(np.argmax(between))])

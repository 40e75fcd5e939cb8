"""Printed rules and gutters: what stands between columns, and what is no text."""

from __future__ import annotations

import numpy as np

from microtasks.slicing.lines import runs
from microtasks.slicing.lines.runs import Mask

#: In x-heights: a rule is at least so long.
_LENGTH = 8
#: A gutter is at least so high, has text so near on both sides, and pauses of no more than this in that text.
_GAP_HEIGHT, _NEAR, _PAUSE = 22, 10, 3


def horizontal(ink: Mask, x_height: int) -> Mask:
    """Return the ink of level rules: long straight runs, joined where a neighbouring row goes on."""
    return _rules(ink, x_height, 4 * x_height, 0.5)


def vertical(ink: Mask, x_height: int) -> Mask:
    """Return the ink of upright rules; strokes of letters are shorter and do not follow one another."""
    return _rules(runs.closed(ink.T, 2), x_height, 2.5 * x_height, 1.5).T


def _rules(ink: Mask, x_height: int, run: float, thickest: float) -> Mask:
    straight = runs.long_runs(ink, int(run))
    # What is thick is no rule, and must not join rules that it touches into one.
    straight &= ~runs.long_runs(straight.T, int(thickest * x_height) + 1).T
    found = runs.blobs(runs.closed(straight, x_height))
    keep = found.right - found.left > _LENGTH * x_height
    return runs.grown(found.kept(ink.shape, keep), max(1, x_height // 8))


def gutters(text: Mask, x_height: float) -> Mask:
    """Return the blank strips between columns of text: high, not too narrow, with text on either side of most rows.

    `text` may be a coarse picture; `x_height` is measured in it.
    """
    blank = runs.long_runs(~text.T, int(_GAP_HEIGHT * x_height)).T
    start, end, stride = runs.edges(runs.long_runs(blank, max(1, round(x_height))))
    row, left, right = start // stride, start % stride, end % stride
    near, last = max(1, int(_NEAR * x_height)), text.shape[1]
    sums = np.cumsum(np.pad(text, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    on_left = sums[row, left] > sums[row, np.maximum(left - near, 0)]
    on_right = sums[row, np.minimum(right + near, last)] > sums[row, right]
    both = on_left & on_right
    between = np.zeros((text.shape[0], stride), np.int8)
    between[row[both], left[both]], between[row[both], right[both]] = 1, -1
    strips = np.cumsum(between, axis=1, dtype=np.int8)[:, :-1] > 0
    strips = runs.closed(strips.T, int(_PAUSE * x_height))
    return _middles(runs.long_runs(strips, int(_GAP_HEIGHT * x_height)).T)


def _middles(mask: Mask) -> Mask:
    """Return the middle pixel of each horizontal run."""
    start, end, stride = runs.edges(mask)
    middle = (start + end) // 2
    thin = np.zeros((mask.shape[0], stride), bool)
    thin[middle // stride, middle % stride] = True
    return thin[:, :-1]

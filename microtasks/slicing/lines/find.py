"""Lines of text in a grey picture: numbers in, lines out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microtasks.slicing.slicer import Line, Region


def find(grey: NDArray[np.uint8]) -> tuple[Line, ...]:
    """Return the lines of a picture, by its projection profile."""
    ink = grey < grey.mean() - 2 * grey.std()
    rows = ink.any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows, [0]))))
    found = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        found.append(Line(Region(left, int(top), right - left, int(bottom - top))))
    return tuple(found)

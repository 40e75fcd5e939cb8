"""Whether ink is text: letters are several strokes side by side, neither flat nor solid, and enough of them."""

from __future__ import annotations

import numpy as np

from microtasks.slicing.lines import runs
from microtasks.slicing.lines.runs import Ints

#: In x-heights: text is at least so wide and so high.
_WIDE, _HIGH = 1.2, 0.75
#: A row through text meets so many strokes: `_STROKES` and `_MORE` for each x-height of width.
_STROKES, _MORE = 1.3, 0.25
#: In x-heights squared: text has so much ink, and so much more for each x-height of width.
_INK, _INK_MORE = 0.3, 0.15
#: Of the rectangle around it text fills less: what fills more is a blot, a rule or an edge.
_FULL = 0.75


def are(ink: runs.Blobs, mine: Ints, unit: int) -> bool:
    """Whether these runs of ink, numbered `mine`, can be a line of text; a check mark, a blot, a dash cannot.

    Measured in x-heights of `unit` pixels; strokes are those that the busiest quarter of an x-height meets.
    """
    start, end, row = ink.start[mine], ink.end[mine], ink.row[mine]
    area = int((end - start).sum())
    width = int(end.max() - start.min())
    heights = np.sort(np.repeat(row, end - start))
    high, low = heights[int(0.05 * area)], heights[int(0.95 * area)]
    height = int(low - high) + 1
    met = np.sort(np.bincount(row - row.min()))
    strokes = int(met[-max(1, unit // 4) :][0])
    wide = width / unit
    return bool(
        wide >= _WIDE
        and height >= _HIGH * unit
        and strokes >= _STROKES + _MORE * wide
        and area >= (_INK + _INK_MORE * wide) * unit**2
        and area < _FULL * width * height
    )

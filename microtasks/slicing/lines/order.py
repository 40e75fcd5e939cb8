"""Reading order of lines."""

from __future__ import annotations

from collections.abc import Sequence

from microtasks.slicing.slicer import Line


def read(lines: Sequence[Line], rtl: bool = False) -> list[Line]:
    """Return lines in reading order."""
    return sorted(lines, key=lambda line: (line.region.y, line.region.x))

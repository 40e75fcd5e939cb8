"""Looking into a picture file for what slicers need to know of it beside its size."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from microtasks import pictures
from microtasks.slicing import lines
from microtasks.slicing.slicer import Line, Region, Slicer, Subject

#: Lines of a page are told apart at this size; what a hostile picture costs ends here too.
MOST_PIXELS = 3_000_000


def subject(path: Path, width: int, height: int, slicers: Iterable[Slicer]) -> Subject:
    """Return what these slicers may know of a picture; its lines are looked for only if one needs them."""
    if not any(slicer.needs_lines for slicer in slicers):
        return Subject(width, height)
    return Subject(width, height, lines=lines_of(path, width, height))


def lines_of(path: Path, width: int, height: int) -> tuple[Line, ...]:
    """Return the lines of text of a picture, in source pixels."""
    grey = pictures.grey(path, MOST_PIXELS)
    scale = width / grey.shape[1], height / grey.shape[0]
    return tuple(_scaled(line, scale, (width, height)) for line in lines.find(grey))


def _scaled(line: Line, by: tuple[float, float], size: tuple[int, int]) -> Line:
    """Return a line in source pixels: its region rounded outwards, and inside the picture."""
    at = line.region
    left, top = int(at.x * by[0]), int(at.y * by[1])
    right = min(size[0], -int(-(at.x + at.width) * by[0] // 1))
    bottom = min(size[1], -int(-(at.y + at.height) * by[1] // 1))
    points = tuple((round(x * by[0]), round(y * by[1])) for x, y in line.baseline)
    return Line(Region(left, top, right - left, bottom - top), points)

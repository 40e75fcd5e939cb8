"""From the units of a file to whole pixels of the picture: scaled, rounded, and never outside."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from microtasks.errors import InvalidInput
from microtasks.layout.page import Point, Polygon, rectangle

#: No picture is larger on one side.
LARGEST = 1_000_000
#: By how much the two scales may differ before a layout is another picture's.
_SKEWED = 0.02
_NUMBER = re.compile(
    r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,2})?", re.A
)
_BETWEEN = re.compile(r"[\s,]+")


def number(text: str) -> float | None:
    """Return what a plain decimal number says, or None: no nan, no infinity, no digits of other scripts."""
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def numbers(text: str) -> list[float] | None:
    """Return numbers that spaces and commas part, or None if one is none."""
    parts = [number(part) for part in _BETWEEN.split(text.strip()) if part]
    found = [part for part in parts if part is not None]
    return found if len(found) == len(parts) else None


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture's size in pixels, and how many of them one unit of the file is across and down."""

    width: int
    height: int
    across: float = 1.0
    down: float = 1.0

    @classmethod
    def fitted(cls, width: float, height: float, size: tuple[int, int] | None) -> Frame:
        """Lay a page of width x height units over a picture of that size; without one a unit is a pixel.

        Raise InvalidInput if the page's form is another than the picture's.
        """
        if not (1 <= width <= LARGEST and 1 <= height <= LARGEST):
            raise InvalidInput(
                f"the page says it is {width:g} x {height:g}: no picture is, export the file again"
            )
        if size is None:
            return cls(round(width), round(height))
        across, down = size[0] / width, size[1] / height
        if abs(across / down - 1) > _SKEWED:
            raise InvalidInput(
                f"the layout is of a picture of {width:g} x {height:g}, the one beside it has {size[0]} x {size[1]} pixels: upload the layout that belongs to it"
            )
        return cls(*size, across, down)

    def point(self, x: float, y: float) -> Point:
        """Return the nearest whole pixel in the picture."""
        return (
            min(max(math.floor(x * self.across + 0.5), 0), self.width),
            min(max(math.floor(y * self.down + 0.5), 0), self.height),
        )

    def path(self, text: str) -> Polygon:
        """Return a list of points `x,y x,y` or `x y x y` with two or more points; nothing if it is broken."""
        found = numbers(text)
        if not found or len(found) % 2 or len(found) < 4:
            return ()
        return tuple(
            self.point(*pair) for pair in zip(found[::2], found[1::2], strict=True)
        )

    def outline(self, text: str) -> Polygon:
        """Return a list of points that enclose something; nothing if it is broken or flat."""
        points = self.path(text)
        flat = len({x for x, _ in points}) < 2 or len({y for _, y in points}) < 2
        return () if flat or len(points) < 3 else points

    def box(self, left: float, top: float, right: float, bottom: float) -> Polygon:
        """Return a box as an outline, at least a pixel wide and high; nothing if its sides are swapped."""
        if right < left or bottom < top:
            return ()
        (x0, y0), (x1, y1) = self.point(left, top), self.point(right, bottom)
        x0, y0 = min(x0, self.width - 1), min(y0, self.height - 1)
        return rectangle(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))

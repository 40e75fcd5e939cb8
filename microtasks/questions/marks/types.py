"""The four types of marks: points, boxes and outlines on a picture, places on a map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

from microtasks.consensus.marks.flat import Boxes, Points
from microtasks.consensus.marks.outlines import Outlines
from microtasks.consensus.marks.sphere import Places, to_degrees, to_space
from microtasks.errors import InvalidAnswer
from microtasks.questions.marks import reading
from microtasks.questions.marks.mark_type import Layout, MarkType, Row, rounded


class PointMarks(MarkType):
    """`[x, y]` each."""

    name = "points"
    tolerance = 3.0

    def mark(self, found: Any, which: str) -> Any:
        """Check one point."""
        return rounded(reading.numbers(found, ("x", "y"), which))

    def layout(self, values: Sequence[Sequence[Any]]) -> Layout:
        """Reckon with points as they are."""
        return Layout(Points(), 2, [_rows(marks) for marks in values])

    def told(self, layout: Layout, row: Row) -> Any:
        """Return the point."""
        return rounded(row)


class BoxMarks(MarkType):
    """`[x0, y0, x1, y1]` each, any two opposite corners."""

    name = "boxes"
    #: About half of the union shared.
    tolerance = 0.5

    def mark(self, found: Any, which: str) -> Any:
        """Check one box and put its upper left corner first."""
        x0, y0, x1, y1 = reading.numbers(found, ("x0", "y0", "x1", "y1"), which)
        if x0 == x1 or y0 == y1:
            raise InvalidAnswer(f"{which}: the box has no area")
        return rounded((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def layout(self, values: Sequence[Sequence[Any]]) -> Layout:
        """Reckon with boxes as they are."""
        return Layout(Boxes(), 4, [_rows(marks) for marks in values])

    def told(self, layout: Layout, row: Row) -> Any:
        """Return the box; edges that crossed when leanings were taken off are put in order."""
        x0, y0, x1, y1 = row
        return rounded((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


class PolygonMarks(MarkType):
    """A list of `[x, y]` corners each; the last joins the first."""

    name = "polygons"
    #: Half of the union shared.
    tolerance = 0.5

    def mark(self, found: Any, which: str) -> Any:
        """Check one outline: three corners or more that enclose something."""
        if not isinstance(found, list) or len(found) < 3:
            raise InvalidAnswer(f"{which} is not a list of three corners or more")
        if len(found) > reading.MOST_CORNERS:
            raise InvalidAnswer(f"{which} has more than {reading.MOST_CORNERS} corners")
        corners = [
            rounded(reading.numbers(corner, ("x", "y"), f"{which}, corner {i}"))
            for i, corner in enumerate(found, start=1)
        ]
        (x, y), *others = corners
        turns = [
            (a[0] - x) * (b[1] - y) - (a[1] - y) * (b[0] - x)
            for a, b in pairwise(others)
        ]
        if not any(turns):
            raise InvalidAnswer(f"{which}: the corners lie on one line")
        return corners

    def layout(self, values: Sequence[Sequence[Any]]) -> Layout:
        """Number the outlines in sorted order."""
        drawn = [[tuple((x, y) for x, y in corners) for corners in v] for v in values]
        outlines = sorted({outline for marks in drawn for outline in marks})
        number = {outline: index for index, outline in enumerate(outlines)}
        rows = [tuple((float(number[o]),) for o in marks) for marks in drawn]
        return Layout(Outlines(outlines), 1, rows)

    def told(self, layout: Layout, row: Row) -> Any:
        """Return the outline of this number."""
        space = cast(Outlines, layout.space)
        return [rounded(corner) for corner in space.outlines[int(row[0])]]


class PlaceMarks(MarkType):
    """`[latitude, longitude]` in degrees each."""

    name = "place"
    #: A kilometre.
    tolerance = 1000.0
    parts = ("confidences", "radii")

    def mark(self, found: Any, which: str) -> Any:
        """Check one place."""
        names = ("latitude", "longitude")
        latitude, longitude = reading.numbers(found, names, which)
        if abs(latitude) > 90:
            raise InvalidAnswer(f"{which}: the latitude {latitude:g} is beyond a pole")
        if abs(longitude) > 180:
            raise InvalidAnswer(
                f"{which}: the longitude {longitude:g} is not within 180 degrees"
            )
        return rounded((latitude, longitude))

    def layout(self, values: Sequence[Sequence[Any]]) -> Layout:
        """Reckon with places as points of a sphere."""
        rows = [tuple(to_space(*mark) for mark in marks) for marks in values]
        return Layout(Places(), 3, rows)

    def told(self, layout: Layout, row: Row) -> Any:
        """Return latitude and longitude."""
        x, y, z = row
        return rounded(to_degrees(x, y, z))


def _rows(marks: Sequence[Any]) -> tuple[Row, ...]:
    return tuple(tuple(map(float, mark)) for mark in marks)

"""One reading of one file: what it is called, what could not be used of it, and how its lines come together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from microtasks.errors import InvalidInput
from microtasks.layout.ids import Ids
from microtasks.layout.markup import Element
from microtasks.layout.page import Line, Polygon, Region, Word, box, rectangle
from microtasks.layout.readers.frame import Frame, number
from microtasks.layout.text import gaps, one_line, spelled

#: Outlines of one file together; a line with its own of a hundred points is long.
MAX_POINTS = 1_000_000


class Reading:
    """What readers share while they read one file; `size` is the picture's width and height, where it is at hand."""

    def __init__(self, name: str, size: tuple[int, int] | None) -> None:
        self.name = name
        self.size = size
        self.ids = Ids()
        self._points = 0
        self._lost: dict[str, tuple[int, int]] = {}

    def lose(self, what: str, line: int) -> None:
        """Count something that could not be used, and where it was first seen."""
        times, first = self._lost.get(what, (0, line))
        self._lost[what] = (times + 1, first)

    def notes(self) -> tuple[str, ...]:
        """Return a sentence for each kind of loss."""
        return tuple(
            f"{self.name}: {what} ({times:,} x, first at line {first:,})"
            for what, (times, first) in self._lost.items()
        )

    def refuse(self, line: int, why: str) -> NoReturn:
        """Raise InvalidInput about a place in this file."""
        raise InvalidInput(f"{self.name}, line {line:,}: {why}")

    def spend(self, points: Polygon, line: int) -> Polygon:
        """Count an outline's points against the limit of the file."""
        self._points += len(points)
        if self._points > MAX_POINTS:
            self.refuse(
                line,
                f"more than {MAX_POINTS:,} points in outlines: simplify them and export the file again",
            )
        return points

    def frame(self, width: float | None, height: float | None, line: int) -> Frame:
        """Return how the file's units lie in the picture, or raise InvalidInput if they cannot."""
        if not width or not height:
            if self.size is None:
                self.refuse(
                    line,
                    "the page has no width and height: upload it beside its picture, under the same name",
                )
            return Frame(*self.size)
        try:
            return Frame.fitted(width, height, self.size)
        except InvalidInput as error:
            self.refuse(line, str(error))

    def line(
        self,
        element: Element,
        polygon: Polygon,
        text: str | None,
        words: Sequence[Word | None],
        *,
        baseline: Polygon = (),
        confidence: float | None = None,
        kind: str = "",
    ) -> Line | None:
        """Put a line together; None, counted, if it has no place. Words without places or of another text go."""
        if not polygon:
            self.lose("left out a line without usable coordinates", element.line)
            return None
        placed = [word for word in words if word is not None]
        said = spelled([word.text for word in placed]) if text is None else text
        said = one_line(said)
        if len(placed) < len(words):
            self.lose(
                "left out the words of a line, one of which has no usable coordinates",
                element.line,
            )
            placed = []
        elif placed and gaps(said, [word.text for word in placed]) is None:
            self.lose(
                "left out the words of a line that do not spell its text", element.line
            )
            placed = []
        name = self.ids.take(element.get("ID") or element.get("id"), "line")
        return Line(
            name,
            self.spend(polygon, element.line),
            said,
            self.spend(baseline, element.line),
            tuple(placed),
            confidence,
            one_line(kind),
        )

    def region(
        self,
        element: Element,
        polygon: Polygon,
        lines: Sequence[Line],
        kind: str = "",
    ) -> Region | None:
        """Put a region together, around its lines if it has no place of its own; None if it has neither."""
        if not polygon:
            if not lines:
                return None
            polygon = rectangle(*box(tuple(p for each in lines for p in each.polygon)))
        name = self.ids.take(element.get("ID") or element.get("id"), "region")
        outline = self.spend(polygon, element.line)
        return Region(name, outline, tuple(lines), one_line(kind))


def confidence(text: str, whole: float = 1.0) -> float | None:
    """Return a confidence 0..1 from a number 0..`whole`, to four digits; None if it is none."""
    value = number(text)
    if value is None or not 0 <= value <= whole:
        return None
    return round(value / whole, 4)

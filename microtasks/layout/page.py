"""A page as values: regions of lines of words, each with its outline in whole pixels, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from microtasks.layout import text as texts

#: x to the right and y down, in pixels of the page's picture, from its top left corner.
Point = tuple[int, int]
Polygon = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place; `confidence` is 0..1, or None where nobody gave one.

    `whole` is the undivided word, where this one is divided at the end of a line or abbreviated.
    """

    text: str
    polygon: Polygon
    confidence: float | None = None
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. Its words, if their places are known, spell its text; `kind` is what the file calls it."""

    id: str
    polygon: Polygon
    text: str = ""
    baseline: Polygon = ()
    words: tuple[Word, ...] = ()
    confidence: float | None = None
    kind: str = ""

    def __post_init__(self) -> None:
        if texts.one_line(self.text) != self.text:
            raise ValueError(f"line {self.id}: the text is not on one line")
        if self.words and self.gaps is None:
            raise ValueError(f"line {self.id}: the words do not spell the text")

    @property
    def gaps(self) -> tuple[bool, ...] | None:
        """For each word whether a space stands before it, or None if the words do not spell the text."""
        return texts.gaps(self.text, [word.text for word in self.words])


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the page with its lines in reading order; it may have none."""

    id: str
    polygon: Polygon
    lines: tuple[Line, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `width` x `height` pixels with its regions in reading order; `image` names its picture."""

    width: int
    height: int
    regions: tuple[Region, ...] = ()
    image: str = ""

    @property
    def lines(self) -> Iterator[Line]:
        """The lines of all regions in reading order."""
        return (line for region in self.regions for line in region.lines)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a layout file says: its pages, and a sentence for each kind of thing in it that could not be used."""

    pages: tuple[Page, ...]
    notes: tuple[str, ...] = ()


def box(polygon: Polygon) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of an outline."""
    across = [x for x, _ in polygon]
    down = [y for _, y in polygon]
    return min(across), min(down), max(across), max(down)


def rectangle(left: int, top: int, right: int, bottom: int) -> Polygon:
    """Return a box as an outline: clockwise from the top left corner."""
    return (left, top), (right, top), (right, bottom), (left, bottom)

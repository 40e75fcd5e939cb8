"""Reads PAGE XML as its schemas of 2013-07-15 to 2019-07-15 say it, and the points of older ones."""

from __future__ import annotations

import re

from microtasks.layout.markup import Element
from microtasks.layout.page import Line, Page, Polygon, Region, Word
from microtasks.layout.readers.frame import Frame, number
from microtasks.layout.readers.order import arranged, references
from microtasks.layout.readers.reading import Reading, confidence
from microtasks.layout.text import one_line

# Transkribus and eScriptorium keep what the schema has no place for in `custom`, written like CSS.
_KIND = re.compile(r"\bstructure\s*\{[^{}]*?\btype:([^;{}]*)")
_PLACE = re.compile(r"\breadingOrder\s*\{[^{}]*?\bindex:\s*(\d{1,9})")


def read(root: Element, reading: Reading) -> tuple[Page, ...]:
    """Return the page of a PcGts element."""
    page = root.child("Page")
    if page is None:
        reading.refuse(root.line, "there is no Page in this PAGE file: export it again")
    frame = reading.frame(
        number(page.get("imageWidth")), number(page.get("imageHeight")), page.line
    )
    named = references(page.child("ReadingOrder"))
    regions = [
        (name, region)
        for each in _in_order(list(page.children()))
        for name, region in _regions(each, frame, reading)
    ]
    image = one_line(page.get("imageFilename"))
    found = tuple(arranged(regions, named))
    return (Page(frame.width, frame.height, found, image),)


def _regions(
    element: Element, frame: Frame, reading: Reading
) -> list[tuple[str, Region]]:
    """Return a region and those inside it, each with the identifier that the file gave it."""
    if not element.name.endswith("Region"):
        return []
    found = []
    if element.name == "TextRegion" and (region := _region(element, frame, reading)):
        found.append((element.get("id"), region))
    for each in _in_order(list(element.children())):
        found += _regions(each, frame, reading)
    return found


def _region(element: Element, frame: Frame, reading: Reading) -> Region | None:
    lines = [
        line
        for each in _in_order(list(element.children("TextLine")))
        if (line := _line(each, frame, reading))
    ]
    if not lines and _text(element)[0]:
        reading.lose("left out the text of a region without lines", element.line)
    said = _KIND.search(element.get("custom"))
    kind = said[1] if said else element.get("type")
    return reading.region(element, _outline(element, frame), lines, kind)


def _line(element: Element, frame: Frame, reading: Reading) -> Line | None:
    text, sure = _text(element)
    kind = _KIND.search(element.get("custom"))
    return reading.line(
        element,
        _outline(element, frame),
        text,
        [_word(each, frame, reading) for each in element.children("Word")],
        baseline=frame.path(_points(element.child("Baseline"))),
        confidence=sure,
        kind=kind[1] if kind else "",
    )


def _word(element: Element, frame: Frame, reading: Reading) -> Word | None:
    text, sure = _text(element)
    outline = reading.spend(_outline(element, frame), element.line)
    return Word(one_line(text or ""), outline, sure) if outline else None


def _text(element: Element) -> tuple[str | None, float | None]:
    """Return the reading with the lowest index and its confidence; None where there is none."""
    said = [each for each in element.children("TextEquiv") if each.child("Unicode")]
    if not said:
        return None, None
    first = min(said, key=lambda each: number(each.get("index")) or 0)
    unicode = first.child("Unicode")
    return unicode.said() if unicode else "", confidence(first.get("conf"))


def _outline(element: Element, frame: Frame) -> Polygon:
    return frame.outline(_points(element.child("Coords")))


def _points(element: Element | None) -> str:
    """Return an element's points as text, from its attribute or, before 2013, from its Point elements."""
    if element is None:
        return ""
    listed = (f"{p.get('x')},{p.get('y')}" for p in element.children("Point"))
    return element.get("points") or " ".join(listed)


def _in_order(elements: list[Element]) -> list[Element]:
    """Sort by the places that all elements name for themselves, or leave them as the file has them."""
    places = [_place(each) for each in elements]
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return elements
    return [elements[i] for i in sorted(range(len(known)), key=known.__getitem__)]


def _place(element: Element) -> float | None:
    said = _PLACE.search(element.get("custom"))
    return number(said[1] if said else element.get("index"))

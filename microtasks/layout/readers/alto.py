"""Reads ALTO 2, 3 and 4: pixels, tenths of a millimetre or 1200ths of an inch, words with hyphens and confidences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from microtasks.layout.markup import Element
from microtasks.layout.page import Line, Page, Polygon, Region, Word
from microtasks.layout.readers.frame import Frame, number, numbers
from microtasks.layout.readers.order import arranged, references
from microtasks.layout.readers.reading import Reading, confidence
from microtasks.layout.text import one_line

_SPACES = ("TopMargin", "LeftMargin", "PrintSpace", "RightMargin", "BottomMargin")
_UNITS = {"mm10": "tenths of a millimetre", "inch1200": "1200ths of an inch"}


@dataclass(frozen=True, slots=True)
class _File:
    """What holds for all pages of a file: its reading, its tags' labels, and the order it names."""

    reading: Reading
    tags: Mapping[str, str]
    named: Sequence[str]
    image: str

    def kind(self, element: Element) -> str:
        """Return the label of the first tag that an element names."""
        labels = (self.tags.get(tag) for tag in element.get("TAGREFS").split())
        return next((label for label in labels if label), "")


def read(root: Element, reading: Reading) -> tuple[Page, ...]:
    """Return the pages of an alto element."""
    tags = root.child("Tags")
    name = next(root.below("fileName"), None)
    file = _File(
        reading,
        {each.get("ID"): each.get("LABEL") for each in tags.children()} if tags else {},
        references(root.child("ReadingOrder")),
        one_line(name.said()) if name else "",
    )
    unit = next(root.below("MeasurementUnit"), None)
    measure = unit.said().strip() if unit else "pixel"
    layout = root.child("Layout")
    if layout is None or not layout.child("Page"):
        reading.refuse(root.line, "there is no Page in this ALTO file: export it again")
    return tuple(_page(each, measure, file) for each in layout.children("Page"))


def _page(element: Element, measure: str, file: _File) -> Page:
    reading = file.reading
    width, height = number(element.get("WIDTH")), number(element.get("HEIGHT"))
    if measure in _UNITS and not (reading.size and width and height):
        reading.refuse(
            element.line,
            f"the file measures in {_UNITS[measure]}: it needs the WIDTH and HEIGHT of its page, and its picture beside it under the same name",
        )
    frame = reading.frame(width, height, element.line)
    spaces = sorted(
        element.children(*_SPACES), key=lambda each: _SPACES.index(each.name)
    )
    regions = [
        (block.get("ID"), region)
        for space in spaces
        for block in space.below("TextBlock")
        if (region := _region(block, frame, file))
    ]
    found = tuple(arranged(regions, file.named))
    return Page(frame.width, frame.height, found, file.image)


def _region(block: Element, frame: Frame, file: _File) -> Region | None:
    lines = [
        line
        for each in block.children("TextLine")
        if (line := _line(each, frame, file))
    ]
    return file.reading.region(block, _outline(block, frame), lines, file.kind(block))


def _line(element: Element, frame: Frame, file: _File) -> Line | None:
    outline = _outline(element, frame)
    strings = list(element.children("String"))
    # A sole String of several words, or without a place, is the line's text: so eScriptorium and we write it.
    whole = len(strings) == 1 and (
        " " in one_line(strings[0].get("CONTENT")) or not strings[0].get("HPOS")
    )
    text, said = _text(element)
    words = [
        _word(string, content, frame, file.reading)
        for string, content in zip(strings, said, strict=True)
    ]
    return file.reading.line(
        element,
        outline,
        text,
        [] if whole else words,
        baseline=_baseline(element, outline, frame),
        confidence=confidence(strings[0].get("WC")) if whole else None,
        kind=file.kind(element),
    )


def _text(line: Element) -> tuple[str, list[str]]:
    """Return a line's text and its Strings' texts, the hyphen with the last.

    Where a line has any SP, Strings without one between them touch; where it has none, all are parted.
    """
    spaced = line.child("SP") is not None
    text = ""
    said: list[str] = []
    for each in line.children("String", "SP", "HYP"):
        content = one_line(each.get("CONTENT"))
        if each.name == "SP":
            text += " "
            continue
        if each.name == "HYP" and said:
            said[-1] += content
        elif each.name == "String":
            text += "" if spaced or not content else " "
            said.append(content)
        text += content
    return text, said


def _word(string: Element, text: str, frame: Frame, reading: Reading) -> Word | None:
    outline = reading.spend(_outline(string, frame), string.line)
    whole = one_line(string.get("SUBS_CONTENT"))
    sure = confidence(string.get("WC"))
    return Word(text, outline, sure, whole) if outline else None


def _outline(element: Element, frame: Frame) -> Polygon:
    """Return the polygon of an element's shape, else its box."""
    shape = element.child("Shape")
    polygon = shape.child("Polygon") if shape else None
    if polygon and (outline := frame.outline(polygon.get("POINTS"))):
        return outline
    sides = [number(element.get(key)) for key in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    left, top, width, height = sides
    if left is None or top is None or width is None or height is None:
        return ()
    return frame.box(left, top, left + width, top + height)


def _baseline(line: Element, outline: Polygon, frame: Frame) -> Polygon:
    """Return a list of points, or one height across the line as ALTO before 4.2 says it."""
    said = numbers(line.get("BASELINE"))
    if not said or len(said) > 1 or not outline:
        return frame.path(line.get("BASELINE"))
    across = [x for x, _ in outline]
    _, y = frame.point(0, said[0])
    return (min(across), y), (max(across), y)

"""Reads hOCR 1.2: pages, areas, lines and words in the `class` of any HTML element, their places in its `title`."""

from __future__ import annotations

import re

from microtasks.layout.markup import Element
from microtasks.layout.page import Line, Page, Polygon, Region, Word
from microtasks.layout.readers.frame import Frame, numbers
from microtasks.layout.readers.reading import Reading, confidence
from microtasks.layout.readers.soup import (
    BLOCKS,
    LINES,
    PAGES,
    PARAGRAPHS,
    WORDS,
    parse_html,
)
from microtasks.layout.text import one_line

# A title in pieces, none of which holds a semicolon outside quotes.
_PIECE = re.compile(r"""[^;"']+|"[^"]*"|'[^']*'|;|["']""")
#: A baseline is a straight line, or rarely a curve of a few terms.
_MOST_TERMS = 6


def read(data: bytes, reading: Reading) -> tuple[Page, ...]:
    """Return the pages of an hOCR file."""
    root = parse_html(data, reading.name)
    pages = list(root.below(*PAGES)) or [root]
    found = tuple(_page(each, reading) for each in pages)
    if pages == [root] and not any(page.regions for page in found):
        reading.refuse(
            root.line,
            "there is no ocr_page in this HTML: upload hOCR, as your program exports it",
        )
    return found


def properties(element: Element) -> dict[str, str]:
    """Return what an element's title says, each property once, the first of its name."""
    said: list[list[str]] = [[]]
    for piece in _PIECE.findall(element.get("title")):
        if piece == ";":
            said.append([])
        else:
            said[-1].append(piece)
    found: dict[str, str] = {}
    for each in said:
        name, _, value = "".join(each).strip().partition(" ")
        found.setdefault(name, value.strip())
    return found


def _page(element: Element, reading: Reading) -> Page:
    said = properties(element)
    sides = numbers(said.get("bbox", "")) or []
    width, height = (sides[2], sides[3]) if len(sides) == 4 else (None, None)
    frame = reading.frame(width, height, element.line)
    blocks = list(element.below(*BLOCKS)) or list(element.below(*PARAGRAPHS))
    regions = [_region(each, frame, reading) for each in blocks]
    held = {id(line) for block in blocks for line in block.below(*LINES)}
    loose = [each for each in element.below(*LINES) if id(each) not in held]
    if loose:
        around = Element("", {}, element.line, [*loose])
        regions.append(_region(around, frame, reading))
    image = one_line(said.get("image", "").strip("\"'"))
    found = tuple(region for region in regions if region)
    return Page(frame.width, frame.height, found, image)


def _region(element: Element, frame: Frame, reading: Reading) -> Region | None:
    lines = [
        line for each in element.below(*LINES) if (line := _line(each, frame, reading))
    ]
    outline = _outline(properties(element), frame)
    return reading.region(element, outline, lines, element.get("data-kind"))


def _line(element: Element, frame: Frame, reading: Reading) -> Line | None:
    said = properties(element)
    return reading.line(
        element,
        _outline(said, frame),
        element.said(),
        [_word(each, frame, reading) for each in element.below(*WORDS)],
        baseline=_baseline(said, frame),
        confidence=confidence(said.get("x_wconf", ""), 100),
        kind=element.get("data-kind"),
    )


def _word(element: Element, frame: Frame, reading: Reading) -> Word | None:
    said = properties(element)
    outline = reading.spend(_outline(said, frame), element.line)
    sure = confidence(said.get("x_wconf", ""), 100)
    return Word(one_line(element.said()), outline, sure) if outline else None


def _outline(said: dict[str, str], frame: Frame) -> Polygon:
    if outline := frame.outline(said.get("poly", "")):
        return outline
    sides = numbers(said.get("bbox", "")) or []
    return frame.box(*sides) if len(sides) == 4 else ()


def _baseline(said: dict[str, str], frame: Frame) -> Polygon:
    """Return a baseline across the line's box; hOCR tells its height as a polynomial from the lower left corner.

    A line turned by `textangle` has its baseline in turned coordinates: it is left out.
    """
    terms = numbers(said.get("baseline", "")) or []
    sides = numbers(said.get("bbox", "")) or []
    turned = any(numbers(said.get("textangle", "")) or [])
    if not terms or len(terms) > _MOST_TERMS or len(sides) != 4 or turned:
        return ()
    left, _, right, bottom = sides
    rise = 0.0
    for term in terms:
        rise = rise * (right - left) + term
    return frame.point(left, bottom + terms[-1]), frame.point(right, bottom + rise)

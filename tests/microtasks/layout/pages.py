"""Pages for properties: outlines, words of any script, confidences; and the real files with their names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st

from microtasks.layout.page import Line, Page, Polygon, Region, Word, box, rectangle
from microtasks.layout.text import one_line

Made = TypeVar("Made")

LETTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=" \ufffe\uffff"
)
WORDS = st.text(LETTERS, max_size=8) | st.sampled_from(["l'an", "mil", "שלום", "1905-"])
SURE = st.none() | st.integers(0, 10_000).map(lambda n: n / 10_000)
PLAIN = st.text(LETTERS.filter(lambda c: c not in ";{}\"'"), max_size=6)
IDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9._-]{0,6}", fullmatch=True)


@st.composite
def outlines(draw: st.DrawFn, width: int, height: int) -> Polygon:
    """A box, or any points that enclose something."""
    across, down = st.integers(0, width), st.integers(0, height)
    if draw(st.booleans()):
        left, right = draw(st.integers(0, width - 1)), draw(st.integers(1, width))
        top, bottom = draw(st.integers(0, height - 1)), draw(st.integers(1, height))
        return rectangle(left, top, max(left + 1, right), max(top + 1, bottom))
    points = draw(st.lists(st.tuples(across, down), min_size=3, max_size=7))
    x, y = points[0]
    return (*points, ((x + 1) % (width + 1), (y + 1) % (height + 1)))


@st.composite
def lines(draw: st.DrawFn, width: int, height: int) -> Line:
    polygon = draw(outlines(width, height))
    point = st.tuples(st.integers(0, width), st.integers(0, height))
    baseline = draw(st.just([]) | st.lists(point, min_size=2, max_size=4))
    words, text = [], ""
    for word in draw(st.lists(WORDS, max_size=5)):
        spaced = bool(text and word and draw(st.booleans()))
        text += " " * spaced + word
        place = draw(outlines(width, height))
        words.append(Word(word, place, draw(SURE), draw(st.just("") | WORDS)))
    if not words:
        text = one_line(" ".join(draw(st.lists(WORDS, max_size=4))))
    kind, sure = draw(PLAIN), draw(SURE)
    return Line("", polygon, text, tuple(baseline), tuple(words), sure, kind)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    width, height = draw(st.integers(2, 5000)), draw(st.integers(2, 5000))
    names = iter(draw(st.lists(IDS, min_size=12, max_size=12, unique=True)))
    regions = []
    for _ in range(draw(st.integers(0, 3))):
        found = draw(st.lists(lines(width, height), max_size=3))
        named = tuple(replace(line, id=next(names)) for line in found)
        place = draw(outlines(width, height))
        regions.append(Region(next(names), place, named, draw(PLAIN)))
    return Page(width, height, tuple(regions), draw(PLAIN))


def without(page: Page, *, whole: bool = False, sure: bool = False) -> Page:
    """The page without what a format cannot say: undivided words, or confidences of lines that have words."""

    def less(line: Line) -> Line:
        words = tuple(replace(word, whole="") if whole else word for word in line.words)
        known = None if sure and words else line.confidence
        return replace(line, words=words, confidence=known)

    return changed(page, less)


def straight(page: Page) -> Page:
    """The page with each baseline across its line's box, from the height of its first point to that of its last."""

    def across(line: Line) -> Line:
        left, _, right, _ = box(line.polygon)
        ends = line.baseline and (
            (left, line.baseline[0][1]),
            (right, line.baseline[-1][1]),
        )
        return replace(line, baseline=ends)

    return changed(page, across)


def changed(page: Page, change: object) -> Page:
    regions = tuple(
        replace(region, lines=tuple(change(line) for line in region.lines))  # type: ignore[operator]
        for region in page.regions
    )
    return replace(page, regions=regions)


def samples(shared: Path) -> list[Path]:
    """The real layout files: ALTO and PAGE."""
    folders = ("letters-1905", "register-forms", "court-photos")
    root = shared / "data" / "samples"
    return sorted(path for name in folders for path in (root / name).rglob("*.xml"))

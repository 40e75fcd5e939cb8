"""Writes ALTO 4.2 in pixels: any number of pages to a file, words with confidences, kinds and doubts as tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from microtasks.layout.ids import Ids
from microtasks.layout.page import (
    Line,
    Page,
    Polygon,
    Region,
    Word,
    box,
    rectangle,
)
from microtasks.layout.writers.doubt import is_doubtful, share
from microtasks.layout.writers.markup import Attribute, Markup

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-2.xsd"
#: The label of the tag on words whose confidence is below the threshold.
UNCERTAIN = "uncertain"
#: Characters that divide a word at the end of a line.
HYPHENS = "-\u00ad\u2010\u00ac\u2e17="


def write(pages: Sequence[Page], doubt: float = 0.0) -> bytes:
    """Return an ALTO file; words whose confidence is below `doubt` get the tag `uncertain`."""
    return _Writer(pages, doubt).write()


class _Writer:
    def __init__(self, pages: Sequence[Page], doubt: float) -> None:
        self.pages = pages
        self.doubt = doubt
        self.out = Markup()
        self.ids = Ids()
        # Names are given out in the order in which the reader meets them; then it finds the same ones.
        self.names = {
            (page, region, line): self.ids.take(name, stem)
            for page, region, line, name, stem in _named(pages)
        }
        self.tags = {
            label: self.ids.take("", "tag") for label in sorted(_labels(pages, doubt))
        }

    def write(self) -> bytes:
        out = self.out
        with out.inside(
            "alto",
            xmlns=NAMESPACE,
            **{
                "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
                "xsi:schemaLocation": _SCHEMA,
            },
        ):
            with out.inside("Description"):
                out.leaf("MeasurementUnit", "pixel")
                if image := next((page.image for page in self.pages if page.image), ""):
                    with out.inside("sourceImageInformation"):
                        out.leaf("fileName", image)
            if self.tags:
                with out.inside("Tags"):
                    for label, name in self.tags.items():
                        out.leaf("OtherTag", ID=name, LABEL=label)
            with out.inside("Layout"):
                for number in range(len(self.pages)):
                    self._page(number)
        return out.bytes()

    def _page(self, number: int) -> None:
        page = self.pages[number]
        sides: dict[str, Attribute] = {"WIDTH": page.width, "HEIGHT": page.height}
        name = self.ids.take("", "page")
        with (
            self.out.inside("Page", ID=name, PHYSICAL_IMG_NR=number + 1, **sides),
            self.out.inside("PrintSpace", HPOS=0, VPOS=0, **sides),
        ):
            for index, region in enumerate(page.regions):
                self._region(region, (number, index))

    def _region(self, region: Region, place: tuple[int, int]) -> None:
        with self.out.inside(
            "TextBlock",
            ID=self.names[*place, -1],
            TAGREFS=self._tags(region.kind),
            **_box(region.polygon),
        ):
            self._shape(region.polygon)
            for index, line in enumerate(region.lines):
                self._line(line, self.names[*place, index])

    def _line(self, line: Line, name: str) -> None:
        baseline = " ".join(f"{x} {y}" for x, y in line.baseline)
        with self.out.inside(
            "TextLine",
            ID=name,
            TAGREFS=self._tags(line.kind),
            BASELINE=baseline or None,
            **_box(line.polygon),
        ):
            self._shape(line.polygon)
            if line.words:
                self._words(line)
            else:
                # Without a place of its own, the String is not a word but the text of the line.
                self.out.leaf(
                    "String",
                    CONTENT=line.text,
                    WC=share(line.confidence),
                    TAGREFS=self._doubted(line.confidence),
                )

    def _words(self, line: Line) -> None:
        gaps = line.gaps or ()
        touching = len(gaps) > 1 and not any(gaps)
        for index, (spaced, word) in enumerate(zip(gaps, line.words, strict=True)):
            if spaced:
                self.out.leaf("SP")
            last = index == len(gaps) - 1 and not touching
            self._word(word, index == 0, last)
        if touching:
            # One SP anywhere says that words without one between them touch.
            self.out.leaf("SP")

    def _word(self, word: Word, first: bool, last: bool) -> None:
        divided = bool(word.whole) and last and word.text[-1:] in tuple(HYPHENS)
        kind = "HypPart1" if divided else "HypPart2" if first else "Abbreviation"
        attributes: dict[str, Attribute] = {
            "CONTENT": word.text[:-1] if divided else word.text,
            "SUBS_TYPE": kind if word.whole else None,
            "SUBS_CONTENT": word.whole or None,
            "WC": share(word.confidence),
            "TAGREFS": self._doubted(word.confidence),
            **_box(word.polygon),
        }
        if word.polygon == rectangle(*box(word.polygon)):
            self.out.leaf("String", "", **attributes)
        else:
            with self.out.inside("String", **attributes):
                self._shape(word.polygon)
        if divided:
            self.out.leaf("HYP", CONTENT=word.text[-1])

    def _shape(self, polygon: Polygon) -> None:
        if polygon != rectangle(*box(polygon)):
            with self.out.inside("Shape"):
                self.out.leaf(
                    "Polygon", POINTS=" ".join(f"{x} {y}" for x, y in polygon)
                )

    def _tags(self, kind: str) -> str | None:
        return self.tags[kind] if kind else None

    def _doubted(self, sure: float | None) -> str | None:
        return self.tags[UNCERTAIN] if is_doubtful(sure, self.doubt) else None


def _named(pages: Sequence[Page]) -> Iterator[tuple[int, int, int, str, str]]:
    """Yield page, region, line, wanted name and stem of all that has a name; line -1 is the region itself."""
    for number, page in enumerate(pages):
        for index, region in enumerate(page.regions):
            for place, line in enumerate(region.lines):
                yield number, index, place, line.id, "line"
            yield number, index, -1, region.id, "region"


def _labels(pages: Sequence[Page], doubt: float) -> set[str]:
    regions = [region for page in pages for region in page.regions]
    lines = [line for region in regions for line in region.lines]
    sure = chain(
        (line.confidence for line in lines if not line.words),
        (word.confidence for line in lines for word in line.words),
    )
    found = {region.kind for region in regions} | {line.kind for line in lines}
    found.discard("")
    if any(is_doubtful(each, doubt) for each in sure):
        found.add(UNCERTAIN)
    return found


def _box(polygon: Polygon) -> dict[str, Attribute]:
    left, top, right, bottom = box(polygon)
    return {
        "HPOS": left,
        "VPOS": top,
        "WIDTH": right - left,
        "HEIGHT": bottom - top,
    }

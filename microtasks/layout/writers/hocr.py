"""Writes hOCR 1.2 as XHTML that any browser shows: areas, lines and words with boxes, baselines and confidences."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from microtasks.layout.ids import Ids
from microtasks.layout.page import Line, Page, Polygon, Region, Word, box, rectangle
from microtasks.layout.writers.doubt import is_doubtful
from microtasks.layout.writers.markup import Markup, element, tag

_CAPABILITIES = "ocr_page ocr_carea ocr_line ocrx_word ocrp_wconf ocrp_poly"


def write(pages: Sequence[Page], doubt: float = 0.0) -> bytes:
    """Return an hOCR file; words whose confidence is below `doubt` get the class `uncertain`.

    A baseline becomes the straight line through its ends: the format has no other.
    """
    out = Markup()
    ids = Ids()
    title = next((page.image for page in pages if page.image), "") or "Pages"
    with out.inside("html", xmlns="http://www.w3.org/1999/xhtml"):
        with out.inside("head"):
            out.put(element("title", title))
            out.leaf("meta", charset="utf-8")
            out.leaf("meta", name_="ocr-system", content="Manyhands")
            out.leaf("meta", name_="ocr-capabilities", content=_CAPABILITIES)
        with out.inside("body"):
            for number, page in enumerate(pages):
                _page(out, page, number, ids, doubt)
    return out.bytes()


def _page(out: Markup, page: Page, number: int, ids: Ids, doubt: float) -> None:
    image = page.image.replace('"', "'")
    said = [f'image "{image}"'] if image else []
    said += [f"bbox 0 0 {page.width} {page.height}", f"ppageno {number}"]
    with out.inside("div", class_="ocr_page", title="; ".join(said)):
        for region in page.regions:
            _region(out, region, ids, doubt)


def _region(out: Markup, region: Region, ids: Ids, doubt: float) -> None:
    names = [ids.take(line.id, "line") for line in region.lines]
    with out.inside(
        "div",
        class_="ocr_carea",
        id=ids.take(region.id, "region"),
        title="; ".join(_place(region.polygon)),
        **{"data-kind": region.kind or None},
    ):
        for line, name in zip(region.lines, names, strict=True):
            out.put(_line(line, name, doubt))


def _line(line: Line, name: str, doubt: float) -> str:
    said = [*_place(line.polygon), *_baseline(line), *_sure(line.confidence)]
    start = tag(
        "span",
        class_="ocr_line",
        id=name,
        title="; ".join(said),
        style="display: block",
        **{"data-kind": line.kind or None},
    )
    words = "".join(
        (" " if spaced else "") + _word(word, doubt)
        for spaced, word in zip(line.gaps or (), line.words, strict=True)
    )
    return f"{start}{words or escape(line.text, quote=False)}</span>"


def _word(word: Word, doubt: float) -> str:
    marked = " uncertain" if is_doubtful(word.confidence, doubt) else ""
    title = "; ".join([*_place(word.polygon), *_sure(word.confidence)])
    return element("span", word.text, class_=f"ocrx_word{marked}", title=title)


def _place(polygon: Polygon) -> list[str]:
    sides = box(polygon)
    said = [f"bbox {sides[0]} {sides[1]} {sides[2]} {sides[3]}"]
    if polygon != rectangle(*sides):
        said.append("poly " + " ".join(f"{x} {y}" for x, y in polygon))
    return said


def _baseline(line: Line) -> list[str]:
    """Say slope and height of a baseline, from the lower left corner of the line's box; nothing if it is upright."""
    if not line.baseline or line.baseline[0][0] == line.baseline[-1][0]:
        return []
    (x0, y0), (x1, y1) = line.baseline[0], line.baseline[-1]
    left, _, _, bottom = box(line.polygon)
    slope = (y1 - y0) / (x1 - x0)
    return [f"baseline {slope:.7f} {y0 + slope * (left - x0) - bottom:.3f}"]


def _sure(confidence: float | None) -> list[str]:
    return [] if confidence is None else [f"x_wconf {100 * confidence:.4g}"]

"""Writes PAGE XML 2019-07-15: one page to a file, with its reading order, outlines, baselines and confidences."""

from __future__ import annotations

import re
from datetime import datetime

from microtasks.layout.ids import Ids
from microtasks.layout.page import Line, Page, Polygon, Region, Word
from microtasks.layout.writers.doubt import is_doubtful, share
from microtasks.layout.writers.markup import Markup

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_SCHEMA = f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd"
#: Kinds of region that the schema knows; others stand in `custom` alone.
_TYPES = frozenset(
    [
        "paragraph",
        "heading",
        "caption",
        "header",
        "footer",
        "page-number",
        "drop-capital",
        "credit",
        "floating",
        "signature-mark",
        "catch-word",
        "marginalia",
        "footnote",
        "footnote-continued",
        "endnote",
        "TOC-entry",
        "list-label",
        "other",
    ]
)


def write(page: Page, made: datetime, doubt: float = 0.0) -> bytes:
    """Return a PAGE file, made at `made` (UTC); words whose confidence is below `doubt` are marked `unclear`."""
    out = Markup()
    ids = Ids()
    moment = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    with out.inside(
        "PcGts",
        xmlns=NAMESPACE,
        **{
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": _SCHEMA,
        },
    ):
        with out.inside("Metadata"):
            out.leaf("Creator", "Manyhands")
            out.leaf("Created", moment)
            out.leaf("LastChange", moment)
        with out.inside(
            "Page",
            imageFilename=page.image,
            imageWidth=page.width,
            imageHeight=page.height,
        ):
            _page(out, page, ids, doubt)
    return out.bytes()


def _page(out: Markup, page: Page, ids: Ids, doubt: float) -> None:
    # Names are given out in the order in which readers meet them, so that reading gives the same ones again.
    named = [
        (
            region,
            [ids.take(line.id, "line") for line in region.lines],
            ids.take(region.id, "region"),
        )
        for region in page.regions
    ]
    if named:
        with (
            out.inside("ReadingOrder"),
            out.inside("OrderedGroup", id=ids.take("", "order")),
        ):
            for index, (_, _, name) in enumerate(named):
                out.leaf("RegionRefIndexed", index=index, regionRef=name)
    for region, lines, name in named:
        _region(out, region, name, lines, ids, doubt)


def _region(
    out: Markup, region: Region, name: str, lines: list[str], ids: Ids, doubt: float
) -> None:
    with out.inside(
        "TextRegion",
        id=name,
        type=region.kind if region.kind in _TYPES else None,
        custom=_structure(region.kind),
    ):
        out.leaf("Coords", points=_points(region.polygon))
        for line, line_name in zip(region.lines, lines, strict=True):
            _line(out, line, line_name, ids, doubt)


def _line(out: Markup, line: Line, name: str, ids: Ids, doubt: float) -> None:
    unclear = not line.words and is_doubtful(line.confidence, doubt)
    custom = " ".join(filter(None, (_structure(line.kind), _unclear(unclear))))
    with out.inside("TextLine", id=name, custom=custom or None):
        out.leaf("Coords", points=_points(line.polygon))
        if line.baseline:
            out.leaf("Baseline", points=_points(line.baseline))
        for word in line.words:
            _word(out, word, ids.take("", f"{name}_word"), doubt)
        _text(out, line.text, line.confidence)


def _word(out: Markup, word: Word, name: str, doubt: float) -> None:
    unclear = is_doubtful(word.confidence, doubt)
    with out.inside("Word", id=name, custom=_unclear(unclear)):
        out.leaf("Coords", points=_points(word.polygon))
        _text(out, word.text, word.confidence)


def _text(out: Markup, text: str, sure: float | None) -> None:
    with out.inside("TextEquiv", conf=share(sure)):
        out.leaf("Unicode", text)


def _structure(kind: str) -> str | None:
    return f"structure {{type:{re.sub('[;{}]', '_', kind)};}}" if kind else None


def _unclear(unclear: bool) -> str | None:
    return "unclear {}" if unclear else None


def _points(polygon: Polygon) -> str:
    return " ".join(f"{x},{y}" for x, y in polygon)

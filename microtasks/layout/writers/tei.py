"""Writes TEI P5: a facsimile with a zone for each region and line, and the text with page and line beginnings."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from microtasks.layout.ids import Ids
from microtasks.layout.page import Line, Page, Polygon
from microtasks.layout.writers.doubt import share, spans
from microtasks.layout.writers.markup import Markup, element, empty

NAMESPACE = "http://www.tei-c.org/ns/1.0"


def write(pages: Sequence[Page], title: str, doubt: float = 0.0) -> bytes:
    """Return a TEI file; words whose confidence is below `doubt` are `unclear`, with the confidence as `cert`."""
    out = Markup()
    ids = Ids()
    names = [
        (
            ids.take("", "page"),
            [
                (
                    ids.take(region.id, "region"),
                    [ids.take(n.id, "line") for n in region.lines],
                )
                for region in page.regions
            ],
        )
        for page in pages
    ]
    with out.inside("TEI", xmlns=NAMESPACE):
        _header(out, title)
        with out.inside("facsimile"):
            for page, (name, regions) in zip(pages, names, strict=True):
                _surface(out, page, name, regions)
        with out.inside("text"), out.inside("body"):
            for number, (page, (name, regions)) in enumerate(
                zip(pages, names, strict=True), 1
            ):
                _text(out, page, number, name, regions, doubt)
    return out.bytes()


#: For each region its name and those of its lines.
_Names = list[tuple[str, list[str]]]


def _header(out: Markup, title: str) -> None:
    with out.inside("teiHeader"), out.inside("fileDesc"):
        with out.inside("titleStmt"):
            out.leaf("title", title or "Transcription")
        with out.inside("publicationStmt"):
            out.leaf("p", "Transcribed by volunteers with Manyhands.")
        with out.inside("sourceDesc"):
            out.leaf("p", "Transcribed from the pictures that the facsimile names.")


def _surface(out: Markup, page: Page, name: str, names: _Names) -> None:
    size = {"lrx": page.width, "lry": page.height}
    with out.inside("surface", ulx=0, uly=0, **{"xml:id": name}, **size):
        if page.image:
            out.leaf("graphic", url=_address(page.image))
        for region, (region_name, line_names) in zip(page.regions, names, strict=True):
            points = _points(region.polygon)
            with out.inside("zone", points=points, **{"xml:id": region_name}):
                for line, line_name in zip(region.lines, line_names, strict=True):
                    out.leaf(
                        "zone",
                        points=_points(line.polygon),
                        **{"xml:id": line_name},
                    )


def _text(
    out: Markup, page: Page, number: int, name: str, names: _Names, doubt: float
) -> None:
    out.leaf("pb", n=number, facs=f"#{name}")
    for region, (region_name, line_names) in zip(page.regions, names, strict=True):
        with out.inside("ab", facs=f"#{region_name}"):
            for line, line_name in zip(region.lines, line_names, strict=True):
                out.put(empty("lb", facs=f"#{line_name}") + _line(line, doubt))


def _line(line: Line, doubt: float) -> str:
    return "".join(
        escape(text, quote=False)
        if sure is None or not text
        else element("unclear", text, cert=share(sure))
        for text, sure in spans(line, doubt)
    )


def _points(polygon: Polygon) -> str:
    return " ".join(f"{x},{y}" for x, y in polygon)


def _address(name: str) -> str:
    """Return a file's name as an address: TEI points at pictures by URI."""
    return quote(name)

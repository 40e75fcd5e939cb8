"""Pages: what was typed of pieces of pictures, each back in its place, in the formats of archives and libraries."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from microtasks.datasets import packing
from microtasks.datasets.build import Built
from microtasks.datasets.formats.form import Format
from microtasks.errors import InvalidInput
from microtasks.layout.page import Page, rectangle
from microtasks.layout.text import one_line
from microtasks.layout.writers import alto, hocr, page, plain, tei
from microtasks.reassembly.pages import Cut, Decided, assembled, laid_out
from microtasks.reassembly.resolved import Resolved

#: Words that are less likely right than this are marked as uncertain.
DOUBT = 0.8


def pages(built: Built) -> Iterator[Page]:
    """Yield the pictures whose pieces the last stage of typed text shows, in the order of the sources."""
    rows = _rows(built)
    order = {each.place: each.order for each in built.bundle.slices}
    for source in built.bundle.sources:
        if source.source not in rows or not source.width or not source.height:
            continue
        cuts, said = [], {}
        for row in rows[source.source]:
            at = row.region
            if at is None:
                continue
            box = rectangle(at.x, at.y, at.x + at.width, at.y + at.height)
            cuts.append(Cut(row.slice, order[row.source, row.stage, row.slice], box))
            if isinstance(row.value, str):
                said[row.slice] = _decided(row)
        layout = laid_out(source.width, source.height, cuts, source.source)
        yield assembled(layout, said)


def _rows(built: Built) -> dict[str, list[Resolved]]:
    typed = [s.name for s in built.bundle.recipe.stages if s.question.kind == "text"]
    cut = [row for row in built.results.rows if row.region and row.stage in typed]
    if not cut:
        raise InvalidInput(
            "no stage of this campaign asks for the text of pieces of pictures, so there are no pages to write",
            "format",
        )
    last = max((row.stage for row in cut), key=typed.index)
    found: dict[str, list[Resolved]] = defaultdict(list)
    for row in cut:
        if row.stage == last:
            found[row.source].append(row)
    return found


def _decided(row: Resolved) -> Decided:
    words = one_line(row.value).split(" ")
    fits = len(words) == len(row.confidences)
    return Decided(row.value, row.confidence, row.confidences if fits else ())


def _txt(built: Built, out: Path) -> None:
    out.write_bytes(plain.write(list(pages(built)), DOUBT))


def _alto(built: Built, out: Path) -> None:
    out.write_bytes(alto.write(list(pages(built)), DOUBT))


def _hocr(built: Built, out: Path) -> None:
    out.write_bytes(hocr.write(list(pages(built)), DOUBT))


def _tei(built: Built, out: Path) -> None:
    out.write_bytes(tei.write(list(pages(built)), built.about.title, DOUBT))


def _page(built: Built, out: Path) -> None:
    """Pack a PAGE file for each page: the format has no room for two."""
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        for number, each in enumerate(pages(built), 1):
            written = page.write(each, built.about.frozen_at, DOUBT)
            (Path(folder) / f"{number:06}.xml").write_bytes(written)
        packing.pack(Path(folder), out)


FORMATS = (
    Format("txt", "typed text of pages, in reading order", _txt),
    Format("alto", "pages as ALTO 4", _alto),
    Format("page", "pages as a zip of PAGE XML 2019", _page),
    Format("hocr", "pages as hOCR", _hocr),
    Format("tei", "pages as TEI", _tei),
)

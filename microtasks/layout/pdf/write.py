"""Writes a searchable PDF: each page its picture, with the text that was read from it invisible above."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from microtasks.errors import InvalidInput
from microtasks.layout.page import Page
from microtasks.layout.pdf.file import PdfFile
from microtasks.layout.pdf.font import Codes, utf16
from microtasks.layout.pdf.layer import operators
from microtasks.layout.pdf.picture import jpeg

#: Points on one side of a page that every PDF reader shows (PDF 1.7, annex C).
_LARGEST, _SMALLEST = 14_400, 3


def write(
    pages: Iterable[tuple[Page, bytes | None]],
    out: BinaryIO,
    title: str = "",
    dpi: float = 300.0,
) -> None:
    """Write pages, each with its picture as a JPEG (or without), `dpi` pixels to the inch.

    The picture's bytes go in as they are but for its metadata; it must stand upright, PDF knows no EXIF orientation.
    Raise InvalidInput for a picture that is no JPEG.
    """
    pdf = PdfFile(out)
    tree, font, codes = pdf.number(), pdf.number(), Codes()
    kids = [
        _page(pdf, page, picture, codes, (tree, font), dpi) for page, picture in pages
    ]
    if not kids:
        raise InvalidInput("a PDF needs at least one page")
    codes.add_font(pdf, font)
    listed = " ".join(f"{each} 0 R" for each in kids)
    pdf.add(f"<</Type/Pages/Count {len(kids)}/Kids[{listed}]>>", tree)
    root = pdf.add(f"<</Type/Catalog/Pages {tree} 0 R>>")
    said = f"/Title<FEFF{utf16(title)}>" if title else ""
    pdf.end(root, pdf.add(f"<<{said}/Producer(Manyhands)>>"))


def _page(
    pdf: PdfFile,
    page: Page,
    picture: bytes | None,
    codes: Codes,
    shared: tuple[int, int],
    dpi: float,
) -> int:
    tree, font = shared
    longest, shortest = max(page.width, page.height), min(page.width, page.height)
    scale = min(max(72 / dpi, _SMALLEST / shortest), _LARGEST / longest)
    width, height = f"{page.width * scale:.2f}", f"{page.height * scale:.2f}"
    content = operators(page, codes, scale)
    resources = f"/Font<</F {font} 0 R>>"
    if picture is not None:
        found = jpeg(picture)
        number = pdf.stream(found.data, found.dictionary, packed=False)
        resources += f"/XObject<</P {number} 0 R>>"
        content = f"q {width} 0 0 {height} 0 0 cm /P Do Q\n{content}"
    stream = pdf.stream(content.encode("ascii"))
    return pdf.add(
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {width} {height}]"
        f"/Resources<<{resources}>>/Contents {stream} 0 R>>"
    )

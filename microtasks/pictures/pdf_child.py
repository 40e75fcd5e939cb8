"""Run alone in a confined process by pdf.py: `pdf_child.py look FILE` or `pdf_child.py render FILE PAGE OUT`."""

from __future__ import annotations

import json
import sys
from typing import Any

import pypdfium2

DPI = 200
MOST_PIXELS = 50_000_000
MOST_PAGES = 2_000


def main(arguments: list[str]) -> dict[str, Any]:
    """Return what was found, or {"refused": sentence}."""
    try:
        with pypdfium2.PdfDocument(arguments[1]) as document:
            return _answer(document, arguments)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            return {"refused": "the PDF is locked with a password: save it without"}
        return {"refused": "the PDF is damaged: print it to a new PDF"}


def _answer(document: Any, arguments: list[str]) -> dict[str, Any]:
    pages = len(document)
    if not 1 <= pages <= MOST_PAGES:
        return {
            "refused": f"the PDF has {pages:,} pages; 1 to {MOST_PAGES:,} are taken"
        }
    page = document[0 if arguments[0] == "look" else int(arguments[2])]
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        return {"refused": "a page of the PDF has no size"}

    scale = min(DPI / 72, (MOST_PIXELS / (width * height)) ** 0.5)
    if arguments[0] == "look":
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
    else:
        picture = page.render(scale=scale, rev_byteorder=True).to_pil()
        picture.save(arguments[3], "PNG", compress_level=4)
        size = picture.size
    return {"width": size[0], "height": size[1], "pages": pages}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))

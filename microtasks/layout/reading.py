"""Which format a layout file is of, told by its content, and its pages."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from microtasks.errors import InvalidInput
from microtasks.layout.markup import parse_xml
from microtasks.layout.page import Layout
from microtasks.layout.readers.alto import read as read_alto
from microtasks.layout.readers.hocr import read as read_hocr
from microtasks.layout.readers.page import read as read_page
from microtasks.layout.readers.reading import Reading


class Format(StrEnum):
    """The formats that are read."""

    ALTO = "ALTO"
    PAGE = "PAGE XML"
    HOCR = "hOCR"


#: How many bytes of a file tell its format.
HEAD = 4096
_ROOTS = {"alto": Format.ALTO, "pcgts": Format.PAGE, "html": Format.HOCR}
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(alto|PcGts|html)[\s>]", re.I)
_HOCR = re.compile(r"""class\s*=\s*["']?[^"'>]*\bocrx?_""", re.I)


def format_of(head: bytes) -> Format | None:
    """Return the format that a file's first bytes show, or None: then it is no layout file."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head[:HEAD].decode("utf-16" if wide else "utf-8", "ignore")
    if found := _ROOT.search(text):
        return _ROOTS[found[1].lower()]
    return Format.HOCR if _HOCR.search(text) else None


def read(data: bytes, name: str, size: tuple[int, int] | None = None) -> Layout:
    """Return the pages of a layout file and notes on what was left out, or raise InvalidInput saying where and why.

    `name` is what messages call the file. `size` is the width and height in pixels of the picture that it
    describes: coordinates are scaled to it, which files that measure in millimetres or inches need.
    """
    kind = format_of(data)
    if kind is None:
        raise InvalidInput(
            f"{name}: this is no layout file: upload ALTO, PAGE XML or hOCR"
        )
    reading = Reading(name, size)
    if kind is Format.HOCR:
        pages = read_hocr(data, reading)
    else:
        root = parse_xml(data, name)
        pages = (read_alto if kind is Format.ALTO else read_page)(root, reading)
    return Layout(pages, reading.notes())

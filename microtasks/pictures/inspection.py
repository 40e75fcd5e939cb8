"""Is this upload a picture that can be cut, shown and trusted? Every question is asked before it is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyvips

from microtasks.errors import InvalidInput
from microtasks.pictures import chunks, kinds, loading, pdf, tiff

#: Above this many pixels a picture must be stored in at least one byte for every 200 of them.
LARGE = 100_000_000
LEAST_DENSITY = 200
LARGEST = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture; width and height are those of the upright (first) page."""

    mime: str
    width: int
    height: int
    pages: int = 1


def inspect(path: Path) -> Picture:
    """Return what a picture is after decoding it once from end to end, or raise InvalidInput with the reason.

    Source pixels are the ones of the upright picture: an EXIF orientation is applied first, everywhere. Of a PDF
    or a TIFF with several pages only the first is looked at here; `extract` proves each page it takes.
    """
    picture = header(path)
    if picture.mime != kinds.PDF:
        prove(loading.load(path, picture.mime))
    return picture


def header(path: Path) -> Picture:
    """Return what a picture claims to be without decoding it; a claim nobody should decode is refused."""
    mime = kinds.read_kind(path)
    if mime == kinds.PDF:
        return Picture(mime, *pdf.first_page(path))
    if mime == kinds.PNG:
        chunks.check(path)

    image = loading.load(path, mime)
    check_size(image, mime, path.stat().st_size)
    check_samples(image)
    width, height = image.width, image.height
    if loading.orientation(image) >= 5:
        width, height = height, width
    pages = len(tiff.pages(path)) if mime == kinds.TIFF else 1
    return Picture(mime, width, height, pages)


def prove(image: loading.Image) -> None:
    """Decode every pixel once in constant memory; a picture that is cut off or damaged raises InvalidInput."""
    try:
        image.avg()
    except pyvips.Error as error:
        raise InvalidInput(loading.DAMAGED) from error


def check_size(image: loading.Image, mime: str, stored: int) -> None:
    """Raise InvalidInput for more pixels than the stored bytes can honestly hold, or than memory can."""
    pixels = image.width * image.height
    if pixels > LARGEST:
        raise InvalidInput(
            f"the picture has {pixels:,} pixels; at most {LARGEST:,} are taken: split it"
        )
    if pixels <= LARGE:
        return
    if stored < pixels / LEAST_DENSITY:
        raise InvalidInput(
            f"the file claims {pixels:,} pixels in only {stored:,} bytes: this is no honest picture"
        )
    if mime == kinds.WEBP or image.get_typeof("interlaced"):
        # These must be held in memory whole.
        raise InvalidInput(
            f"an interlaced, progressive or WebP picture may have at most {LARGE:,} pixels: save it as a plain"
            " JPEG, PNG or TIFF"
        )


def check_samples(image: loading.Image) -> None:
    """Raise InvalidInput for measurements that are no colours: 32 bits, floats, many bands."""
    if image.format not in {"uchar", "ushort"} or image.bands > 5:
        raise InvalidInput(
            f"the picture has {image.bands} bands of {image.format} samples: save it with 8 or 16 bits as grey,"
            " RGB or CMYK"
        )

"""New pictures out of an uploaded one: upright, sRGB, and without a byte that is not a pixel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyvips

from microtasks.errors import InvalidInput
from microtasks.pictures import inspection, kinds, loading, pdf, tiff
from microtasks.pictures.inspection import Picture
from microtasks.slicing.slicer import Region

QUALITY = 90


def normalise(path: Path, out: Path, page: int = 0) -> Picture:
    """Write a clean copy, its kind chosen by the suffix of `out`: upright, 8-bit sRGB, all metadata gone."""
    mime = kinds.read_kind(path)
    image = loading.upright(path, mime, page)
    inspection.check_size(image, mime, path.stat().st_size)
    inspection.check_samples(image)
    _save(image, out)
    return Picture(kinds.read_kind(out), image.width, image.height)


def extract(path: Path, page: int, out: Path) -> Picture:
    """Write one page (counted from 0) of a PDF or TIFF as a PNG of its own, proving that it is whole."""
    if kinds.read_kind(path) == kinds.PDF:
        return Picture(kinds.PNG, *pdf.render(path, page, out))
    return normalise(path, out, tiff.pages(path)[page])


def crop(path: Path, region: Region, out: Path, max_side: int | None = None) -> None:
    """Write one region of a picture, made smaller if a side is longer than `max_side`; JPEG, PNG or WebP by suffix."""
    image = loading.upright(path, kinds.read_kind(path))
    _save(_cut(image, region, max_side), out)


def crops(
    path: Path, wanted: Iterable[tuple[Region, Path]], max_side: int | None = None
) -> None:
    """Write many regions of one picture, decoding it once; beyond 100 MB of pixels libvips spools to disk."""
    image = loading.upright(path, kinds.read_kind(path), anywhere=True)
    for region, out in wanted:
        _save(_cut(image, region, max_side), out)


def _cut(image: loading.Image, region: Region, max_side: int | None) -> loading.Image:
    right, bottom = region.x + region.width, region.y + region.height
    inside = right <= image.width and bottom <= image.height
    if (
        min(region.x, region.y) < 0
        or min(region.width, region.height) < 1
        or not inside
    ):
        raise InvalidInput(
            f"{region} is not inside a picture of {image.width} x {image.height} pixels"
        )
    piece = image.crop(region.x, region.y, region.width, region.height)
    if max_side is None or max(region.width, region.height) <= max_side:
        return piece
    return piece.thumbnail_image(max_side, height=max_side, size="down")


def _save(image: loading.Image, out: Path) -> None:
    """Write sRGB pixels and nothing else; what was half written is removed again."""
    try:
        image = loading.to_srgb(image)
        match out.suffix:
            case ".jpg":
                # JPEG has no transparency: what shines through is paper.
                image = image.flatten(background=255) if image.hasalpha() else image
                image.jpegsave(str(out), Q=QUALITY, keep="none")
            case ".webp":
                image.webpsave(str(out), Q=QUALITY, keep="none")
            case ".png":
                image.pngsave(str(out), keep="none")
            case suffix:
                raise ValueError(
                    f"pictures are written as .jpg, .png or .webp, not {suffix!r}"
                )
    except pyvips.Error as error:
        out.unlink(missing_ok=True)
        raise InvalidInput(loading.DAMAGED) from error

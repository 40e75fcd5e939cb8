"""Opening a picture with libvips, one named loader for each kind, so that no other decoder can ever be reached."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pyvips

from microtasks.errors import InvalidInput
from microtasks.pictures import kinds

#: libvips remembers operations by file name; here a name may stand for another file a moment later.
pyvips.cache_set_max(0)

Image = Any
DAMAGED = (
    "the picture is damaged or cut off: open it, save it again, and upload it once more"
)

_LOADERS = {
    kinds.JPEG: "jpegload",
    kinds.PNG: "pngload",
    kinds.WEBP: "webpload",
    kinds.TIFF: "tiffload",
}


def load(path: Path, mime: str, page: int = 0, *, anywhere: bool = False) -> Image:
    """Open a picture from top to bottom, or `anywhere` at the price of a spool file; nothing is decoded yet."""
    if mime not in _LOADERS:
        raise InvalidInput("a PDF must be rendered before it can be cut")
    options: dict[str, Any] = {
        "access": "random" if anywhere else "sequential",
        "fail_on": "error",
    }
    if mime == kinds.TIFF:
        options["page"] = page
    try:
        return getattr(pyvips.Image, _LOADERS[mime])(str(path), **options)
    except pyvips.Error as error:
        raise InvalidInput(DAMAGED) from error


def upright(path: Path, mime: str, page: int = 0, *, anywhere: bool = False) -> Image:
    """Open a picture turned the way it is meant to be seen."""
    image = load(path, mime, page, anywhere=anywhere)
    if orientation(image) == 1:
        return image
    return load(path, mime, page, anywhere=True).autorot()


def orientation(image: Image) -> int:
    """Return how the stored pixels are turned: 1 is upright, 5 to 8 lie on their side."""
    if not image.get_typeof("orientation"):
        return 1
    turned = int(image.get("orientation"))
    return turned if 1 <= turned <= 8 else 1


def to_srgb(image: Image) -> Image:
    """Convert any mode to eight bits of sRGB, through the embedded colour profile where it makes sense."""
    if image.get_typeof("icc-profile-data"):
        # A broken profile is common and harmless: the picture is read as if it had none.
        with contextlib.suppress(pyvips.Error):
            return image.icc_transform("srgb", embedded=True, depth=8)
    if image.interpretation == "cmyk":
        return image.icc_transform("srgb", input_profile="cmyk", depth=8)
    return image.colourspace("srgb").cast("uchar")

"""One file cut into slices on disk, without a campaign: what `flask slice` does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from microtasks import pictures, slicing
from microtasks.errors import InvalidInput
from microtasks.slicing import looking
from microtasks.slicing.slicer import Piece

SUFFIX = {pictures.JPEG: ".jpg"}


def slices(
    path: Path, mode: str, settings: Mapping[str, Any], out: Path
) -> list[dict[str, Any]]:
    """Cut a picture and write its slices into a folder; return what `slices.json` says of them, in source pixels.

    A picture in which there is nothing to cut raises NothingToCut.
    """
    slicer = slicing.slicer(mode)
    checked = slicer.check(settings)
    if "image" not in slicer.takes:
        raise InvalidInput(f"`{mode}` cuts records; a picture is needed")
    picture = pictures.inspect(path)
    if picture.mime == pictures.PDF:
        raise InvalidInput("a PDF has pages: save the page as a picture first")

    subject = looking.subject(path, picture.width, picture.height, [slicer])
    pieces = list(slicer.cut(subject, checked))
    # A photograph stays a JPEG; whatever was kept without loss stays without loss.
    suffix = SUFFIX.get(picture.mime, ".png")
    wanted = [
        (piece.region, out / (piece.name + suffix)) for piece in pieces if piece.region
    ]
    pictures.crops(path, wanted)
    return [_line(piece, piece.name + suffix) for piece in pieces]


def _line(piece: Piece, file: str) -> dict[str, Any]:
    at = piece.region
    if at is None:
        raise InvalidInput("this way of slicing gives no regions")
    told = {
        "id": piece.name,
        "order": piece.order,
        "x": at.x,
        "y": at.y,
        "width": at.width,
        "height": at.height,
        "file": file,
    }
    return told | ({"baseline": piece.baseline} if piece.baseline else {})

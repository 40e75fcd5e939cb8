"""One file cut into slices on disk, without a campaign: what `flask slice` does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from microtasks import pictures, slicing
from microtasks.errors import InvalidInput
from microtasks.slicing.slicer import Piece, Subject

SUFFIX = {pictures.JPEG: ".jpg"}


def slices(
    path: Path, mode: str, settings: Mapping[str, Any], out: Path
) -> list[dict[str, int | str]]:
    """Cut a picture and write its slices into a folder; return what `slices.json` says of them, in source pixels."""
    slicer = slicing.slicer(mode)
    if "image" not in slicer.takes:
        raise InvalidInput(f"`{mode}` cuts records; a picture is needed")
    picture = pictures.inspect(path)
    if picture.mime == pictures.PDF:
        raise InvalidInput("a PDF has pages: save the page as a picture first")

    subject = Subject(picture.width, picture.height)
    pieces = list(slicer.cut(subject, slicer.check(settings)))
    # A photograph stays a JPEG; whatever was kept without loss stays without loss.
    suffix = SUFFIX.get(picture.mime, ".png")
    wanted = [
        (piece.region, out / (piece.name + suffix)) for piece in pieces if piece.region
    ]
    pictures.crops(path, wanted)
    return [_line(piece, piece.name + suffix) for piece in pieces]


def _line(piece: Piece, file: str) -> dict[str, int | str]:
    at = piece.region
    if at is None:
        raise InvalidInput("this way of slicing gives no regions")
    return {
        "id": piece.name,
        "order": piece.order,
        "x": at.x,
        "y": at.y,
        "width": at.width,
        "height": at.height,
        "file": file,
    }

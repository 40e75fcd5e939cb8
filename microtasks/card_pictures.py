"""The picture on a card: its region, cut from the source's clean picture when first asked for, then kept in the cache."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from microtasks import pictures
from microtasks.errors import NotFound
from microtasks.models import Source
from microtasks.slicing.slicer import Region
from microtasks.storage import Store

#: A longer side helps nobody's eyes and costs a thin line minutes.
LONGEST_SIDE = 2400


@dataclass(frozen=True, slots=True)
class CardPicture:
    """A picture as it goes out: its bytes and what they are."""

    body: bytes
    mime: str


def picture(
    store: Store,
    source: Source,
    region: Mapping[str, int],
    scratch: Path | None = None,
    longest_side: int = LONGEST_SIDE,
) -> CardPicture:
    """Return a region of a source's picture, made smaller if it is longer than `longest_side`."""
    if source.picture is None or "x" not in region:
        raise NotFound("This card has no picture.")
    wanted = Region(region["x"], region["y"], region["width"], region["height"])
    name = f"{folder_of(source.picture)}/{_name(wanted, longest_side)}"
    body = store.cached(name)
    if body is None:
        body = _cut(store, source.picture, wanted, scratch, longest_side)
        store.cache(name, body)
    return CardPicture(body, pictures.kind_of(body[:64]) or "application/octet-stream")


def folder_of(key: str) -> str:
    """Return the name in the cache below which all cuts of a picture lie."""
    return f"pictures/{key}"


def _name(region: Region, longest_side: int) -> str:
    return f"{region.x}-{region.y}-{region.width}-{region.height}-{longest_side}"


def _cut(
    store: Store, key: str, region: Region, scratch: Path | None, longest_side: int
) -> bytes:
    with store.path(key) as path, tempfile.TemporaryDirectory(dir=scratch) as folder:
        with path.open("rb") as file:
            suffix = (
                ".png" if pictures.kind_of(file.read(64)) == "image/png" else ".jpg"
            )
        out = Path(folder) / f"cut{suffix}"
        pictures.crop(path, region, out, longest_side)
        return out.read_bytes()

"""Square tiles of a picture, for what can be looked at anywhere: aerial views, slides, maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from microtasks.errors import InvalidInput, RecipeError
from microtasks.slicing.slicer import Piece, Region, Slicer, Subject

SMALLEST, LARGEST, USUAL = 64, 4096, 512
MOST_TILES = 100_000


class Grid(Slicer):
    """Tiles named `r<row>c<column>`, counted from 0 at the top left.

    Tiles are `tile` pixels square and start every `tile - overlap` pixels. The last column and row are narrower
    rather than moved back, so that every pixel is covered and, without overlap, none is covered twice.
    """

    mode = "grid"
    settings: ClassVar[Mapping[str, str]] = {
        "tile": f"side of a tile in source pixels, {SMALLEST} to {LARGEST} (default {USUAL})",
        "overlap": "pixels that neighbouring tiles share, less than half a tile (default 0)",
    }
    takes = frozenset({"image"})
    exposure = 1.0

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return `tile` and `overlap`, both whole numbers within their bounds."""
        self.refuse_unknown(settings)
        tile = _pixels(settings, "tile", USUAL)
        if not SMALLEST <= tile <= LARGEST:
            raise RecipeError(
                f"`slice.tile` must be {SMALLEST} to {LARGEST} pixels, not {tile}",
                "slice.tile",
            )

        overlap = _pixels(settings, "overlap", 0)
        if not 0 <= overlap < tile / 2:
            raise RecipeError(
                f"`slice.overlap` must be 0 or more and less than half of a tile of {tile} pixels, not {overlap}",
                "slice.overlap",
            )
        return {"tile": tile, "overlap": overlap}

    def cut(self, subject: Subject, settings: Mapping[str, Any]) -> Iterator[Piece]:
        """Yield the tiles row by row."""
        if not subject.size:
            raise InvalidInput("a grid needs a picture; this source is a record")

        columns, rows = (_spans(length, settings) for length in subject.size)
        if len(columns) * len(rows) > MOST_TILES:
            raise InvalidInput(
                f"the picture would become {len(columns) * len(rows):,} tiles; at most {MOST_TILES:,} of one"
                " picture are taken: use larger tiles"
            )
        for row, (y, height) in enumerate(rows):
            for column, (x, width) in enumerate(columns):
                order = row * len(columns) + column
                yield Piece(f"r{row}c{column}", order, Region(x, y, width, height))

    def shares(self, subject: Subject, piece: Piece) -> dict[str, float]:
        """Return the tile's share of the picture's area."""
        if piece.region is None or not subject.size:
            return {}
        width, height = subject.size
        area = piece.region.width * piece.region.height
        return {piece.name: area / (width * height)}


def _pixels(settings: Mapping[str, Any], key: str, default: int) -> int:
    value = settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecipeError(
            f"`slice.{key}` must be a whole number of pixels, not {value!r}",
            f"slice.{key}",
        )
    return value


def _spans(length: int, settings: Mapping[str, Any]) -> list[tuple[int, int]]:
    tile, step = settings["tile"], settings["tile"] - settings["overlap"]
    count = 1 + max(0, -(-(length - tile) // step))
    return [(n * step, min(tile, length - n * step)) for n in range(count)]

"""Tiles of a picture put back: from a place in a tile to a place in its source, and from many tiles to one whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microtasks.errors import InvalidInput
from microtasks.slicing.slicer import Region

#: Pixels of a picture, or labels of its pixels: rows first.
Pixels = NDArray[Any]


def to_source(region: Region, x: float, y: float) -> tuple[float, float]:
    """Return where in the source a point of the tile lies, both in source pixels."""
    return region.x + x, region.y + y


def to_tile(region: Region, x: float, y: float) -> tuple[float, float]:
    """Return where in the tile a point of the source lies; it may lie outside."""
    return x - region.x, y - region.y


def holding(regions: Iterable[Region], x: float, y: float) -> list[Region]:
    """Return the tiles that show a point of the source: several where tiles overlap."""
    return [
        each
        for each in regions
        if each.x <= x < each.x + each.width and each.y <= y < each.y + each.height
    ]


def territories(regions: Sequence[Region]) -> list[Region]:
    """Return, for each tile of a grid, the part of the source that is its alone.

    Where neighbours overlap, the border runs through the middle of what they share: so each pixel of the picture
    belongs to exactly one tile and areas can be added up.
    """
    across = _owned({(each.x, each.width) for each in regions})
    down = _owned({(each.y, each.height) for each in regions})
    if len(across) * len(down) != len(set(regions)):
        raise InvalidInput("these tiles are no grid: some row lacks a tile")
    return [
        Region(left, top, right - left, bottom - top)
        for each in regions
        for (left, right), (top, bottom) in [
            (across[each.x, each.width], down[each.y, each.height])
        ]
    ]


def put_back(width: int, height: int, tiles: Iterable[tuple[Region, Pixels]]) -> Pixels:
    """Lay tiles onto one canvas; raise InvalidInput for one that does not fit, or for pixels that no tile covers."""
    canvas: Pixels | None = None
    covered = np.zeros((height, width), dtype=bool)
    for region, pixels in tiles:
        _refuse_misfit(width, height, region, pixels)
        if canvas is None:
            canvas = np.zeros((height, width, *pixels.shape[2:]), pixels.dtype)
        rows = slice(region.y, region.y + region.height)
        columns = slice(region.x, region.x + region.width)
        canvas[rows, columns] = pixels
        covered[rows, columns] = True
    if canvas is None or not covered.all():
        missing = int(covered.size - covered.sum())
        raise InvalidInput(f"no tile covers {missing:,} of the picture's pixels")
    return canvas


def _refuse_misfit(width: int, height: int, region: Region, pixels: Pixels) -> None:
    if pixels.shape[:2] != (region.height, region.width):
        raise InvalidInput(
            f"a tile of {pixels.shape[1]} x {pixels.shape[0]} pixels was cut as {region.width} x {region.height}"
        )
    inside = region.x + region.width <= width and region.y + region.height <= height
    if min(region.x, region.y) < 0 or not inside:
        raise InvalidInput(f"{region} lies outside the picture")


def _owned(spans: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Cut overlapping spans (start, length) in the middle of what neighbours share; gaps stay nobody's."""
    ordered = sorted(spans)
    edges = {span: [span[0], span[0] + span[1]] for span in ordered}
    for before, after in itertools.pairwise(ordered):
        if edges[before][1] > after[0]:
            middle = (edges[before][1] + after[0]) // 2
            edges[before][1] = edges[after][0] = middle
    return {span: (start, end) for span, (start, end) in edges.items()}

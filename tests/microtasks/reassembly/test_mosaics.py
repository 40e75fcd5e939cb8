"""Mosaics: what grid cuts, put back, is the picture; and each pixel is one tile's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidInput
from microtasks.reassembly import mosaics
from microtasks.slicing import slicer
from microtasks.slicing.slicer import Region, Subject

sides = st.integers(1, 400)
tiles = st.integers(64, 200)


def cut(width: int, height: int, tile: int, overlap: int) -> list[Region]:
    grid = slicer("grid")
    wanted = grid.check({"tile": tile, "overlap": overlap})
    pieces = grid.cut(Subject(width, height), wanted)
    return [piece.region for piece in pieces if piece.region is not None]


@settings(max_examples=60, deadline=None)
@given(sides, sides, tiles, st.integers(0, 31), st.randoms(use_true_random=False))
def test_the_tiles_of_a_picture_put_back_in_any_order_are_the_picture(
    width: int, height: int, tile: int, overlap: int, rng: object
) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    regions = cut(width, height, tile, overlap)
    pieces = [
        (each, picture[each.y : each.y + each.height, each.x : each.x + each.width])
        for each in regions
    ]
    rng.shuffle(pieces)  # type: ignore[attr-defined]
    assert np.array_equal(mosaics.put_back(width, height, pieces), picture)


@settings(max_examples=60, deadline=None)
@given(sides, sides, tiles, st.integers(0, 31))
def test_every_pixel_is_the_territory_of_exactly_one_tile_that_shows_it(
    width: int, height: int, tile: int, overlap: int
) -> None:
    regions = cut(width, height, tile, overlap)
    owners = np.zeros((height, width), int)
    for region, own in zip(regions, mosaics.territories(regions), strict=True):
        owners[own.y : own.y + own.height, own.x : own.x + own.width] += 1
        assert region.x <= own.x
        assert own.x + own.width <= region.x + region.width
        assert region.y <= own.y
        assert own.y + own.height <= region.y + region.height
    assert (owners == 1).all()


@settings(max_examples=60, deadline=None)
@given(sides, sides, tiles, st.integers(0, 31), st.floats(0, 1), st.floats(0, 1))
def test_a_point_goes_to_a_tile_and_back_to_where_it_was(
    width: int, height: int, tile: int, overlap: int, right: float, down: float
) -> None:
    x, y = int(right * (width - 1)), int(down * (height - 1))
    showing = mosaics.holding(cut(width, height, tile, overlap), x, y)
    assert showing
    for region in showing:
        inner = mosaics.to_tile(region, x, y)
        assert 0 <= inner[0] < region.width
        assert 0 <= inner[1] < region.height
        assert mosaics.to_source(region, *inner) == (x, y)


def test_neighbours_share_what_overlaps_in_halves() -> None:
    left, right = mosaics.territories([Region(0, 0, 100, 50), Region(80, 0, 100, 50)])
    assert left == Region(0, 0, 90, 50)
    assert right == Region(90, 0, 90, 50)


def test_a_missing_tile_is_named_by_the_pixels_it_leaves() -> None:
    half = (Region(0, 0, 5, 10), np.zeros((10, 5)))
    with pytest.raises(InvalidInput, match="no tile covers 50"):
        mosaics.put_back(10, 10, [half])


def test_a_tile_outside_the_picture_or_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidInput, match="outside"):
        mosaics.put_back(10, 10, [(Region(8, 0, 5, 10), np.zeros((10, 5)))])
    with pytest.raises(InvalidInput, match="was cut as"):
        mosaics.put_back(10, 10, [(Region(0, 0, 10, 10), np.zeros((10, 5)))])


def test_tiles_that_are_no_grid_have_no_territories() -> None:
    with pytest.raises(InvalidInput, match="no grid"):
        mosaics.territories(
            [Region(0, 0, 9, 9), Region(9, 0, 9, 9), Region(0, 9, 9, 9)]
        )

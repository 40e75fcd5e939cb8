from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidInput, RecipeError
from microtasks.slicing import Piece, Subject, slicer

SIDES = st.integers(1, 700)


def cut(width: int, height: int, **chosen: int) -> list[Piece]:
    grid = slicer("grid")
    return list(grid.cut(Subject(width, height), grid.check(chosen)))


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.integers(64, 300), st.floats(0, 0.49))
def test_every_pixel_is_covered_and_no_tile_leaves_the_picture(
    width, height, tile, share
):
    seen = np.zeros((height, width), np.uint8)
    for piece in cut(width, height, tile=tile, overlap=int(tile * share)):
        at = piece.region
        assert 0 <= at.x < at.x + at.width <= width
        assert 0 <= at.y < at.y + at.height <= height
        assert max(at.width, at.height) <= tile
        seen[at.y : at.y + at.height, at.x : at.x + at.width] += 1
    assert seen.min() >= 1


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.integers(64, 300))
def test_without_overlap_the_tiles_put_together_are_the_picture(width, height, tile):
    picture = np.arange(width * height).reshape(height, width)
    again = np.full_like(picture, -1)
    counted = 0
    for piece in cut(width, height, tile=tile):
        at = piece.region
        rows, columns = slice(at.y, at.y + at.height), slice(at.x, at.x + at.width)
        again[rows, columns] = picture[rows, columns]
        counted += at.width * at.height

    assert (again == picture).all()
    assert counted == width * height


def test_neighbouring_tiles_share_exactly_the_overlap():
    first, second, third = cut(250, 90, tile=100, overlap=10)
    assert (first.region.x, second.region.x, third.region.x) == (0, 90, 180)
    assert third.region.width == 70


def test_tiles_are_named_by_row_and_column_in_reading_order():
    pieces = cut(130, 130, tile=64)
    assert [piece.name for piece in pieces[:4]] == ["r0c0", "r0c1", "r0c2", "r1c0"]
    assert [piece.order for piece in pieces] == list(range(9))


def test_the_shares_of_a_grid_without_overlap_add_up_to_the_whole():
    grid, subject = slicer("grid"), Subject(1000, 700)
    shares = [
        share
        for piece in grid.cut(subject, grid.check({"tile": 300}))
        for share in grid.shares(subject, piece).values()
    ]
    assert sum(shares) == pytest.approx(1)


def test_a_thin_picture_gives_a_bounded_number_of_tiles():
    assert len(cut(1, 60_000)) == 118


def test_more_than_a_hundred_thousand_tiles_are_refused():
    with pytest.raises(InvalidInput, match="use larger tiles"):
        cut(60_000, 60_000, tile=64)


def test_a_record_has_no_grid():
    grid = slicer("grid")
    with pytest.raises(InvalidInput, match="needs a picture"):
        list(grid.cut(Subject(fields=("a",)), grid.check({})))


@pytest.mark.parametrize(
    ("chosen", "key"),
    [
        ({"tile": 63}, "slice.tile"),
        ({"tile": 5000}, "slice.tile"),
        ({"tile": "512"}, "slice.tile"),
        ({"tile": True}, "slice.tile"),
        ({"overlap": 256}, "slice.overlap"),
        ({"overlap": -1}, "slice.overlap"),
        ({"tiles": 512}, "slice.tiles"),
    ],
)
def test_a_setting_out_of_bounds_is_named(chosen, key):
    with pytest.raises(RecipeError) as refusal:
        slicer("grid").check(chosen)
    assert refusal.value.field == key

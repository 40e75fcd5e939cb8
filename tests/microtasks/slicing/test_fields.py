from __future__ import annotations

import pytest

from microtasks.errors import InvalidInput, RecipeError
from microtasks.slicing import Piece, Subject, slicer, slicers

ROW = Subject.record({"name": "Ana", "age": "3", "message": "water please"})
MUTE = Subject.record({"name": "Ana", "age": "3", "message": "  "})


def cut(subject: Subject, mode: str = "fields", **chosen: object) -> list[Piece]:
    each = slicer(mode)
    return list(each.cut(subject, each.check(chosen)))


def test_without_columns_one_card_shows_the_whole_record():
    (piece,) = cut(ROW)
    assert piece.name == "record"
    assert piece.fields == ("name", "age", "message")


def test_a_list_of_columns_makes_one_card():
    (piece,) = cut(ROW, columns=["message", "age"])
    assert piece.name == "message+age"
    assert piece.fields == ("message", "age")


def test_a_list_of_lists_makes_several_cards():
    pieces = cut(ROW, columns=[["name", "age"], ["message"]])
    assert [piece.name for piece in pieces] == ["name+age", "message"]
    assert [piece.order for piece in pieces] == [0, 1]


@pytest.mark.parametrize("mode", ["fields", "whole"])
def test_a_row_whose_shown_column_is_blank_is_refused_by_name(mode):
    with pytest.raises(InvalidInput) as refusal:
        cut(MUTE, mode, columns=["message"])
    assert str(refusal.value) == "row has nothing to show: `message` is blank"
    assert refusal.value.field == "message"


@pytest.mark.parametrize("mode", ["fields", "whole"])
def test_a_record_without_the_column_is_refused_by_name(mode):
    with pytest.raises(InvalidInput, match="no column `genre`"):
        cut(ROW, mode, columns=["message", "genre"])


def test_a_blank_card_is_left_out_and_the_others_keep_name_and_order():
    (piece,) = cut(Subject.record({"a": "", "b": "x"}), columns=[["a"], ["b"]])
    assert (piece.name, piece.order) == ("b", 1)


def test_each_shown_field_is_an_equal_share_of_what_the_record_says():
    each = slicer("fields")
    (piece,) = cut(ROW, columns=["name", "message"])
    assert each.shares(ROW, piece) == {"name": 1 / 3, "message": 1 / 3}
    assert each.exposure == 0.2


@pytest.mark.parametrize(
    "columns",
    ["message", [], [[]], [1], ["a", ["b"]], ["a", "a"], [["a"], ["a"]], [" "]],
)
def test_columns_that_are_no_list_of_names_are_refused(columns):
    with pytest.raises(RecipeError) as refusal:
        slicer("fields").check({"columns": columns})
    assert refusal.value.field == "slice.columns"


def test_whole_shows_a_picture_from_corner_to_corner():
    whole, picture = slicer("whole"), Subject(640, 480)
    (piece,) = whole.cut(picture, whole.check({}))
    assert (piece.name, piece.region.width, piece.region.height) == ("whole", 640, 480)
    assert whole.shares(picture, piece) == {"whole": 1.0}


def test_an_unknown_mode_is_refused_with_the_known_ones():
    with pytest.raises(RecipeError, match="known are whole, grid, fields"):
        slicer("hexagons")


def test_every_setting_of_every_slicer_is_explained():
    for mode, each in slicers().items():
        assert each.mode == mode
        assert each.takes <= {"image", "record"}
        assert all(each.settings.values())

"""What the small pictures promise: nothing outside the frame, and shares that say what the numbers say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microtasks import drawing

amounts = st.lists(st.floats(min_value=0, max_value=1e9), max_size=40)
anything = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20)


def test_a_share_of_nothing_is_nothing():
    assert drawing.share(3, 0) == 0
    assert drawing.percent(0, 0) == 0


def test_only_finished_work_says_a_hundred_percent():
    assert drawing.percent(9_999, 10_000) == 99
    assert drawing.percent(10_000, 10_000) == 100


def test_begun_work_never_says_zero_percent():
    assert drawing.percent(1, 10_000) == 1


def test_stacked_parts_stand_end_to_end():
    first, second, third = drawing.stacked([1, 2, 1], width=100, height=10)
    assert (first.x, first.width) == (0, 25)
    assert (second.x, second.width) == (25, 50)
    assert (third.x, third.width) == (75, 25)


@given(amounts)
def test_stacked_parts_fill_the_bar_or_nothing(values):
    rects = drawing.stacked(values, width=1000, height=10)
    filled = sum(rect.width for rect in rects)
    expected = 1000 if sum(values) > 0 else 0
    assert filled == pytest.approx(expected, abs=0.02 * max(len(values), 1))


def test_columns_share_one_scale_from_zero():
    low, high, none = drawing.columns([5, 10, 0], width=300, height=100, gap=10)
    assert (low.height, high.height, none.height) == (50, 100, 0)
    assert (low.y, high.y, none.y) == (50, 0, 100)
    assert high.x - (low.x + low.width) == pytest.approx(10)


@given(anything)
def test_columns_stay_in_the_frame_whatever_comes(values):
    for rect in drawing.columns(values, width=480, height=120):
        assert rect.x >= 0
        assert rect.x + rect.width <= 480.02
        assert 0 <= rect.y <= 120
        assert rect.y + rect.height == pytest.approx(120, abs=0.02)


def test_a_line_ends_where_its_dot_is():
    drawn = drawing.line([0, 10], width=100, height=50, pad=5)
    assert drawn.points == "5,45 95,5"
    assert drawn.area == "5,45 95,5 95,45 5,45"
    assert drawn.last == drawing.Point(95, 5)


def test_a_line_through_nothing_is_empty():
    assert drawing.line([], 100, 50) == drawing.Line("", "", None)


@given(anything.filter(len))
def test_a_line_stays_in_the_frame_whatever_comes(values):
    for pair in drawing.line(values, width=240, height=48).area.split():
        x, y = map(float, pair.split(","))
        assert 0 <= x <= 240
        assert 0 <= y <= 48


def test_half_a_ring_is_half_its_circle():
    drawn = drawing.ring(0.5, size=64, stroke=8)
    assert drawn.radius == 28
    assert drawn.dash == pytest.approx(math.pi * 28, abs=0.01)
    assert drawn.dash == pytest.approx(drawn.gap, abs=0.02)
    assert drawn.percent == 50


def test_the_last_bin_holds_its_upper_end():
    low, high = drawing.bins([0, 0.49, 0.5, 1], count=2)
    assert (low.count, high.count) == (2, 2)
    assert (high.low, high.high) == (0.5, 1)


@given(st.lists(st.floats(min_value=-5, max_value=5), max_size=50))
def test_every_value_falls_into_one_bin(values):
    found = drawing.bins(values, count=7, low=-1, high=1)
    assert sum(each.count for each in found) == len(values)

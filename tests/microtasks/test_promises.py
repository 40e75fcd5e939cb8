"""Confidences against what was right: the error of those that keep their word is nought, and every decision counts once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microtasks import promises

told = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=10, max_size=60)


def test_fewer_than_ten_say_nothing():
    assert promises.measure([(0.9, True)] * 9) is None


def test_what_is_said_with_nine_tenths_and_right_nine_times_in_ten_keeps_its_word():
    kept = promises.measure([(0.9, True)] * 9 + [(0.9, False)])
    assert kept.error == pytest.approx(0)
    assert kept.accuracy == 0.9
    assert kept.low < 0.9 < kept.high


def test_an_error_is_the_distance_between_word_and_deed():
    kept = promises.measure([(1.0, True)] * 5 + [(1.0, False)] * 5)
    assert kept.error == pytest.approx(0.5)


def test_errors_of_opposite_sign_do_not_cancel_out():
    both = [(0.65, True)] * 10 + [(0.95, False)] * 10
    assert promises.measure(both).error == pytest.approx((0.35 + 0.95) / 2)


def test_an_error_is_told_with_what_chance_does_to_exact_confidences():
    few, many = (promises.measure([(0.7, n % 10 < 7) for n in range(size)]) for size in (10, 1000))  # fmt: skip
    assert 0 < many.chance < few.chance


@given(told)
def test_every_decision_stands_in_one_bin(told):
    kept = promises.measure(told)
    assert sum(each.tasks for each in kept.bins) == kept.tasks == len(told)
    assert 0 <= kept.error <= 1
    for each in (*kept.bins, kept):
        assert 0 <= each.low < each.high <= 1


@given(told, st.randoms(use_true_random=False))
def test_the_order_of_decisions_changes_nothing(told, rng):
    mixed = list(told)
    rng.shuffle(mixed)
    assert promises.measure(mixed) == promises.measure(told)

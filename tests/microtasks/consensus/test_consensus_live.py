from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.live import (
    SUREST,
    Voice,
    believed,
    chances,
    doubted,
    heard,
    one_coin,
    open_ended,
    yes,
)

OPTIONS = ["a", "b", "c"]
VOICES = st.lists(
    st.builds(Voice, st.sampled_from(OPTIONS), st.floats(0, 1), st.booleans()),
    min_size=1,
    max_size=12,
)


def decided(voices):
    return one_coin(voices, OPTIONS)


@pytest.mark.parametrize("decide", [decided, open_ended])
@given(voices=VOICES, more=st.floats(0, 1), fast=st.booleans())
@settings(max_examples=100, deadline=None)
def test_an_agreeing_vote_never_lowers_a_confidence(decide, voices, more, fast):
    before = decide(voices)
    for said, chance in before.items():
        after = decide([*voices, Voice(said, more, fast)])[said]
        assert after >= chance - 1e-12


@pytest.mark.parametrize("decide", [decided, open_ended])
@given(voices=VOICES, seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_the_order_of_votes_changes_no_bit(decide, voices, seed):
    shuffled = voices[:]
    random.Random(seed).shuffle(shuffled)
    assert decide(voices) == decide(shuffled)


def test_two_usual_volunteers_who_agree_settle_a_yes_or_no():
    assert yes([Voice(True, 0.85), Voice(True, 0.85)]) >= 0.95


def test_one_usual_volunteer_is_as_sure_as_usual():
    assert one_coin([Voice("b", 0.85)], OPTIONS)["b"] == pytest.approx(0.85)
    assert open_ended([Voice("anything", 0.85)]) == {"anything": pytest.approx(0.85)}


def test_equal_evidence_ties_exactly():
    chances = one_coin(
        [Voice("a", 0.7), Voice("c", 0.9), Voice("c", 0.7), Voice("a", 0.9)], OPTIONS
    )
    assert chances["a"] == chances["c"] > chances["b"]


def test_a_suspicious_vote_hardly_counts():
    assert 0.5 < yes([Voice(True, 0.99, suspicious=True)]) < 0.6


def test_nobody_is_believed_to_the_end_and_nobody_is_worse_than_guessing():
    assert believed(Voice("a", 1.0), 3) == SUREST
    assert believed(Voice("a", 0.0), 3) > 1 / 3


def test_two_equal_texts_outweigh_two_that_differ():
    voices = [Voice(text, 0.85) for text in ("Kofi", "Kofi", "Kophi", "Koti")]
    chances = open_ended(voices)
    assert chances["Kofi"] > 0.9
    assert sum(chances.values()) < 1


@st.composite
def heard_cards(draw, classes=4):
    """A card's prior, and answers by people whose records are each above chance: (said, penalties)."""
    penalty = st.integers(-3500, 0)
    prior = draw(st.lists(penalty, min_size=classes, max_size=classes))
    answers = []
    for said in draw(st.lists(st.integers(0, classes - 1), max_size=12)):
        row = draw(st.lists(penalty, min_size=classes, max_size=classes))
        row[said] = 0
        answers.append((said, row))
    return prior, answers


def told(prior, answers):
    for _, row in answers:
        prior = heard(prior, row)
    return prior


@given(card=heard_cards(), more=heard_cards(), fast=st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_answer_never_lowers_the_class_it_names(card, more, fast):
    before = told(*card)
    for said, row in more[1]:
        after = heard(before, doubted(row) if fast else row)
        assert chances(after)[said] >= chances(before)[said] - 1e-15


@given(card=heard_cards(), seed=st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_answers_in_any_order_leave_the_very_same_chances(card, seed):
    prior, answers = card
    shuffled = random.Random(seed).sample(answers, len(answers))
    assert chances(told(prior, answers)) == chances(told(prior, shuffled))


@given(card=heard_cards())
@settings(max_examples=50, deadline=None)
def test_a_suspicious_answer_speaks_more_softly_and_not_otherwise(card):
    for _, row in card[1]:
        soft = doubted(row)
        assert all(own <= light <= 0 for own, light in zip(row, soft, strict=True))
        assert min(soft) >= -229  # odds of 1.25

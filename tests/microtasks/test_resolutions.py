"""The live clock: each answer weighs what the last estimate knew of who gave it, and a card asks until it is sure."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from microtasks import resolutions
from microtasks.models import Card, CardState, Clock, Identity, Resolution, Standing
from tests import world
from tests.conftest import NOON
from tests.estimated import say

#: Water, food, nothing and "can't tell"; an answer speaks against each other class by a factor of e.
PLAIN = [[0 if k == said else -1024 for k in range(4)] for said in range(4)]
SURE = [[4 * units for units in row] for row in PLAIN]
DEAF = [[0] * 4 for _ in range(4)]


def known(session: Session, who: Identity, record: list[list[int]] | None) -> None:
    stage = world.cards(session)[0].stage_id
    session.add(
        Standing(stage_id=stage, identity_id=who.id, accuracy=0.5, low=0.3, high=0.7, answers=9, record=record and [record])
    )  # fmt: skip
    session.commit()


@pytest.fixture
def card(session: Session) -> Card:
    """A card of a stage that was estimated: two to five answers, at 0.9."""
    world.campaign(session, cards=1)
    (card,) = world.cards(session)
    options = ["water", "food", "nothing", None]
    part = {"prior": [0] * 4, "rows": PLAIN}
    card.stage.crowd = {"options": options, "parts": [part]}
    session.commit()
    return card


def answer(session: Session, card: Card, value: str, record: list[list[int]] | None = None) -> Resolution | None:  # fmt: skip
    who = world.volunteer(session)
    if record:
        known(session, who, record)
    say(session, card, who, value)
    return resolutions.decide(session, card, NOON)


def test_people_of_good_record_close_a_card_at_once(
    session: Session, card: Card
) -> None:
    assert answer(session, card, "food", SURE) is None
    word = answer(session, card, "food", SURE)
    assert word is not None
    assert (word.value, word.clock, word.method) == ("food", Clock.live, "confusion")
    assert word.confidence > 0.99
    assert (card.state, card.counted, card.asked) == (CardState.resolved, 2, 2)


def test_strangers_are_heard_as_the_crowd_and_asked_until_it_is_sure(
    session: Session, card: Card
) -> None:
    for number in (2, 3, 4):
        assert answer(session, card, "food") is None
        assert (card.state, card.asked) == (CardState.open, number)
    word = answer(session, card, "food")
    assert word is not None  # three at a factor of e leave 0.87, four 0.95
    assert word.confidence == pytest.approx(0.9479, abs=1e-3)


def test_who_was_never_informative_closes_nothing(session: Session, card: Card) -> None:
    for _ in range(4):
        assert answer(session, card, "food", DEAF) is None
    word = answer(session, card, "food", DEAF)
    assert word is not None
    assert (card.state, word.confidence) == (CardState.contested, 0.25)


def test_a_frequent_class_needs_less(session: Session, card: Card) -> None:
    part = {"prior": [0, -2048, -2048, -4096], "rows": PLAIN}
    card.stage.crowd = {"options": ["water", "food", "nothing", None], "parts": [part]}
    answer(session, card, "water")
    assert answer(session, card, "water") is not None


def test_what_was_learnt_of_other_options_is_not_used(
    session: Session, card: Card
) -> None:
    card.stage.crowd = {"options": ["yes", "no", None], "parts": []}
    answer(session, card, "food")
    word = answer(session, card, "food")
    assert word is not None
    assert word.method == "one-coin"


def test_a_record_of_another_shape_counts_as_none(session: Session, card: Card) -> None:
    answer(session, card, "food", [[0, -9000], [-9000, 0]])
    assert answer(session, card, "food") is None
    assert (card.state, card.asked) == (CardState.open, 3)

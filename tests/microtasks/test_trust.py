"""What a campaign's decisions are held against: a reviewer's last word and gold, and nothing that came after either."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from microtasks import trust
from microtasks.models import Campaign, Card, Clock, Resolution
from tests import world
from tests.conftest import NOON
from tests.estimated import say


def resolve(
    session: Session, card: Card, value: Any, clock: Clock, confidence: float = 0.9
) -> None:
    row = Resolution(
        card_id=card.id,
        stage_version=1,
        value=value,
        confidence=confidence,
        method="test",
        clock=clock,
        answers=[],
        made_at=NOON,
    )
    session.add(row)
    session.flush()
    card.resolution_id = row.id
    session.commit()


@pytest.fixture
def campaign(session_on_each: Session) -> Campaign:
    return world.campaign(session_on_each, cards=12)


def test_nothing_to_compare_with_is_told_as_nothing(
    session_on_each: Session, campaign: Campaign
) -> None:
    (stage,) = trust.of(session_on_each, campaign)
    assert (stage.gold.count, stage.reviewed.count) == (0, 0)
    assert stage.reviewed.kept is None


def test_a_reviewers_word_is_held_against_the_last_one_before_it(
    session_on_each: Session, campaign: Campaign
) -> None:
    right, wrong, first, none = world.cards(session_on_each)[:4]
    for card, value in ((right, "food"), (wrong, "food"), (none, None)):
        resolve(session_on_each, card, value, Clock.live, 0.6)
    resolve(session_on_each, right, "water", Clock.batch, 0.7)
    for card in (right, wrong, first):
        resolve(session_on_each, card, "water", Clock.review, 1)
    resolve(session_on_each, none, None, Clock.review, 1)
    resolve(session_on_each, wrong, "water", Clock.batch, 0.99)
    (stage,) = trust.of(session_on_each, campaign)
    assert (stage.reviewed.count, stage.reviewed.right) == (3, 2)
    assert stage.reviewed.kept is None, "three cards are too few"


def test_a_reviewer_who_changes_their_mind_is_believed_in_the_end(
    session_on_each: Session, campaign: Campaign
) -> None:
    card = world.cards(session_on_each)[0]
    resolve(session_on_each, card, "food", Clock.live)
    resolve(session_on_each, card, "water", Clock.review, 1)
    resolve(session_on_each, card, "food", Clock.review, 1)
    (stage,) = trust.of(session_on_each, campaign)
    assert (stage.reviewed.count, stage.reviewed.right) == (1, 1)


def test_enough_reviews_give_a_curve(
    session_on_each: Session, campaign: Campaign
) -> None:
    for number, card in enumerate(world.cards(session_on_each)):
        resolve(session_on_each, card, "food", Clock.live, 0.95)
        said = "food" if number % 2 else "water"
        resolve(session_on_each, card, said, Clock.review, 1)
    (stage,) = trust.of(session_on_each, campaign)
    kept = stage.reviewed.kept
    assert kept is not None
    assert (kept.tasks, kept.accuracy) == (12, 0.5)
    assert kept.error == pytest.approx(0.45)


def test_reviews_of_other_campaigns_say_nothing_of_this_one(
    session_on_each: Session, campaign: Campaign
) -> None:
    world.campaign(session_on_each, cards=1)
    card = world.cards(session_on_each)[-1]
    assert card.stage.campaign_id != campaign.id
    resolve(session_on_each, card, "food", Clock.live)
    resolve(session_on_each, card, "food", Clock.review, 1)
    (stage,) = trust.of(session_on_each, campaign)
    assert stage.reviewed.count == 0


def test_answers_to_gold_are_decided_and_held_against_it(
    session_on_each: Session, campaign: Campaign
) -> None:
    session = session_on_each
    right, wrong, unanswered = world.cards(session)[:3]
    for card in (right, wrong, unanswered):
        card.gold = "water"
    people = [world.volunteer(session) for _ in range(3)]
    said = {right: ["water", "water", "food"], wrong: ["food", "food", "water"]}
    for card, values in said.items():
        for who, value in zip(people, values, strict=True):
            say(session, card, who, value, gold=True, counted=False)
    session.commit()
    (stage,) = trust.of(session, campaign)
    assert (stage.gold.count, stage.gold.right) == (2, 1)

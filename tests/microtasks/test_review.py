"""Review: a contested card is settled by a reviewer, and nothing computed later overrides them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from microtasks import resolutions, review
from microtasks.models import Account, Campaign, CardState, Clock, Resolution
from tests import world
from tests.conftest import NOON
from tests.microtasks.test_answers import lease, say


def contested(session: Session) -> tuple[Campaign, Account]:
    stage = world.stage(max_answers=3, confidence=0.99)
    campaign = world.campaign(session, cards=1, stages=[stage])
    for value in ("water", "food", "water"):
        who = world.volunteer(session)
        say(session, lease(session, campaign, who).key, who, value)
    ben = Account(
        email="ben@relief.example", name="Ben", password_hash="-", created_at=NOON
    )
    session.add(ben)
    session.commit()
    return campaign, ben


def test_a_contested_card_waits_with_its_tally(session_on_each: Session) -> None:
    campaign, _ = contested(session_on_each)
    [card] = review.queue(session_on_each, campaign)
    assert review.waiting(session_on_each, campaign) == 1
    assert [
        (each.text, each.votes) for each in review.tallies(session_on_each, card)
    ] == [
        ("water", 2),
        ("food", 1),
    ]


def test_a_reviewers_word_resolves_it(session_on_each: Session) -> None:
    campaign, ben = contested(session_on_each)
    [card] = review.queue(session_on_each, campaign)
    resolution = resolutions.settle(session_on_each, card, "food", ben, NOON)
    session_on_each.commit()
    assert (resolution.value, resolution.clock, resolution.account_id) == (
        "food",
        Clock.review,
        ben.id,
    )
    assert world.cards(session_on_each)[0].state == CardState.resolved
    assert review.queue(session_on_each, campaign) == []
    assert session_on_each.query(Resolution).count() == 2


def test_a_reviewer_may_say_that_nobody_can_tell(session: Session) -> None:
    campaign, ben = contested(session)
    [card] = review.queue(session, campaign)
    assert resolutions.settle(session, card, None, ben, NOON).value is None

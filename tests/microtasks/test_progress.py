"""Progress is what the tables say, and a forecast only what the pace bears out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from microtasks import progress
from microtasks.models import Account, Answer, Campaign, Card, CardState, Identity
from tests import world
from tests.conftest import NOON


def answer(session: Session, card: Card, who: Identity, **changes: Any) -> None:
    settings: dict[str, Any] = {
        "key": f"{card.id}-{who.id}",
        "card_id": card.id,
        "stage_id": card.stage_id,
        "stage_version": 1,
        "identity_id": who.id,
        "value": "water",
        "answered_at": NOON,
        "seconds": 3.0,
    }
    session.add(Answer(**(settings | changes)))
    card.counted += changes["counted"]
    session.commit()


def test_cards_answers_and_people_are_counted(session_on_each: Session) -> None:
    session = session_on_each
    campaign = world.campaign(session, cards=4)
    one, two, three, four = world.cards(session)
    chidi, dana, again = (world.volunteer(session) for _ in range(3))
    account = Account(email="d@x.org", name="D", password_hash="", created_at=NOON)
    session.add(account)
    session.flush()
    dana.account_id = again.account_id = account.id
    for card, who in [(one, chidi), (one, dana), (two, chidi)]:
        answer(session, card, who, counted=True)
    answer(session, two, again, counted=False)
    answer(session, three, chidi, withdrawn_at=NOON, counted=False)
    one.state, four.state = CardState.resolved, CardState.withdrawn
    session.commit()

    seen = progress.campaign(session, campaign, NOON)

    (stage,) = seen.stages
    assert (stage.name, stage.answers, stage.uncounted) == ("need", 3, 1)
    assert seen.count(CardState.open) == 2
    assert (seen.total, seen.share_done) == (3, pytest.approx(1 / 3))
    assert seen.volunteers == 2
    assert seen.remaining == 1 + 2
    assert not seen.is_finished


def test_the_last_hours_are_told_apart(session_on_each: Session) -> None:
    session = session_on_each
    campaign = world.campaign(session, cards=3)
    who = world.volunteer(session)
    ago = [timedelta(minutes=1), timedelta(hours=3), timedelta(hours=60)]
    for card, back in zip(world.cards(session), ago, strict=True):
        answer(session, card, who, counted=True, answered_at=NOON - back)

    hourly = progress.campaign(session, campaign, NOON).hourly

    assert len(hourly) == 48
    assert {at: n for at, n in enumerate(hourly) if n} == {46: 1, 44: 1}


def test_the_forecast_divides_what_is_left_by_the_pace(session: Session) -> None:
    campaign = world.campaign(session, cards=6)
    campaign.opened_at = NOON - timedelta(hours=2)
    who = world.volunteer(session)
    for card in world.cards(session)[:4]:
        answer(session, card, who, counted=True, answered_at=NOON - timedelta(hours=1))

    seen = progress.campaign(session, campaign, NOON)

    assert seen.remaining == 4 * 1 + 2 * 2
    assert seen.forecast == NOON + timedelta(hours=8 / (4 / 2))


def test_without_answers_nothing_is_forecast(session: Session) -> None:
    campaign: Campaign = world.campaign(session)
    assert progress.campaign(session, campaign, NOON).forecast is None


def test_a_campaign_is_finished_when_no_card_asks_any_more(session: Session) -> None:
    campaign = world.campaign(session, cards=2)
    for card in world.cards(session):
        card.state = CardState.contested
    session.commit()

    seen = progress.campaign(session, campaign, NOON)
    assert (seen.is_finished, seen.share_done) == (True, 1.0)


def test_an_empty_campaign_is_not_finished(session: Session) -> None:
    campaign = world.campaign(session, cards=0)
    seen = progress.campaign(session, campaign, NOON)
    assert (seen.total, seen.is_finished, seen.share_done) == (0, False, 0.0)

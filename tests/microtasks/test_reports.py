"""Reported cards: one report waits for a coordinator, two take the card out of service."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from microtasks import reports
from microtasks.errors import InvalidInput, WrongState
from microtasks.models import Campaign, CardState, Report
from microtasks.reports import Outcome
from tests import world
from tests.conftest import NOON
from tests.microtasks.test_answers import lease, say


def reported(session: Session, campaign: Campaign, times: int = 1) -> Report:
    for _ in range(times):
        who = world.volunteer(session)
        made = reports.report(
            session, lease(session, campaign, who).key, who, " upside down ", NOON
        )
        session.commit()
    return made


def test_one_report_leaves_the_card_in_service(session_on_each: Session) -> None:
    campaign = world.campaign(session_on_each, cards=1)
    reported(session_on_each, campaign)
    [card] = world.cards(session_on_each)
    assert (card.state, card.leased) == (CardState.open, 0)
    assert [each.reason for each in reports.queue(session_on_each, campaign)] == [
        "upside down"
    ]


def test_a_second_persons_report_holds_the_card(session_on_each: Session) -> None:
    campaign = world.campaign(session_on_each, cards=1)
    reported(session_on_each, campaign, times=2)
    assert world.cards(session_on_each)[0].state == CardState.held


def test_a_released_card_is_served_again(session: Session) -> None:
    campaign = world.campaign(session, cards=1)
    reports.settle(
        session, reported(session, campaign, times=2), Outcome.released, NOON
    )
    session.commit()
    assert world.cards(session)[0].state == CardState.open
    assert reports.queue(session, campaign) == []
    assert lease(session, campaign, world.volunteer(session))


def test_a_withdrawn_card_is_served_no_more(session: Session) -> None:
    campaign = world.campaign(session, cards=1)
    reports.settle(session, reported(session, campaign), Outcome.withdrawn, NOON)
    session.commit()
    assert world.cards(session)[0].state == CardState.withdrawn


def test_a_record_can_be_mended(session: Session) -> None:
    campaign = world.campaign(session, cards=1)
    reports.mend(
        session, reported(session, campaign), {"message": "We need water"}, NOON
    )
    session.commit()
    assert world.cards(session)[0].source.columns == [
        ["id", "0"],
        ["message", "We need water"],
    ]


def test_mending_makes_up_no_columns(session: Session) -> None:
    campaign = world.campaign(session, cards=1)
    with pytest.raises(InvalidInput, match="`colour`"):
        reports.mend(session, reported(session, campaign), {"colour": "red"}, NOON)


def test_a_report_is_settled_once(session: Session) -> None:
    report = reported(session, world.campaign(session, cards=1))
    reports.settle(session, report, Outcome.released, NOON)
    with pytest.raises(WrongState):
        reports.settle(session, report, Outcome.withdrawn, NOON)


def test_answers_on_a_held_card_are_kept_and_decide_it_when_it_is_released(
    session: Session,
) -> None:
    campaign = world.campaign(
        session, cards=1, stages=[world.stage(min_answers=3, confidence=0.5)]
    )
    chidi = world.volunteer(session)
    key = lease(session, campaign, chidi).key
    report = reported(session, campaign, times=2)
    assert say(session, key, chidi).counted is True
    reports.settle(session, report, Outcome.released, NOON)
    session.commit()
    [card] = world.cards(session)
    assert (card.state, card.counted) == (CardState.open, 1)

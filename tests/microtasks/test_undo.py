"""Undo: within a minute an answer can be taken back, and everything is as if it had not been given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from microtasks import answers, resolutions, undo
from microtasks.answers import Said
from microtasks.errors import KeyConflict, WrongState
from microtasks.models import Account, Campaign, CardState, DataSet
from tests import world
from tests.conftest import NOON
from tests.microtasks.test_answers import lease, say


def test_an_answer_taken_back_frees_its_place_and_its_card_comes_again(
    session_on_each: Session,
) -> None:
    campaign, chidi = (
        world.campaign(session_on_each, cards=5),
        world.volunteer(session_on_each),
    )
    first = lease(session_on_each, campaign, chidi)
    answer = say(session_on_each, first.key, chidi)
    lease(session_on_each, campaign, chidi, 1)
    again = undo.undo(session_on_each, campaign, chidi, NOON + timedelta(minutes=1.5))
    session_on_each.commit()
    assert again is not None
    assert again.card_id == answer.card_id
    assert again.key != first.key
    [card] = world.cards(session_on_each, id=answer.card_id)
    assert (card.leased, card.counted) == (1, 0)
    assert sum(each.leased for each in world.cards(session_on_each)) == 1


def test_a_withdrawn_key_never_revives(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    say(session, key, chidi)
    undo.undo(session, campaign, chidi, NOON + timedelta(minutes=1))
    session.commit()
    with pytest.raises(KeyConflict):
        say(session, key, chidi)


def test_a_card_that_had_closed_opens_again(session_on_each: Session) -> None:
    campaign = world.campaign(session_on_each, cards=1)
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    for who in (chidi, dana):
        say(session_on_each, lease(session_on_each, campaign, who).key, who)
    assert world.cards(session_on_each)[0].state == CardState.resolved
    undo.undo(session_on_each, campaign, dana, NOON + timedelta(minutes=1.5))
    session_on_each.commit()
    [card] = world.cards(session_on_each)
    assert (card.state, card.counted, card.leased, card.resolution_id) == (
        CardState.open,
        1,
        1,
        None,
    )


def test_after_a_minute_an_answer_stays(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi, minutes=1)
    with pytest.raises(WrongState):
        undo.undo(session, campaign, chidi, NOON + timedelta(minutes=2, seconds=1))


def test_a_reviewed_card_cannot_be_undone(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi)
    ben = Account(
        email="ben@relief.example", name="Ben", password_hash="-", created_at=NOON
    )
    session.add(ben)
    session.flush()
    resolutions.settle(session, world.cards(session)[0], "food", ben, NOON)
    with pytest.raises(WrongState):
        undo.undo(session, campaign, chidi, NOON + timedelta(minutes=1))


def test_an_answer_in_a_data_set_cannot_be_undone(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi, minutes=1)
    session.add(
        DataSet(
            campaign_id=campaign.id, version=1, frozen_at=NOON + timedelta(minutes=1.2)
        )
    )
    with pytest.raises(WrongState):
        undo.undo(session, campaign, chidi, NOON + timedelta(minutes=1.5))


def conditional(session: Session) -> Campaign:
    need = world.stage(min_answers=1, confidence=0.5)
    where = world.stage(
        "where",
        1,
        min_answers=1,
        confidence=0.5,
        condition={"stage": "need", "not": ["nothing"]},
    )
    return world.campaign(session, cards=1, stages=[need, where])


def test_a_later_stage_waits_opens_and_goes_back_with_the_earlier_answer(
    session_on_each: Session,
) -> None:
    campaign, chidi = conditional(session_on_each), world.volunteer(session_on_each)
    assert [card.state for card in world.cards(session_on_each)] == [
        CardState.open,
        CardState.waiting,
    ]
    say(session_on_each, lease(session_on_each, campaign, chidi).key, chidi, "food")
    assert [card.state for card in world.cards(session_on_each)] == [
        CardState.resolved,
        CardState.open,
    ]
    undo.undo(session_on_each, campaign, chidi, NOON + timedelta(minutes=1.5))
    session_on_each.commit()
    assert [card.state for card in world.cards(session_on_each)] == [
        CardState.open,
        CardState.waiting,
    ]


def test_a_later_stage_that_does_not_apply_is_unneeded(session: Session) -> None:
    campaign, chidi = conditional(session), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi, "nothing")
    assert world.cards(session)[1].state == CardState.unneeded


def test_what_was_served_from_an_answer_keeps_it(session: Session) -> None:
    campaign, chidi, dana = (
        conditional(session),
        world.volunteer(session),
        world.volunteer(session),
    )
    say(session, lease(session, campaign, chidi).key, chidi, "food")
    lease(session, campaign, dana, 1.1)
    with pytest.raises(WrongState):
        undo.undo(session, campaign, chidi, NOON + timedelta(minutes=1.2))


def test_a_changed_value_makes_answered_later_cards_stale(session: Session) -> None:
    campaign, chidi = conditional(session), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi, "food")
    say(session, lease(session, campaign, chidi, 1).key, chidi, "water", minutes=1)
    ben = Account(
        email="ben@relief.example", name="Ben", password_hash="-", created_at=NOON
    )
    session.add(ben)
    session.flush()
    resolutions.settle(session, world.cards(session)[0], "nothing", ben, NOON)
    session.commit()
    assert world.cards(session)[1].state == CardState.stale
    resolutions.settle(session, world.cards(session)[0], "food", ben, NOON)
    session.commit()
    assert world.cards(session)[1].state == CardState.open


def test_can_tell_nothing_opens_nothing(session: Session) -> None:
    campaign, chidi = conditional(session), world.volunteer(session)
    answers.take(
        session, lease(session, campaign, chidi).key, chidi, Said(cant_tell=True), NOON
    )
    session.commit()
    assert world.cards(session)[1].state in {CardState.unneeded, CardState.waiting}

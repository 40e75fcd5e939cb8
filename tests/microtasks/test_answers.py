"""Answers: acknowledged means stored, once, and never more counted than asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from microtasks import answers, database, dispatch
from microtasks.answers import Said
from microtasks.errors import InvalidAnswer, KeyConflict, LeaseExpired, NotFound
from microtasks.models import (
    Answer,
    Campaign,
    CardState,
    Identity,
    Lease,
    Resolution,
)
from tests import world
from tests.conftest import NOON


def lease(
    session: Session, campaign: Campaign, who: Identity, minutes: float = 0
) -> Lease:
    found = dispatch.next_lease(
        session, campaign, who, now=NOON + timedelta(minutes=minutes), rng=Random(1)
    )
    session.commit()
    assert found is not None
    return found


def say(
    session: Session, key: str, who: Identity, value: str = "water", minutes: float = 1
) -> Answer:
    answer = answers.take(
        session, key, who, Said((value,)), NOON + timedelta(minutes=minutes)
    )
    session.commit()
    return answer


def test_an_answer_takes_the_place_of_its_lease(session_on_each: Session) -> None:
    campaign, chidi = (
        world.campaign(session_on_each, cards=1),
        world.volunteer(session_on_each),
    )
    answer = say(session_on_each, lease(session_on_each, campaign, chidi).key, chidi)
    [card] = world.cards(session_on_each)
    assert (card.leased, card.counted, card.asked) == (0, 1, 2)
    assert (answer.value, answer.counted, answer.late, answer.seconds) == (
        "water",
        True,
        False,
        60,
    )
    assert session_on_each.scalar(select(func.count(Lease.key))) == 0
    assert campaign.stages[0].frozen_at is not None


def test_the_same_answer_sent_twice_is_one_answer(session_on_each: Session) -> None:
    campaign, chidi = (
        world.campaign(session_on_each, cards=1),
        world.volunteer(session_on_each),
    )
    key = lease(session_on_each, campaign, chidi).key
    assert (
        say(session_on_each, key, chidi).id
        == say(session_on_each, key, chidi, minutes=3).id
    )
    assert session_on_each.scalar(select(func.count(Answer.id))) == 1


def test_a_used_key_refuses_another_value(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    say(session, key, chidi)
    with pytest.raises(KeyConflict):
        say(session, key, chidi, "food")


def test_two_who_agree_settle_a_card(session_on_each: Session) -> None:
    campaign = world.campaign(session_on_each, cards=1)
    for _ in range(2):
        who = world.volunteer(session_on_each)
        say(session_on_each, lease(session_on_each, campaign, who).key, who)
    [card] = world.cards(session_on_each)
    assert (card.state, card.asked, card.counted) == (CardState.resolved, 2, 2)
    resolution = session_on_each.get_one(Resolution, card.resolution_id)
    assert (resolution.value, len(resolution.answers)) == ("water", 2)
    assert resolution.confidence >= 0.9


def test_a_card_that_is_disputed_asks_one_more_each_time_and_is_contested_at_its_maximum(
    session_on_each: Session,
) -> None:
    stage = world.stage(max_answers=4, confidence=0.95)
    campaign = world.campaign(session_on_each, cards=1, stages=[stage])
    asked = []
    for value in ("water", "food", "water", "food"):
        who = world.volunteer(session_on_each)
        say(session_on_each, lease(session_on_each, campaign, who).key, who, value)
        [card] = world.cards(session_on_each)
        asked.append(card.asked)
    assert asked == [2, 3, 4, 4]
    assert card.state == CardState.contested
    assert card.resolution_id is not None


def test_a_late_answer_counts_while_nobody_took_its_place(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    answer = say(session, lease(session, campaign, chidi).key, chidi, minutes=60)
    assert (answer.late, answer.counted) == (True, True)


def test_a_late_answer_whose_place_was_taken_is_kept_uncounted(
    session_on_each: Session,
) -> None:
    campaign = world.campaign(
        session_on_each, cards=1, stages=[world.stage(min_answers=1)]
    )
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    late = lease(session_on_each, campaign, chidi).key
    say(
        session_on_each,
        lease(session_on_each, campaign, dana, 11).key,
        dana,
        minutes=12,
    )
    [card] = world.cards(session_on_each)
    before = (card.counted, card.asked, card.state)
    answer = say(session_on_each, late, chidi, minutes=13)
    [card] = world.cards(session_on_each)
    if before[2] == CardState.resolved:
        assert answer.counted is False
        assert (card.counted, card.asked, card.state) == before
    else:  # the card had asked one more meanwhile: a place was free
        assert answer.counted is True


def test_a_taken_over_lease_counts_where_a_place_is_free(session: Session) -> None:
    campaign = world.campaign(session, cards=1)
    chidi, dana = world.volunteer(session), world.volunteer(session)
    late = lease(session, campaign, chidi).key
    taken = lease(session, campaign, dana, 11)
    assert taken.card_id == world.cards(session)[0].id
    assert say(session, late, chidi, minutes=12).counted is True
    assert world.cards(session)[0].leased == 1


def test_cant_tell_is_an_answer(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    answer = answers.take(session, key, chidi, Said(cant_tell=True), NOON)
    session.commit()
    assert answer.value is None
    assert world.cards(session)[0].counted == 1


def test_an_answer_that_is_not_offered_changes_nothing(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    with pytest.raises(InvalidAnswer):
        say(session, key, chidi, "gold")
    session.rollback()
    assert world.cards(session)[0].leased == 1


def test_an_answer_faster_than_a_look_is_flagged_and_counts(session: Session) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    answer = say(session, lease(session, campaign, chidi).key, chidi, minutes=0.001)
    assert (answer.flag, answer.counted) == ("fast", True)


def test_a_skipped_card_is_free_for_others_and_not_offered_again(
    session_on_each: Session,
) -> None:
    campaign = world.campaign(
        session_on_each, cards=1, stages=[world.stage(min_answers=1)]
    )
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    answers.skip(
        session_on_each, lease(session_on_each, campaign, chidi).key, chidi, NOON
    )
    session_on_each.commit()
    assert (
        dispatch.next_lease(session_on_each, campaign, chidi, now=NOON, rng=Random(1))
        is None
    )
    assert lease(session_on_each, campaign, dana)


def test_eve_cannot_answer_with_somebody_elses_key(session: Session) -> None:
    campaign = world.campaign(session, cards=1)
    chidi, eve = world.volunteer(session), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    with pytest.raises(NotFound):
        say(session, key, eve)
    session.rollback()
    say(session, key, chidi)
    with pytest.raises(LeaseExpired):
        say(session, key, eve)


def test_the_table_itself_refuses_a_place_too_many(session_on_each: Session) -> None:
    world.campaign(session_on_each, cards=1)
    [card] = world.cards(session_on_each)
    card.leased = 3
    with pytest.raises(IntegrityError, match="places"):
        session_on_each.flush()


@pytest.mark.parametrize("round_", range(3))
def test_of_many_who_race_for_one_place_exactly_one_gets_it(
    each_database: str, round_: int
) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(each_database, **database.engine_options(each_database))
    database.prepare(engine)
    sessions = sessionmaker(engine)
    with sessions() as session:
        stage = world.stage(min_answers=1, max_answers=1, confidence=0.5)
        number = world.campaign(session, cards=1, stages=[stage]).id
        people = [world.volunteer(session).id for _ in range(16)]

    def race(person: int) -> bool:
        with sessions() as session:
            return database.transact(
                session, lambda session: play(session, number, person)
            )

    with ThreadPoolExecutor(16) as pool:
        won = sum(pool.map(race, people))
    with sessions() as session:
        [card] = world.cards(session)
        stored = session.scalar(select(func.count(Answer.id)).where(Answer.counted))
    engine.dispose()
    assert (won, card.counted, stored) == (1, 1, 1)


def play(session: Session, campaign_id: int, identity_id: int) -> bool:
    campaign = session.get_one(Campaign, campaign_id)
    who = session.get_one(Identity, identity_id)
    found = dispatch.next_lease(
        session, campaign, who, now=NOON, rng=Random(identity_id)
    )
    if found is None:
        return False
    answers.take(session, found.key, who, Said(("water",)), NOON)
    return True

"""What two people do to one card in the same moment: nothing is taken back twice, and no word is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from microtasks import (
    answers,
    campaigns,
    dispatch,
    leafing,
    recipe,
    reckoning,
    reports,
    resolutions,
    undo,
)
from microtasks.answers import Said
from microtasks.errors import MicrotaskError, WrongState
from microtasks.models import (
    Account,
    Answer,
    Campaign,
    Card,
    CardState,
    Identity,
    Report,
)
from tests import interleaving, world
from tests.conftest import NOON, open_session
from tests.microtasks.test_answers import lease, say

MINUTE = timedelta(minutes=1)
#: Holding a card's row, and not just its lease's.
HOLDS_CARD = "FOR UPDATE"


@pytest.fixture
def session(postgres_url: str) -> Iterator[Session]:
    with open_session(postgres_url) as session:
        yield session
        session.close()
        session.get_bind().dispose()


def reviewer(session: Session) -> Account:
    ben = Account(email="b@x.org", name="Ben", password_hash="", created_at=NOON)
    session.add(ben)
    session.commit()
    return ben


def test_undo_pressed_twice_at_once_takes_one_answer_back(
    session: Session, postgres_url: str
) -> None:
    stage = world.stage(min_answers=3)
    campaign = world.campaign(session, cards=1, stages=[stage])
    chidi, dana = world.volunteer(session), world.volunteer(session)
    for who in (chidi, dana):
        say(session, lease(session, campaign, who).key, who)
    numbers = campaign.id, dana.id

    def again(other: Session) -> None:
        there, who = other.get_one(Campaign, numbers[0]), other.get_one(Identity, numbers[1])  # fmt: skip
        undo.undo(other, there, who, NOON + MINUTE)

    interleaving.just_before(
        session, HOLDS_CARD, lambda: interleaving.elsewhere(postgres_url, again)
    )
    with pytest.raises(WrongState):
        undo.undo(session, campaign, dana, NOON + MINUTE)
    session.rollback()

    assert [card.counted for card in world.cards(session)] == [1]
    assert list(reckoning.discrepancies(session)) == []


def test_a_reviewers_word_outlasts_an_undo_that_was_on_its_way(
    session: Session, postgres_url: str
) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi)
    ben = reviewer(session).id

    def review(other: Session) -> None:
        account = other.get_one(Account, ben)
        resolutions.settle(other, world.cards(other)[0], "food", account, NOON)

    interleaving.just_before(
        session, HOLDS_CARD, lambda: interleaving.elsewhere(postgres_url, review)
    )
    with pytest.raises(WrongState):
        undo.undo(session, campaign, chidi, NOON + MINUTE)
    session.rollback()

    assert world.cards(session)[0].state == CardState.resolved


def test_a_card_put_away_by_undo_while_somebody_takes_it_over_stays_theirs(
    session: Session, postgres_url: str
) -> None:
    stage = world.stage(min_answers=1, confidence=0.5)
    campaign = world.campaign(session, cards=2, stages=[stage], lease_minutes=0)
    chidi, dana = world.volunteer(session), world.volunteer(session)
    say(session, lease(session, campaign, chidi).key, chidi)
    lease(session, campaign, chidi)
    numbers = campaign.id, dana.id

    def take_over(other: Session) -> None:
        there, who = other.get_one(Campaign, numbers[0]), other.get_one(Identity, numbers[1])  # fmt: skip
        dispatch.next_lease(other, there, who, now=NOON + MINUTE, rng=Random(1))

    interleaving.just_before(
        session,
        "leased=(card.leased - ",
        lambda: interleaving.elsewhere(postgres_url, take_over),
    )
    undo.undo(session, campaign, chidi, NOON + MINUTE)
    session.commit()

    assert list(reckoning.discrepancies(session)) == []


def test_a_report_does_not_hold_a_card_that_was_decided_meanwhile(
    session: Session, postgres_url: str
) -> None:
    stage = world.stage(min_answers=1, confidence=0.5)
    campaign = world.campaign(session, cards=1, stages=[stage])
    chidi, dana = world.volunteer(session), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    card = world.cards(session)[0]
    session.add(Report(card_id=card.id, identity_id=dana.id, created_at=NOON))
    session.commit()
    taken = lease(session, campaign, dana, 11)
    said, who = taken.key, dana.id

    def decide(other: Session) -> None:
        identity = other.get_one(Identity, who)
        answers.take(other, said, identity, Said(("water",)), NOON + 12 * MINUTE)

    interleaving.just_before(
        session,
        "INSERT INTO report",
        lambda: interleaving.elsewhere(postgres_url, decide),
    )
    reports.report(session, key, chidi, "upside down", NOON)
    session.commit()

    assert world.cards(session)[0].state == CardState.resolved


def test_a_withdrawn_card_stays_withdrawn_while_a_reviewer_decides_it(
    session: Session, postgres_url: str
) -> None:
    campaign = world.campaign(session, cards=1)
    ben = reviewer(session)
    card = world.cards(session)[0]
    card.state = CardState.contested
    session.commit()
    number, seen = card.id, leafing.card(session, campaign, card.public_id)
    assert seen.state == CardState.contested

    def withdraw(other: Session) -> None:
        other.get_one(Card, number).state = CardState.withdrawn

    interleaving.elsewhere(postgres_url, withdraw)
    with pytest.raises(WrongState):
        resolutions.settle(session, seen, "food", ben, NOON)
    session.rollback()
    assert world.cards(session)[0].state == CardState.withdrawn


def test_a_question_that_changes_while_its_first_answer_comes_keeps_one_meaning(
    session: Session, postgres_url: str
) -> None:
    campaign, chidi = world.campaign(session, cards=1), world.volunteer(session)
    key = lease(session, campaign, chidi).key
    number = campaign.id
    answers.take(session, key, chidi, Said(("water",)), NOON)

    def change(other: Session) -> str:
        there = other.get_one(Campaign, number)
        text = recipe.write(campaigns.recipe_of(there)).replace('"water", ', "")
        try:
            campaigns.change(other, there, recipe.read(text), NOON)
        except MicrotaskError as error:
            other.rollback()
            return str(error)
        return ""

    assert "has answers" in interleaving.during(session, postgres_url, change)
    assert session.query(Answer).one().value in campaign.stages[0].question["options"]

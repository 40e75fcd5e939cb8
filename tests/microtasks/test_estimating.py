"""What the batch clock learns of people, what it says of cards, and when it is called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from microtasks import campaigns, progress, resolutions
from microtasks.consensus import stopping
from microtasks.jobs import Tools
from microtasks.models import (
    Account,
    Answer,
    Card,
    CardState,
    Clock,
    JobState,
    Stage,
    Standing,
)
from tests import uploading, world
from tests.conftest import NOON
from tests.estimated import crowded, decided, run, say, words


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def accuracies(session: Session) -> dict[int, float]:
    return {each.identity_id: each.accuracy for each in session.scalars(select(Standing))}  # fmt: skip


def test_an_estimate_leaves_records_that_the_live_clock_reads(
    session_on_each: Session, tools: Tools
) -> None:
    session = session_on_each
    campaign, _ = crowded(session)
    run(session, campaign, tools)

    (stage,) = session.scalars(select(Stage))
    assert stage.crowd is not None
    assert stage.crowd["options"] == ["water", "food", "nothing", None]
    for each in session.scalars(select(Standing)):
        assert each.record is not None
        assert [len(row) for row in each.record[0]] == [4] * 4

    card = world.cards(session)[0]
    told = resolutions.leaning(session, card, resolutions.counted_answers(session, card))  # fmt: skip
    assert (told.value, told.method) == ("water", "confusion")
    assert told.confidence > 0.95


def test_people_are_judged_by_a_reviewers_word(session: Session, tools: Tools) -> None:
    campaign, people = crowded(session, cards=8)
    other = world.volunteer(session)
    account = Account(email="b@x.org", name="B", password_hash="", created_at=NOON)
    session.add(account)
    for card in world.cards(session):
        say(session, card, other, "food")
    session.commit()
    run(session, campaign, tools)
    before = accuracies(session)

    for card in world.cards(session)[:6]:
        resolutions.settle(session, card, "food", account, NOON)
    session.commit()
    run(session, campaign, tools)

    after = accuracies(session)
    assert after[other.id] > before[other.id] + 0.2
    assert all(after[who.id] < before[who.id] - 0.2 for who in people)


def test_answers_to_gold_tell_of_people_and_decide_nothing(
    session: Session, tools: Tools
) -> None:
    campaign, people = crowded(session)
    cards = world.cards(session)
    careless = people[0]
    for card in cards[:6]:
        card.gold, card.state, card.resolution_id = "nothing", CardState.open, None
        for answer in session.scalars(select(Answer).filter_by(card_id=card.id)):
            answer.gold, answer.counted = True, False
            answer.value = "food" if answer.identity_id == careless.id else "nothing"
        card.counted = card.asked = 0
    session.commit()

    run(session, campaign, tools)

    found = accuracies(session)
    assert found[careless.id] < min(found[who.id] for who in people[1:]) - 0.2
    assert all(words(session, card)[-1][1] == Clock.live for card in cards[:6])
    assert all(words(session, card)[-1][1] == Clock.batch for card in cards[6:])


def test_a_card_that_is_asked_again_keeps_the_reason_and_is_counted(
    session: Session, tools: Tools
) -> None:
    campaign, people = crowded(session)
    card = world.cards(session)[0]
    for who, value in zip(people, ("water", "food", "nothing"), strict=True):
        session.execute(update(Answer).filter_by(card_id=card.id, identity_id=who.id).values(value=value))  # fmt: skip
    session.commit()

    run(session, campaign, tools)

    assert card.state == CardState.open
    assert [clock for _, clock in words(session, card)] == [Clock.live, Clock.batch]
    (stage,) = progress.campaign(session, campaign, NOON).stages
    assert stage.reopened == 1


@pytest.mark.parametrize("leased", [0, 1])
def test_an_open_card_that_the_crowd_settles_asks_nobody_more(
    session: Session, tools: Tools, leased: int
) -> None:
    campaign, _ = crowded(session)
    card = world.cards(session)[0]
    card.state, card.resolution_id = CardState.open, None
    card.asked, card.leased = 4, leased  # somebody may have it in hand just now
    session.commit()

    run(session, campaign, tools)

    assert card.state == (CardState.open if leased else CardState.resolved)


def test_one_answer_settles_no_card_that_asks_for_two(
    session: Session, tools: Tools
) -> None:
    campaign, _ = crowded(session)
    card = world.cards(session)[0]
    decided(session, card, "water")
    for answer in session.scalars(select(Answer).filter_by(card_id=card.id)).all()[1:]:
        session.delete(answer)
    card.state, card.resolution_id, card.counted = CardState.open, None, 1
    session.commit()
    run(session, campaign, tools)
    assert card.state == CardState.open


def many(session: Session, cards: list[Card], number: int, minutes: int) -> None:
    for _ in range(number):
        answer = say(session, cards[0], world.volunteer(session), "water", counted=False)  # fmt: skip
        answer.answered_at = NOON + timedelta(minutes=minutes)
    session.commit()


def test_a_busy_campaign_is_estimated_before_its_ten_minutes_are_over(
    session: Session, tools: Tools
) -> None:
    campaign, _ = crowded(session)
    job = run(session, campaign, tools)
    read = job.cursor["answers"]
    assert (read, job.state) == (36, JobState.done)
    soon, wanted = NOON + timedelta(minutes=2), stopping.next_estimate(read) - read

    many(session, world.cards(session), wanted - 1, minutes=1)
    assert campaigns.plan_estimates(session, soon) == []
    many(session, world.cards(session), 1, minutes=1)
    assert len(campaigns.plan_estimates(session, soon)) == 1


def test_a_quiet_campaign_is_estimated_after_ten_minutes(
    session: Session, tools: Tools
) -> None:
    campaign, _ = crowded(session)
    run(session, campaign, tools)
    many(session, world.cards(session), 1, minutes=1)
    assert campaigns.plan_estimates(session, NOON + timedelta(minutes=9)) == []
    assert len(campaigns.plan_estimates(session, NOON + timedelta(minutes=10))) == 1

"""The batch clock supersedes the live word where it knows better, and leaves alone what is none of its business."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import jobs, progress, resolutions
from microtasks.jobs import Tools, estimate
from microtasks.models import (
    Account,
    Answer,
    CampaignState,
    CardState,
    Clock,
    Job,
    Resolution,
    Standing,
)
from tests import uploading, world
from tests.conftest import NOON
from tests.estimated import crowded, decided, run, say, words


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def test_confidences_reliabilities_and_agreement_are_written(
    session_on_each: Session, tools: Tools
) -> None:
    session = session_on_each
    campaign, people = crowded(session)

    job = run(session, campaign, tools)

    for card in world.cards(session):
        assert words(session, card) == [("water", Clock.live), ("water", Clock.batch)]
        word = session.get_one(Resolution, card.resolution_id)
        assert word.confidence > 0.91
        assert len(word.answers) == 3
    standings = session.scalars(select(Standing)).all()
    assert {each.identity_id for each in standings} == {who.id for who in people}
    assert all(0.85 < each.accuracy < 1 for each in standings)
    (stage,) = progress.campaign(session, campaign, NOON).stages
    assert stage.alpha == job.cursor["alpha"][str(campaign.stages[0].id)]


def test_an_estimate_that_says_the_same_again_writes_nothing(
    session: Session, tools: Tools
) -> None:
    campaign, _ = crowded(session)
    run(session, campaign, tools)
    before = session.scalar(select(func.count(Resolution.id)))

    run(session, campaign, tools)

    assert session.scalar(select(func.count(Resolution.id))) == before


def test_a_reviewers_word_is_not_superseded(session: Session, tools: Tools) -> None:
    campaign, _ = crowded(session)
    account = Account(email="b@x.org", name="Ben", password_hash="", created_at=NOON)
    session.add(account)
    card = world.cards(session)[0]
    resolutions.settle(session, card, "food", account, NOON)
    session.commit()

    run(session, campaign, tools)

    assert words(session, card)[-1] == ("food", Clock.review)
    assert card.state == CardState.resolved


def test_a_clearly_unsure_card_is_asked_again_once(
    session: Session, tools: Tools
) -> None:
    campaign, people = crowded(session)
    card = world.cards(session)[0]
    for who, value in zip(people, ("water", "food", "nothing"), strict=True):
        session.scalars(select(Answer).filter_by(card_id=card.id, identity_id=who.id)).one().value = value  # fmt: skip
    session.commit()

    run(session, campaign, tools)

    assert (card.state, card.asked, card.counted) == (CardState.open, 4, 3)
    assert card.reopened_at == NOON

    decided(session, card, "water", 0.9)
    run(session, campaign, tools)
    assert card.state == CardState.resolved


def test_a_closed_campaign_reopens_nothing_and_decides_what_it_has(
    session: Session, tools: Tools
) -> None:
    campaign, people = crowded(session)
    unsure, half, untouched = world.cards(session)[:3]
    campaign.state = CampaignState.closed
    for card in (half, untouched):
        card.state, card.resolution_id, card.counted = CardState.open, None, 0
        for answer in session.scalars(select(Answer).filter_by(card_id=card.id)):
            session.delete(answer)
    session.flush()
    say(session, half, people[0], "food")
    for who, value in zip(people, ("water", "food", "nothing"), strict=True):
        session.scalars(select(Answer).filter_by(card_id=unsure.id, identity_id=who.id)).one().value = value  # fmt: skip
    session.commit()

    run(session, campaign, tools)

    assert unsure.state == CardState.resolved
    assert words(session, half) == [("water", Clock.live), ("food", Clock.batch)]
    assert half.state == CardState.open
    assert untouched.resolution_id is None


def test_a_contested_card_that_the_whole_crowd_settles_is_resolved(
    session: Session, tools: Tools
) -> None:
    campaign, _ = crowded(session)
    card = world.cards(session)[0]
    decided(session, card, "water", 0.6, CardState.contested)

    run(session, campaign, tools)

    assert card.state == CardState.resolved
    assert words(session, card)[-1] == ("water", Clock.batch)


def test_a_changed_value_reaches_the_cards_made_from_it(
    session: Session, tools: Tools
) -> None:
    where = world.stage("where", 1, condition={"stage": "need", "not": ["nothing"]})
    campaign = world.campaign(session, cards=8, stages=[world.stage(), where])
    people = [world.volunteer(session) for _ in range(3)]
    need, later = campaign.stages
    for card in world.cards(session, stage_id=need.id):
        for who in people:
            say(session, card, who, "water")
        decided(session, card, "water")
    changed, served = world.cards(session, stage_id=need.id)[:2]
    for card in (changed, served):
        decided(session, card, "nothing")
    for card in world.cards(session, stage_id=later.id):
        card.state = CardState.unneeded
    session.commit()

    run(session, campaign, tools)

    states = [card.state for card in world.cards(session, stage_id=later.id)]
    assert states[:2] == [CardState.open, CardState.open]


def test_answers_that_do_not_count_have_no_say(session: Session, tools: Tools) -> None:
    campaign, _ = crowded(session)
    card = world.cards(session)[0]
    for _ in range(5):
        say(session, card, world.volunteer(session), "food", counted=False)
    session.commit()

    run(session, campaign, tools)

    word = session.get_one(Resolution, card.resolution_id)
    assert (word.value, len(word.answers)) == ("water", 3)


def test_two_browsers_of_one_account_are_one_person(
    session: Session, tools: Tools
) -> None:
    campaign, people = crowded(session)
    account = Account(email="d@x.org", name="D", password_hash="", created_at=NOON)
    session.add(account)
    session.flush()
    for who in people[:2]:
        who.account_id = account.id
    session.commit()

    run(session, campaign, tools)

    rows = {each.identity_id: each for each in session.scalars(select(Standing))}
    assert rows[people[0].id].accuracy == rows[people[1].id].accuracy
    assert rows[people[0].id].answers == 12


def test_an_estimate_that_is_killed_at_every_step_ends_the_same(
    session: Session, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, _ = crowded(session)
    monkeypatch.setattr(estimate, "CARDS", 3)
    job = jobs.plan(session, "estimate", campaign=campaign, now=NOON)
    session.commit()

    for _ in range(50):
        steps = estimate.steps(session, session.get_one(Job, job.id), tools)
        for number, _step in enumerate(steps, 1):
            session.commit()
            if number == 7:
                break
        else:
            session.commit()
            break
        session.rollback()
        session.expire_all()

    for card in world.cards(session):
        assert words(session, card) == [("water", Clock.live), ("water", Clock.batch)]

"""Dispatch: everybody gets a card while one is left for them, nobody gets one twice, no place is given twice."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from microtasks import answers, dispatch
from microtasks.answers import Said
from microtasks.dispatch import Outlook
from microtasks.models import Campaign, CampaignState, Card, Identity, Lease
from tests import world
from tests.conftest import NOON


def next_card(
    session: Session,
    campaign: Campaign,
    who: Identity,
    minutes: float = 0,
    seed: int = 1,
) -> Lease | None:
    lease = dispatch.next_lease(
        session, campaign, who, now=NOON + timedelta(minutes=minutes), rng=Random(seed)
    )
    session.commit()
    return lease


def answer(
    session: Session,
    lease: Lease,
    who: Identity,
    value: str = "water",
    minutes: float = 0.1,
) -> None:
    answers.take(
        session, lease.key, who, Said((value,)), NOON + timedelta(minutes=minutes)
    )
    session.commit()


def test_a_volunteer_keeps_the_card_they_hold(session_on_each: Session) -> None:
    campaign, chidi = world.campaign(session_on_each), world.volunteer(session_on_each)
    first = next_card(session_on_each, campaign, chidi)
    again = next_card(session_on_each, campaign, chidi, minutes=5)
    assert first is not None
    assert again is not None
    assert again.key == first.key
    assert again.until == NOON + timedelta(minutes=5 + campaign.lease_minutes)


def test_a_volunteer_sees_every_card_once_and_then_hears_that_nothing_is_left(
    session_on_each: Session,
) -> None:
    campaign, chidi = (
        world.campaign(session_on_each, cards=40),
        world.volunteer(session_on_each),
    )
    seen = []
    while lease := next_card(session_on_each, campaign, chidi):
        seen.append(lease.card_id)
        answer(session_on_each, lease, chidi)
    assert sorted(seen) == [card.id for card in world.cards(session_on_each)]
    assert dispatch.outlook(session_on_each, campaign, chidi, NOON) == Outlook.nothing


@pytest.mark.parametrize("seed", range(5))
def test_the_walk_reaches_every_card_from_any_start(
    session: Session, seed: int
) -> None:
    campaign, chidi = world.campaign(session, cards=25), world.volunteer(session)
    seen = set()
    while lease := next_card(session, campaign, chidi, seed=seed):
        seen.add(lease.card_id)
        answer(session, lease, chidi)
    assert len(seen) == 25


def test_no_more_leases_than_places_are_given(session_on_each: Session) -> None:
    campaign = world.campaign(
        session_on_each, cards=1, stages=[world.stage(min_answers=3)]
    )
    people = [world.volunteer(session_on_each) for _ in range(5)]
    leases = [next_card(session_on_each, campaign, who) for who in people]
    assert [lease is not None for lease in leases] == [True, True, True, False, False]
    assert dispatch.outlook(session_on_each, campaign, people[4], NOON) == Outlook.busy


def test_a_lapsed_place_goes_to_the_next_volunteer(session_on_each: Session) -> None:
    campaign = world.campaign(
        session_on_each, cards=1, stages=[world.stage(min_answers=1)], lease_minutes=10
    )
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    assert next_card(session_on_each, campaign, chidi)
    assert next_card(session_on_each, campaign, dana, minutes=9.9) is None
    assert next_card(session_on_each, campaign, dana, minutes=10.1)
    [card] = world.cards(session_on_each)
    assert (card.leased, card.counted) == (1, 0)


def test_begun_cards_are_finished_before_fresh_ones(session_on_each: Session) -> None:
    campaign = world.campaign(session_on_each, cards=30)
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    begun = []
    for _ in range(3):
        lease = next_card(session_on_each, campaign, chidi)
        assert lease
        begun.append(lease.card_id)
        answer(session_on_each, lease, chidi, minutes=len(begun))
    offered = []
    for minute in range(3):
        lease = next_card(session_on_each, campaign, dana, minutes=10 + minute)
        assert lease
        offered.append(lease.card_id)
        answer(session_on_each, lease, dana, minutes=10.1 + minute)
    assert offered == begun


def test_a_card_given_back_reaches_those_who_had_walked_past_it(
    session_on_each: Session,
) -> None:
    campaign = world.campaign(
        session_on_each, cards=2, stages=[world.stage(min_answers=1)]
    )
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    held = next_card(session_on_each, campaign, chidi)
    other = next_card(session_on_each, campaign, dana)
    assert held
    assert other
    answer(session_on_each, other, dana, minutes=1)
    assert next_card(session_on_each, campaign, dana, minutes=2) is None
    dispatch.give_back(session_on_each, held, NOON + timedelta(minutes=3))
    session_on_each.commit()
    back = next_card(session_on_each, campaign, dana, minutes=4)
    assert back is not None
    assert back.card_id == held.card_id


def test_somebody_whose_place_was_taken_over_may_come_back_to_it(
    session_on_each: Session,
) -> None:
    campaign = world.campaign(
        session_on_each, cards=1, stages=[world.stage(min_answers=1)]
    )
    chidi, dana = world.volunteer(session_on_each), world.volunteer(session_on_each)
    first = next_card(session_on_each, campaign, chidi)
    taken = next_card(session_on_each, campaign, dana, minutes=11)
    assert first
    assert taken
    dispatch.give_back(session_on_each, taken, NOON + timedelta(minutes=12))
    again = next_card(session_on_each, campaign, chidi, minutes=13)
    assert again is not None
    assert again.key == first.key


@pytest.mark.parametrize(
    "state", [CampaignState.draft, CampaignState.paused, CampaignState.closed]
)
def test_only_an_open_campaign_serves(session: Session, state: CampaignState) -> None:
    campaign, chidi = world.campaign(session, state=state), world.volunteer(session)
    assert next_card(session, campaign, chidi) is None
    assert dispatch.outlook(session, campaign, chidi, NOON) == Outlook.closed


def test_nothing_is_served_after_the_deadline(session: Session) -> None:
    campaign = world.campaign(session, deadline=NOON.date())
    chidi = world.volunteer(session)
    assert next_card(session, campaign, chidi, minutes=24 * 60) is None
    assert next_card(session, campaign, chidi)


def test_a_volunteer_with_a_long_history_costs_no_more_statements(
    session: Session,
) -> None:
    campaign, chidi = world.campaign(session, cards=60), world.volunteer(session)
    statements: list[str] = []
    event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda *call: statements.append(call[2]),
    )

    def cost() -> int:
        statements.clear()
        lease = next_card(session, campaign, chidi)
        count = len(statements)
        assert lease
        answer(session, lease, chidi)
        return count

    costs = [cost() for _ in range(50)]
    assert max(costs[1:]) <= costs[0]


def test_free_cards_are_found_by_their_index(session: Session) -> None:
    campaign = world.campaign(session, cards=50)
    query = (
        select(Card)
        .where(
            Card.stage_id == campaign.stages[0].id,
            dispatch.places.is_free(),
            Card.position > 7,
        )
        .order_by(Card.position)
        .limit(8)
    )
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    assert any("ix_card_free" in str(row) for row in plan)

"""Exposure: nobody is served more of a source than the campaign allows."""

from __future__ import annotations

from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import answers, dispatch
from microtasks.answers import Said
from microtasks.dispatch import Outlook
from microtasks.models import (
    FRESH_POSITIONS,
    Campaign,
    Card,
    CardState,
    Exposure,
    Identity,
)
from tests import world
from tests.conftest import NOON

COLUMNS = ["name", "age", "village", "need", "notes"]


def sliced(session: Session, limit: float | None) -> Campaign:
    """Records of five columns, each column a card of its own."""
    stage = world.stage(
        slicing={"mode": "fields", "columns": [[name] for name in COLUMNS]}
    )
    campaign = world.campaign(session, cards=0, stages=[stage], exposure=limit)
    campaign = world.campaign(
        session, cards=2, stages=[world.stage(slicing=stage.slicing)], exposure=limit
    )
    for card in world.cards(session):
        card.source.columns = [[name, "x"] for name in COLUMNS]
        card.slice, card.region = "name", {"fields": ["name"]}
        for order, name in enumerate(COLUMNS[1:], 1):
            session.add(
                Card(
                    stage_id=card.stage_id,
                    source_id=card.source_id,
                    slice=name,
                    order=order,
                    region={"fields": [name]},
                    position=Random(order).randrange(FRESH_POSITIONS),
                    state=CardState.open,
                    asked=2,
                    max_answers=5,
                )
            )
    session.commit()
    return campaign


def served(session: Session, campaign: Campaign, who: Identity) -> list[Card]:
    cards = []
    while lease := dispatch.next_lease(session, campaign, who, now=NOON, rng=Random(1)):
        cards.append(lease.card)
        answers.take(session, lease.key, who, Said(("water",)), NOON)
        session.commit()
    session.commit()
    return cards


def test_a_limit_of_two_fifths_shows_two_of_five_fields(
    session_on_each: Session,
) -> None:
    campaign, chidi = sliced(session_on_each, 0.4), world.volunteer(session_on_each)
    shown = [card.source_id for card in served(session_on_each, campaign, chidi)]
    assert [shown.count(source) for source in sorted(set(shown))] == [2, 2]
    assert dispatch.outlook(session_on_each, campaign, chidi, NOON) == Outlook.people


def test_a_first_card_is_always_allowed(session: Session) -> None:
    campaign = sliced(session, 0.01)
    assert len(served(session, campaign, world.volunteer(session))) == 2


def test_without_a_limit_everything_may_be_seen_and_nothing_is_noted(
    session: Session,
) -> None:
    campaign = sliced(session, 1.0)
    assert len(served(session, campaign, world.volunteer(session))) == 10
    assert session.scalars(select(Exposure)).all() == []


def test_the_slicers_own_limit_holds_where_the_recipe_says_nothing(
    session: Session,
) -> None:
    campaign = sliced(session, None)
    assert len(served(session, campaign, world.volunteer(session))) == 2


def test_two_people_together_finish_what_one_may_not(session: Session) -> None:
    campaign = sliced(session, 0.6)
    first, second = (
        served(session, campaign, world.volunteer(session)) for _ in range(2)
    )
    assert (len(first), len(second)) == (6, 6)

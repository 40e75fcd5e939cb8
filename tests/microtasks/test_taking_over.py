"""Lapsed places: however many a volunteer may not take, the one they may take is found."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy.orm import Session

from microtasks import dispatch
from microtasks.models import Card, Lease
from tests import world
from tests.conftest import NOON

COLUMNS = [f"field {n}" for n in range(12)]


def test_lapsed_places_that_one_may_not_take_hide_none_that_one_may(
    session_on_each: Session,
) -> None:
    session = session_on_each
    slicing = {"mode": "fields", "columns": [[name] for name in COLUMNS]}
    stage = world.stage(slicing=slicing, min_answers=1)
    campaign = world.campaign(session, cards=2, stages=[stage], exposure=0.05)
    left, chidi = world.volunteer(session), world.volunteer(session)
    seen, other = world.cards(session)
    seen.source.columns = other.source.columns = [[name, "x"] for name in COLUMNS]
    for order, card in enumerate((seen, other)):
        card.slice, card.region, card.position = "field 0", {"fields": ["field 0"]}, order  # fmt: skip
    session.commit()
    first = dispatch.next_lease(session, campaign, chidi, now=NOON, rng=Random(1))
    assert first
    if first.card_id == other.id:
        seen, other = other, seen
    dispatch.give_back(session, first, NOON)
    more = [
        Card(
            stage_id=seen.stage_id,
            source_id=seen.source_id,
            slice=name,
            order=order,
            region={"fields": [name]},
            position=order,
            asked=1,
            max_answers=5,
        )
        for order, name in enumerate(COLUMNS[1:], 1)
    ]
    session.add_all(more)
    session.flush()
    for age, card in enumerate([*more, other]):
        card.leased = 1
        until = NOON + timedelta(minutes=age)
        session.add(
            Lease(
                key=f"lapsed {age}",
                card_id=card.id,
                stage_id=card.stage_id,
                identity_id=left.id,
                issued_at=NOON,
                until=until,
            )
        )
    seen.leased = 1
    session.commit()

    found = dispatch.next_lease(
        session, campaign, chidi, now=NOON + timedelta(hours=1), rng=Random(1)
    )

    assert found
    assert found.card_id == other.id

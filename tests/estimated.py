"""A campaign's answers and live words made straight in the tables, and the batch clock run over them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.jobs import Tools
from microtasks.models import (
    Answer,
    Campaign,
    Card,
    CardState,
    Clock,
    Identity,
    Job,
    JobState,
    Resolution,
)
from tests import world
from tests.conftest import NOON


def say(session: Session, card: Card, who: Identity, value: str, **more: Any) -> Answer:
    """A counted answer, its card's counters moved along."""
    answer = Answer(
        key=f"{card.id}-{who.id}",
        card_id=card.id,
        stage_id=card.stage_id,
        stage_version=1,
        identity_id=who.id,
        value=value,
        answered_at=NOON,
        seconds=3.0,
        **more,
    )
    session.add(answer)
    if answer.counted is not False:
        card.counted += 1
        card.asked = max(card.asked, card.counted)
    session.flush()
    return answer


def decided(
    session: Session,
    card: Card,
    value: str,
    confidence: float = 0.9,
    state: CardState = CardState.resolved,
) -> Resolution:
    """What the live clock left."""
    word = Resolution(
        card_id=card.id,
        stage_version=1,
        value=value,
        confidence=confidence,
        method="one-coin",
        clock=Clock.live,
        answers=[],
        made_at=NOON,
    )
    session.add(word)
    session.flush()
    card.state, card.resolution_id = state, word.id
    session.commit()
    return word


def run(session: Session, campaign: Campaign, tools: Tools) -> Job:
    job = jobs.plan(session, "estimate", campaign=campaign, now=NOON)
    session.commit()
    assert jobs.run(session, job.id, tools) == JobState.done
    session.expire_all()
    return job


def crowded(session: Session, cards: int = 12) -> tuple[Campaign, list[Identity]]:
    """Three volunteers who agree on every card, and a live word on each."""
    campaign = world.campaign(session, cards=cards)
    people = [world.volunteer(session) for _ in range(3)]
    for card in world.cards(session):
        for who in people:
            say(session, card, who, "water")
        decided(session, card, "water", 0.9)
    return campaign, people


def words(session: Session, card: Card) -> list[tuple[Any, Clock]]:
    """A card's history: each value with the clock that gave it."""
    query = select(Resolution).where(Resolution.card_id == card.id)
    found = session.scalars(query.order_by(Resolution.id))
    return [(each.value, Clock(each.clock)) for each in found]

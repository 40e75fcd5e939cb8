"""Later stages that wait for earlier ones: which of their cards are asked follows what the earlier cards became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from microtasks import places, stages
from microtasks.models import (
    Answer,
    Card,
    CardState,
    Clock,
    Lease,
    Resolution,
    Stage,
)

#: From these on, an earlier card will not change its mind by itself.
_SETTLED = {
    CardState.resolved,
    CardState.withdrawn,
    CardState.unneeded,
    CardState.stale,
}


def follow(session: Session, card: Card, now: datetime) -> None:
    """Open, close or set aside the later stages' cards that wait for this one."""
    for stage in card.stage.campaign.stages:
        condition = stages.condition(stage)
        if condition is not None and condition.stage == card.stage.name:
            for later in _cards(session, stage, card, hold=True):
                reconsider(session, later, now)


def reconsider(session: Session, later: Card, now: datetime) -> None:
    """Make a card, whose row is held, what its condition says now, and so on down the stages."""
    _turn(session, later, verdict(session, later), now)


def verdict(session: Session, later: Card) -> CardState:
    """Say what a conditional card should be by its condition alone: open, unneeded or waiting."""
    condition = stages.condition(later.stage)
    if condition is None:
        return CardState.open
    earlier = [
        stage for stage in later.stage.campaign.stages if stage.name == condition.stage
    ]
    decided = [pair for stage in earlier for pair in _decided(session, stage, later)]
    if any(
        resolution and condition.holds(resolution.value) for _, resolution in decided
    ):
        return CardState.open
    settled = all(card.state in _SETTLED for card, _ in decided)
    return CardState.unneeded if settled else CardState.waiting


def was_served(session: Session, cards: Iterable[Card]) -> bool:
    """Whether anybody has seen one of these cards: a lease or an answer stands on it."""
    numbers = [card.id for card in cards]
    if not numbers:
        return False
    leased = session.scalar(select(exists().where(Lease.card_id.in_(numbers))))
    return bool(
        leased or session.scalar(select(exists().where(Answer.card_id.in_(numbers))))
    )


def dependents(session: Session, card: Card) -> list[Card]:
    """Return the later stages' cards whose being asked hangs on this card."""
    return [
        later
        for stage in card.stage.campaign.stages
        if (condition := stages.condition(stage)) and condition.stage == card.stage.name
        for later in _cards(session, stage, card)
    ]


def _turn(session: Session, later: Card, wanted: CardState, now: datetime) -> None:
    sleeping = {CardState.waiting, CardState.unneeded, CardState.stale}
    if wanted == CardState.open:
        if later.state in sleeping:
            later.state = _as_it_was(session, later)
            later.position = (
                places.queue_position(now) if later.counted else later.position
            )
    elif later.state in sleeping - {CardState.stale}:
        later.state = wanted
    elif later.state not in {CardState.stale, CardState.withdrawn, CardState.held}:
        later.state = CardState.stale if was_served(session, [later]) else wanted
    session.flush()
    follow(session, later, now)


def _as_it_was(session: Session, later: Card) -> CardState:
    """Say what an asked card is by its answers: what was decided of it stands, what was not is asked on."""
    word = later.resolution_id and session.get(Resolution, later.resolution_id)
    if not word:
        return CardState.open
    if word.clock == Clock.review or word.confidence >= later.stage.confidence:
        return CardState.resolved
    if later.counted < later.asked:
        return CardState.open
    full = later.counted == later.max_answers
    return CardState.contested if full else CardState.resolved


def _cards(
    session: Session, stage: Stage, like: Card, *, hold: bool = False
) -> Sequence[Card]:
    """Return the stage's cards on the same source; the same slice, where both stages cut alike.

    What is read is what is committed: two earlier cards may be decided at the same moment, and whoever holds the
    later one last must see both.
    """
    query = select(Card).where(
        Card.stage_id == stage.id, Card.source_id == like.source_id
    )
    if stage.slicing == like.stage.slicing:
        query = query.where(Card.slice == like.slice)
    if hold:
        query = query.with_for_update()
    fresh = {"populate_existing": True}
    return session.scalars(query.order_by(Card.id), execution_options=fresh).all()


def _decided(
    session: Session, earlier: Stage, later: Card
) -> list[tuple[Card, Resolution | None]]:
    return [
        (
            card,
            session.get(Resolution, card.resolution_id)
            if card.state == CardState.resolved and card.resolution_id
            else None,
        )
        for card in _cards(session, earlier, later)
    ]

"""Contested cards, and what was said of each, side by side for the reviewer who decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from microtasks import questions, resolutions
from microtasks.models import Campaign, Card, CardState, Stage


@dataclass(frozen=True, slots=True)
class Tally:
    """One value that was given, how it is written, and by how many."""

    value: Any
    text: str
    votes: int


def queue(session: Session, campaign: Campaign, limit: int = 50) -> Sequence[Card]:
    """Return contested cards, those that began first first."""
    return session.scalars(
        _contested(campaign)
        .options(joinedload(Card.source), joinedload(Card.stage))
        .order_by(Card.id)
        .limit(limit)
    ).all()


def waiting(session: Session, campaign: Campaign) -> int:
    """Count the cards that wait for a reviewer."""
    return (
        session.scalar(
            select(func.count()).select_from(_contested(campaign).subquery())
        )
        or 0
    )


def tallies(session: Session, card: Card) -> list[Tally]:
    """Return what was said of a card, the most frequent first."""
    kind = questions.kind(card.stage.question["kind"])
    said = [answer.value for answer in resolutions.counted_answers(session, card)]
    written = [("" if value is None else kind.write(value), value) for value in said]
    counts = Counter(text for text, _ in written)
    values = dict(written)
    return [
        Tally(values[text], text, votes)
        for text, votes in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _contested(campaign: Campaign) -> Any:
    return (
        select(Card)
        .join(Stage, Stage.id == Card.stage_id)
        .where(Stage.campaign_id == campaign.id, Card.state == CardState.contested)
    )

"""State is derived: a card's counters and state recomputed from its answers and leases, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from microtasks.models import Answer, Card, CardState, Lease


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A card whose row says something else than what it is derived from."""

    card_id: int
    what: str
    stored: str
    derived: str


def discrepancies(session: Session) -> Iterator[Discrepancy]:
    """Yield every card whose places or state do not follow from its answers and leases."""
    yield from _differing(session, "counted", Card.counted, _counted())
    yield from _differing(session, "leased", Card.leased, _leased())
    yield from _undecided(session)


def _counted() -> Select[int, int]:
    return (
        select(Answer.card_id, func.count().label("derived"))
        .where(
            Answer.counted.is_(True),
            Answer.withdrawn_at.is_(None),
            Answer.gold.is_(False),
        )
        .group_by(Answer.card_id)
    )


def _leased() -> Select[int, int]:
    return (
        select(Lease.card_id, func.count().label("derived"))
        .where(Lease.taken_over.is_(False))
        .group_by(Lease.card_id)
    )


def _differing(
    session: Session, what: str, stored: object, counts: Select[int, int]
) -> Iterator[Discrepancy]:
    derived = counts.subquery()
    number = func.coalesce(derived.c.derived, 0)
    rows = session.execute(
        select(Card.id, stored, number)  # type: ignore[call-overload]
        .outerjoin(derived, derived.c.card_id == Card.id)
        .where(Card.gold.is_(None), stored != number)
        .order_by(Card.id)
    )
    for card_id, here, there in rows:
        yield Discrepancy(card_id, what, str(here), str(there))


def _undecided(session: Session) -> Iterator[Discrepancy]:
    """A resolved or contested card has a resolution; an open one whose answers are all in does not stay open."""
    decided = Card.state.in_((CardState.resolved, CardState.contested))
    for card in session.scalars(
        select(Card).where(decided, Card.resolution_id.is_(None))
    ):
        yield Discrepancy(card.id, "state", card.state, "no resolution")
    full = (Card.state == CardState.open) & (Card.counted == Card.max_answers)
    for card in session.scalars(select(Card).where(full)):
        yield Discrepancy(card.id, "state", card.state, "all answers are in")

"""Finding a volunteer's next card in one stage: lapsed places, then the begun, then the fresh, from where they stopped.

Free cards stand in a partial index by position. Fresh cards have random positions; a volunteer walks them from a
random start. Begun cards queue up behind, each at the moment at which it last gained a place. So what a volunteer
has behind them is what they have seen, and no request looks back over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from sqlalchemy import ColumnElement, exists, select, tuple_
from sqlalchemy.orm import Session, joinedload

from microtasks import exposure, places
from microtasks.models import (
    FRESH_POSITIONS,
    Answer,
    Card,
    CardState,
    Identity,
    Lease,
    Skip,
    Stage,
    Walk,
)

#: Candidates looked at in one query: more than one only where exposure forbids some.
_BATCH = 8


def find(
    session: Session,
    stage: Stage,
    identity: Identity,
    persons: Sequence[int],
    now: datetime,
    rng: Random,
) -> Card | None:
    """Take a place for this volunteer on the first card, in the order of service, that they may have."""
    return (
        _take_over(session, stage, persons, now)
        or _walk(session, stage, identity, persons, rng)
        or _look_back(session, stage, persons)
    )


def _take_over(
    session: Session, stage: Stage, persons: Sequence[int], now: datetime
) -> Card | None:
    """Take the place of the oldest lapsed lease; the card's counters stay as they are."""
    for lease, card in _lapsed(session, stage, persons, now):
        if exposure.allows(session, stage, card, persons):
            lease.taken_over = True
            session.flush()
            return card
    return None


def _lapsed(
    session: Session, stage: Stage, persons: Sequence[int], now: datetime
) -> Iterator[tuple[Lease, Card]]:
    where = Lease.until < now
    while True:
        batch = session.execute(
            select(Lease, Card)
            .join(Card, Card.id == Lease.card_id)
            .where(
                Lease.stage_id == stage.id,
                Lease.taken_over.is_(False),
                Lease.until < now,
                where,
                Card.state == CardState.open,
                *untouched(persons),
            )
            .order_by(Lease.until, Lease.key)
            .limit(_BATCH)
            .with_for_update(of=Lease, skip_locked=True)
        ).all()
        yield from batch
        if len(batch) < _BATCH:
            return
        last: Lease = batch[-1][0]
        where = tuple_(Lease.until, Lease.key) > tuple_(last.until, last.key)


def _walk(
    session: Session,
    stage: Stage,
    identity: Identity,
    persons: Sequence[int],
    rng: Random,
) -> Card | None:
    """Go on from where this volunteer's walk has come to: begun cards first, then fresh ones."""
    walk = session.get(Walk, (stage.id, identity.id))
    if walk is None:
        start = rng.randrange(FRESH_POSITIONS)
        walk = Walk(
            stage_id=stage.id,
            identity_id=identity.id,
            start=start,
            fresh=start,
            begun=FRESH_POSITIONS,
        )
        session.add(walk)
    if card := _first(session, stage, persons, Card.position > walk.begun):
        walk.begun = card.position
        return card
    return _walk_fresh(session, stage, persons, walk)


def _walk_fresh(
    session: Session, stage: Stage, persons: Sequence[int], walk: Walk
) -> Card | None:
    end = walk.start if walk.wrapped else FRESH_POSITIONS
    card = _first(
        session, stage, persons, (Card.position >= walk.fresh) & (Card.position < end)
    )
    if card is None and not walk.wrapped:
        walk.wrapped, walk.fresh = True, 0
        card = _first(session, stage, persons, Card.position < walk.start)
    if card is not None:
        walk.fresh = card.position
    return card


def _look_back(session: Session, stage: Stage, persons: Sequence[int]) -> Card | None:
    """Look at all free cards once before saying that there are none.

    A walk can pass a free place only where another transaction held the card's row at that moment, or where two
    hosts' clocks differ; it is rare, but nobody may be told "nothing left" for it.
    """
    return _first(session, stage, persons, Card.position >= 0)


def _first(
    session: Session, stage: Stage, persons: Sequence[int], where: ColumnElement[bool]
) -> Card | None:
    """Take a place of the first free card of this stretch that the person may have."""
    for card in _free(session, stage, persons, where):
        if exposure.allows(session, stage, card, persons) and places.lease(
            session, card.id
        ):
            return card
    return None


def _free(
    session: Session, stage: Stage, persons: Sequence[int], where: ColumnElement[bool]
) -> Iterator[Card]:
    after = -1
    while True:
        batch = session.scalars(
            select(Card)
            .where(
                Card.stage_id == stage.id,
                places.is_free(),
                Card.position > after,
                where,
                *untouched(persons),
            )
            .options(joinedload(Card.source, innerjoin=True))
            .order_by(Card.position)
            .limit(_BATCH)
            .with_for_update(of=Card, skip_locked=True)
        ).all()
        yield from batch
        if len(batch) < _BATCH:
            return
        after = batch[-1].position


def untouched(persons: Sequence[int]) -> list[ColumnElement[bool]]:
    """Say of a card that no answer, skip or lease of this person stands on it."""
    return [
        ~exists().where(
            Answer.card_id == Card.id,
            Answer.identity_id.in_(persons),
            Answer.withdrawn_at.is_(None),
        ),
        ~exists().where(Skip.card_id == Card.id, Skip.identity_id.in_(persons)),
        ~exists(
            select(Lease.key)
            .where(
                Lease.card_id == Card.id,
                Lease.identity_id.in_(persons),
                Lease.taken_over.is_(False),
            )
            .correlate(Card)
        ),
    ]

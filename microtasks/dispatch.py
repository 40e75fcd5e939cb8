"""Who gets which card next: lapsed places first, then begun cards, then fresh ones, at a cost that does not grow.

Free cards stand in a partial index by position. Fresh cards have random positions; a volunteer walks them from a
random start. Begun cards queue up behind, each at the moment at which it last gained a place. So what a volunteer
has behind them is what they have seen, and no request looks back over it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from microtasks import database, exposure, people, places
from microtasks.models import (
    FRESH_POSITIONS,
    Answer,
    Campaign,
    CampaignState,
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

#: Free cards looked at to say why none was given.
_LOOKED_AT = 64


class Outlook(StrEnum):
    """Why there is no card for a volunteer just now."""

    busy = "busy"  # every place this person may take is in other hands: try again
    people = "people"  # what is left needs people who have seen less of its sources
    nothing = "nothing"  # no place is left that this person may take
    closed = "closed"  # the campaign serves nobody now


def next_lease(
    session: Session,
    campaign: Campaign,
    identity: Identity,
    *,
    now: datetime,
    rng: Random,
) -> Lease | None:
    """Promise the volunteer a card: the one they hold already, else the next in the order of service."""
    if not is_serving(campaign, now):
        return None
    persons = people.identity_ids(session, identity)
    held = _held(session, campaign, persons)
    if held is not None:
        return _renew(held, campaign, now)
    for stage in campaign.stages:
        card = _find(session, stage, identity, persons, now, rng)
        if card is not None:
            return promise(session, campaign, card, identity, now)
    return None


def promise(
    session: Session, campaign: Campaign, card: Card, identity: Identity, now: datetime
) -> Lease:
    """Write the lease of a place that was taken; a lease this browser once lost on the card lives again."""
    exposure.serve(session, campaign, card, identity)
    lease = {
        "key": secrets.token_urlsafe(18),
        "card_id": card.id,
        "stage_id": card.stage_id,
        "identity_id": identity.id,
        "issued_at": now,
        "until": now + timedelta(minutes=campaign.lease_minutes),
        "taken_over": False,
    }
    insert = database.insert(session, Lease).values(**lease)
    statement = insert.on_conflict_do_update(
        index_elements=["card_id", "identity_id"],
        set_={name: lease[name] for name in ("issued_at", "until", "taken_over")},
    ).returning(Lease)
    made = session.scalars(
        statement, execution_options={"populate_existing": True}
    ).one()
    set_committed_value(made, "card", card)
    return made


def give_back(session: Session, lease: Lease, now: datetime) -> None:
    """Free the place of a lease that its volunteer leaves unanswered."""
    if not lease.taken_over:
        places.give_back(session, lease.card_id, now)
    session.delete(lease)
    session.flush()


def outlook(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> Outlook:
    """Say why `next_lease` found nothing."""
    if not is_serving(campaign, now):
        return Outlook.closed
    persons = people.identity_ids(session, identity)
    untouched = select(Card).where(
        Card.stage_id.in_([stage.id for stage in campaign.stages]),
        Card.state == CardState.open,
        *_untouched(persons),
    )
    free = session.scalars(untouched.where(places.is_free()).limit(_LOOKED_AT)).all()
    # A free place that this person may take was in another transaction's hands a moment ago.
    if any(exposure.allows(session, card.stage, card, persons) for card in free):
        return Outlook.busy
    if free:
        return Outlook.people
    found = session.scalar(select(untouched.exists()))
    return Outlook.busy if found else Outlook.nothing


def is_serving(campaign: Campaign, now: datetime) -> bool:
    """Whether the campaign gives out cards: open, not taken down, before its deadline."""
    in_time = campaign.deadline is None or now.date() <= campaign.deadline
    hidden = campaign.taken_down_at or campaign.deleted_at
    return campaign.state == CampaignState.open and in_time and not hidden


def _held(session: Session, campaign: Campaign, persons: Sequence[int]) -> Lease | None:
    return session.scalars(
        select(Lease)
        .join(Card, Card.id == Lease.card_id)
        .where(
            Lease.identity_id.in_(persons),
            Lease.stage_id.in_([stage.id for stage in campaign.stages]),
            Lease.taken_over.is_(False),
            Card.state == CardState.open,
        )
        .order_by(Lease.issued_at)
        .limit(1)
        .with_for_update(of=Lease)
    ).first()


def _renew(lease: Lease, campaign: Campaign, now: datetime) -> Lease:
    lease.until = now + timedelta(minutes=campaign.lease_minutes)
    return lease


def _find(
    session: Session,
    stage: Stage,
    identity: Identity,
    persons: Sequence[int],
    now: datetime,
    rng: Random,
) -> Card | None:
    return (
        _take_over(session, stage, persons, now)
        or _walk(session, stage, identity, persons, rng)
        or _look_back(session, stage, persons)
    )


def _take_over(
    session: Session, stage: Stage, persons: Sequence[int], now: datetime
) -> Card | None:
    """Take the place of the oldest lapsed lease; the card's counters stay as they are."""
    lapsed = session.execute(
        select(Lease, Card)
        .join(Card, Card.id == Lease.card_id)
        .where(
            Lease.stage_id == stage.id,
            Lease.taken_over.is_(False),
            Lease.until < now,
            Card.state == CardState.open,
            *_untouched(persons),
        )
        .order_by(Lease.until)
        .limit(_BATCH)
        .with_for_update(of=Lease, skip_locked=True)
    )
    for lease, card in lapsed:
        if exposure.allows(session, stage, card, persons):
            lease.taken_over = True
            session.flush()
            return card
    return None


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
                *_untouched(persons),
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


def _untouched(persons: Sequence[int]) -> list[ColumnElement[bool]]:
    """No answer, skip or lease of this person stands on the card."""
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

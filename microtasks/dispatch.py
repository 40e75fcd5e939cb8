"""Who gets which card next, promised by a lease, at a cost that does not grow with the campaign or the volunteer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from microtasks import database, exposure, people, places, walking
from microtasks.models import (
    Campaign,
    CampaignState,
    Card,
    CardState,
    Identity,
    Lease,
)

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
        card = walking.find(session, stage, identity, persons, now, rng)
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
        *walking.untouched(persons),
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

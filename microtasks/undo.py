"""Taking back one's last answer: within a minute, while nothing rests on it yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from microtasks import conditions, dispatch, people, places
from microtasks.errors import WrongState
from microtasks.models import (
    Answer,
    Campaign,
    Card,
    CardState,
    Clock,
    DataSet,
    Identity,
    Lease,
    Resolution,
)

#: How long an answer can be taken back.
WINDOW = timedelta(seconds=60)


def last_answer(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> Answer | None:
    """Return the answer that this person could take back now, if there is one."""
    answer = session.scalars(
        select(Answer)
        .where(
            Answer.identity_id.in_(people.identity_ids(session, identity)),
            Answer.stage_id.in_([stage.id for stage in campaign.stages]),
            Answer.withdrawn_at.is_(None),
            Answer.answered_at >= now - WINDOW,
        )
        .order_by(Answer.answered_at.desc(), Answer.id.desc())
        .limit(1)
    ).first()
    return answer if answer is not None and not _refusal(session, answer) else None


def undo(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> Lease | None:
    """Withdraw the last answer and promise its card again; None if its place has meanwhile gone."""
    answer = last_answer(session, campaign, identity, now)
    if answer is None:
        raise WrongState("There is no answer that can still be taken back.")
    card = session.get_one(Card, answer.card_id, with_for_update=True)
    answer.withdrawn_at = now
    session.flush()
    if answer.counted:
        places.uncount(session, card.id, now)
        session.refresh(card)
        conditions.follow(session, card, now)
    _put_away(session, campaign, identity, now)
    if not places.lease(session, card.id):
        return None
    return dispatch.promise(session, campaign, card, identity, now)


def _refusal(session: Session, answer: Answer) -> str:
    """Say why an answer can no longer be taken back; empty if it can."""
    if session.scalar(
        select(
            exists().where(
                Resolution.card_id == answer.card_id, Resolution.clock == Clock.review
            )
        )
    ):
        return "A reviewer has decided this card."
    if answer.card.state not in {
        CardState.open,
        CardState.resolved,
        CardState.contested,
    }:
        return "This card is not served any more."
    campaign_id = answer.card.stage.campaign_id
    frozen = select(func.max(DataSet.frozen_at)).where(
        DataSet.campaign_id == campaign_id
    )
    if (at := session.scalar(frozen)) and at >= answer.answered_at:
        return "This answer is part of a data set."
    if conditions.was_served(session, conditions.dependents(session, answer.card)):
        return "Somebody is already at work on what follows from this answer."
    return ""


def _put_away(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> None:
    """Give back the card that is on the table: the one taken back comes in its stead."""
    for lease in session.scalars(
        select(Lease).where(
            Lease.identity_id.in_(people.identity_ids(session, identity)),
            Lease.stage_id.in_([stage.id for stage in campaign.stages]),
        )
    ).all():
        dispatch.give_back(session, lease, now)

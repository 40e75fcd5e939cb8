"""Taking back one's last answer: within a minute, while nothing rests on it yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, contains_eager

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

_SERVED = {CardState.open, CardState.resolved, CardState.contested}


def last_answer(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> Answer | None:
    """Return the answer that this person could take back now, if there is one.

    Not where a reviewer has decided the card, where a data set holds the answer, where the card is out of service,
    or where somebody has been shown what follows from it.
    """
    answer = session.scalars(
        select(Answer)
        .join(Answer.card)
        .options(contains_eager(Answer.card))
        .where(
            Answer.identity_id.in_(people.identity_ids(session, identity)),
            Answer.stage_id.in_([stage.id for stage in campaign.stages]),
            Answer.withdrawn_at.is_(None),
            Answer.answered_at >= now - WINDOW,
        )
        .order_by(Answer.answered_at.desc(), Answer.id.desc())
        .limit(1)
    ).first()
    if answer is None or answer.card.state not in _SERVED:
        return None
    is_fixed = session.scalar(
        select(
            or_(
                exists().where(
                    Resolution.card_id == answer.card_id,
                    Resolution.clock == Clock.review,
                ),
                exists().where(
                    DataSet.campaign_id == campaign.id,
                    DataSet.frozen_at >= answer.answered_at,
                ),
            )
        )
    )
    followers = conditions.dependents(session, answer.card)
    return None if is_fixed or conditions.was_served(session, followers) else answer


def undo(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> Lease | None:
    """Withdraw the last answer and promise its card again; None if its place has meanwhile gone."""
    answer = last_answer(session, campaign, identity, now)
    if answer is None:
        raise WrongState("There is no answer that can still be taken back.")
    card = session.get_one(Card, answer.card_id, with_for_update=True)
    # Before the row was held another click, or a reviewer, may have come first.
    if last_answer(session, campaign, identity, now) is not answer:
        raise WrongState("This answer can no longer be taken back.")
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


def _put_away(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> None:
    """Give back the card that is on the table: the one taken back comes in its stead."""
    for lease in session.scalars(
        select(Lease)
        .where(
            Lease.identity_id.in_(people.identity_ids(session, identity)),
            Lease.stage_id.in_([stage.id for stage in campaign.stages]),
        )
        .order_by(Lease.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all():
        dispatch.give_back(session, lease, now)

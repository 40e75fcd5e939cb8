"""Cards that volunteers report as wrong: a queue that a coordinator mends, withdraws or releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from microtasks import answers, conditions, dispatch, resolutions
from microtasks.errors import InvalidInput, LeaseExpired, WrongState
from microtasks.models import Campaign, Card, CardState, Identity, Report, Skip, Stage

#: So many different people's reports take a card out of service: one person alone cannot empty a campaign.
HOLDING = 2

_MAX_REASON = 500


class Outcome(StrEnum):
    """What a coordinator made of a reported card."""

    released = "released"
    mended = "mended"
    withdrawn = "withdrawn"


def report(
    session: Session, key: str, identity: Identity, reason: str, now: datetime
) -> Report:
    """Note that something is wrong with the card of a lease, and give the card back."""
    lease = answers.find_lease(session, key, identity)
    if lease is None:
        raise LeaseExpired("This card is no longer yours; the report was not kept.")
    card = lease.card
    session.merge(Skip(card_id=card.id, identity_id=identity.id, skipped_at=now))
    dispatch.give_back(session, lease, now)
    made = Report(
        card_id=card.id,
        identity_id=identity.id,
        reason=reason.strip()[:_MAX_REASON],
        created_at=now,
    )
    session.add(made)
    session.flush()
    _hold(session, card)
    return made


def queue(session: Session, campaign: Campaign) -> Sequence[Report]:
    """Return the reports nobody has looked at, oldest first."""
    return session.scalars(
        select(Report)
        .join(Card, Card.id == Report.card_id)
        .join(Stage, Stage.id == Card.stage_id)
        .where(Stage.campaign_id == campaign.id, Report.settled_at.is_(None))
        .options(joinedload(Report.card))
        .order_by(Report.id)
    ).all()


def settle(session: Session, report: Report, outcome: Outcome, now: datetime) -> Card:
    """Close all open reports on the card: serve it again, or take it out for good."""
    if report.settled_at is not None:
        raise WrongState("Somebody has settled this report already.")
    card = session.get_one(Card, report.card_id, with_for_update=True)
    session.execute(
        update(Report)
        .where(Report.card_id == card.id, Report.settled_at.is_(None))
        .values(settled_at=now, outcome=outcome.value)
    )
    if outcome == Outcome.withdrawn:
        card.state = CardState.withdrawn
        session.flush()
        conditions.follow(session, card, now)
    elif card.state == CardState.held:
        _release(session, card, now)
    return card


def mend(
    session: Session, report: Report, columns: Mapping[str, str], now: datetime
) -> Card:
    """Correct the text of a reported record and serve its card again; other columns stay as they came."""
    source = report.card.source
    known = {name for name, _ in source.columns}
    if strange := sorted(set(columns) - known):
        raise InvalidInput(
            f"This record has no column called `{strange[0]}`.", strange[0]
        )
    source.columns = [[name, columns.get(name, text)] for name, text in source.columns]
    return settle(session, report, Outcome.mended, now)


def _hold(session: Session, card: Card) -> None:
    session.refresh(card, with_for_update={"of": Card})
    reporters = session.scalar(
        select(func.count(Report.identity_id.distinct())).where(
            Report.card_id == card.id, Report.settled_at.is_(None)
        )
    )
    if (reporters or 0) >= HOLDING and card.state == CardState.open:
        card.state = CardState.held
        session.flush()


def _release(session: Session, card: Card, now: datetime) -> None:
    card.state = CardState.open
    session.flush()
    conditions.reconsider(session, card, now)
    resolutions.decide(session, card, now)

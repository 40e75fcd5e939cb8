"""What a coordinator sees of a campaign at a glance: how far it is, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from microtasks.models import (
    Account,
    Campaign,
    Card,
    CardState,
    Membership,
    Refused,
    Report,
    Stage,
    Upload,
)

#: Cards in these states need no volunteer any more.
_DONE = {
    CardState.resolved,
    CardState.contested,
    CardState.unneeded,
    CardState.withdrawn,
    CardState.stale,
}


@dataclass(frozen=True, slots=True)
class Attention:
    """Cards done of all, cards that wait for a reviewer, reports nobody looked at, lines of uploads refused."""

    done: int = 0
    cards: int = 0
    contested: int = 0
    reported: int = 0
    refused: int = 0


def of(session: Session, campaigns: Sequence[Campaign]) -> Mapping[int, Attention]:
    """Return each campaign's state of things by its number, in three queries however many they are."""
    numbers = [campaign.id for campaign in campaigns]
    states: dict[int, dict[str, int]] = {number: {} for number in numbers}
    for number, state, count in session.execute(_states(numbers)):
        states[number][state] = count
    reported = _counts(session, _reported(numbers))
    refused = _counts(session, _refused(numbers))
    return {
        number: Attention(
            done=sum(by_state.get(state, 0) for state in _DONE),
            cards=sum(by_state.values()),
            contested=by_state.get(CardState.contested, 0),
            reported=reported.get(number, 0),
            refused=refused.get(number, 0),
        )
        for number, by_state in states.items()
    }


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits for a person in one campaign: contested cards and reported ones."""

    contested: int
    reported: int


def queues(session: Session, campaign: Campaign) -> Queues:
    """Count what waits in a campaign without looking at all of its cards."""
    contested = (
        select(func.count(Card.id))
        .join(Stage, Card.stage_id == Stage.id)
        .where(
            Stage.campaign_id == campaign.id,
            Stage.position >= 0,
            Card.state == CardState.contested,
        )
    )
    reported = _counts(session, _reported([campaign.id]))
    return Queues(session.scalar(contested) or 0, reported.get(campaign.id, 0))


def campaigns_of(session: Session, account: Account) -> Sequence[Campaign]:
    """Return the campaigns of all organisations the account is a member of, the newest first."""
    return session.scalars(
        select(Campaign)
        .join(Membership, Membership.organisation_id == Campaign.organisation_id)
        .options(joinedload(Campaign.organisation))
        .where(Membership.account_id == account.id, Campaign.deleted_at.is_(None))
        .order_by(Campaign.id.desc())
    ).all()


def _states(numbers: Sequence[int]) -> Select[int, CardState, int]:
    return (
        select(Stage.campaign_id, Card.state, func.count())
        .join(Card, Card.stage_id == Stage.id)
        .where(Stage.campaign_id.in_(numbers), Stage.position >= 0)
        .group_by(Stage.campaign_id, Card.state)
    )


def _reported(numbers: Sequence[int]) -> Select[int, int]:
    return (
        select(Stage.campaign_id, func.count(Report.card_id.distinct()))
        .join(Card, Card.stage_id == Stage.id)
        .join(Report, Report.card_id == Card.id)
        .where(Stage.campaign_id.in_(numbers), Report.settled_at.is_(None))
        .group_by(Stage.campaign_id)
    )


def _refused(numbers: Sequence[int]) -> Select[int, int]:
    return (
        select(Upload.campaign_id, func.count(Refused.id))
        .join(Refused, Refused.upload_id == Upload.id)
        .where(Upload.campaign_id.in_(numbers))
        .group_by(Upload.campaign_id)
    )


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    rows: dict[int, int] = dict(session.execute(query).all())
    return rows

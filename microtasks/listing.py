"""What strangers see of campaigns: which want help, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from microtasks import dispatch, policy
from microtasks.models import (
    Campaign,
    CampaignState,
    Card,
    CardState,
    DataSet,
    Organisation,
    Stage,
)

#: Cards in these states need nobody's answer any more.
_DONE = {
    CardState.resolved,
    CardState.contested,
    CardState.withdrawn,
    CardState.unneeded,
    CardState.stale,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A campaign with how many of its cards are done, how many are asked, and whether it gives any out."""

    campaign: Campaign
    done: int
    total: int
    asked: int
    is_serving: bool

    @property
    def wants_help(self) -> bool:
        """Whether a volunteer may find a card there."""
        return self.is_serving and self.asked > 0


def wanting_help(
    session: Session, now: datetime, besides: Campaign | None = None
) -> list[Entry]:
    """Return public campaigns in which cards are left, the nearest to its deadline first."""
    campaigns = session.scalars(
        select(Campaign)
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .options(contains_eager(Campaign.organisation))
        .where(
            policy.public_campaigns(),
            Campaign.state == CampaignState.open,
            or_(Campaign.deadline.is_(None), Campaign.deadline >= now.date()),
        )
        .order_by(Campaign.deadline.is_(None), Campaign.deadline, Campaign.id)
    ).all()
    others = [each for each in campaigns if each is not besides]
    entries = _entries(session, others, now)
    return [entry for entry in entries if entry.wants_help]


def entry(session: Session, campaign: Campaign, now: datetime) -> Entry:
    """Return how far one campaign has come."""
    return _entries(session, [campaign], now)[0]


def public_data_sets(session: Session, campaign: Campaign) -> Sequence[DataSet]:
    """Return the finished public data sets, newest first."""
    return session.scalars(
        select(DataSet)
        .where(
            DataSet.campaign_id == campaign.id,
            DataSet.is_public.is_(True),
            DataSet.key.is_not(None),
        )
        .order_by(DataSet.version.desc())
    ).all()


def _entries(
    session: Session, campaigns: Sequence[Campaign], now: datetime
) -> list[Entry]:
    rows = session.execute(
        select(Stage.campaign_id, Card.state, func.count())
        .join(Card, Card.stage_id == Stage.id)
        .where(
            Stage.campaign_id.in_([campaign.id for campaign in campaigns]),
            Stage.position >= 0,
        )
        .group_by(Stage.campaign_id, Card.state)
    ).all()
    total: dict[int, int] = {}
    done: dict[int, int] = {}
    asked: dict[int, int] = {}
    for campaign_id, state, count in rows:
        total[campaign_id] = total.get(campaign_id, 0) + count
        done[campaign_id] = done.get(campaign_id, 0) + (count if state in _DONE else 0)
        if state == CardState.open:
            asked[campaign_id] = count
    return [
        Entry(
            each,
            done.get(each.id, 0),
            total.get(each.id, 0),
            asked.get(each.id, 0),
            dispatch.is_serving(each, now),
        )
        for each in campaigns
    ]

"""draft -> open <-> paused -> closed, and open again: each step with its guard and its line in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from microtasks import audit, jobs
from microtasks.consensus import stopping
from microtasks.errors import WrongState
from microtasks.models import (
    Account,
    Answer,
    Campaign,
    CampaignState,
    Card,
    Job,
    JobState,
    Stage,
)

#: While a campaign is open its answers are estimated anew after so long, if there are new ones; sooner if there are many.
ESTIMATE_EVERY = timedelta(minutes=10)


def open_(
    session: Session, campaign: Campaign, now: datetime, account: Account | None = None
) -> None:
    """Let volunteers in: there must be something to ask and something to show."""
    _require(campaign, "opened", CampaignState.draft, CampaignState.closed)
    if not campaign.stages:
        raise WrongState("Add a stage first: there is no question to ask yet.")
    if not _has_cards(session, campaign):
        raise WrongState("Add sources first: there is no card to show yet.")
    if deadline_passed(campaign, now.date()):
        raise WrongState("The deadline has passed: set a later one first.")
    campaign.state = CampaignState.open
    campaign.opened_at = campaign.opened_at or now
    campaign.closed_at = None
    _note(session, "campaign.open", campaign, now, account)


def pause(
    session: Session, campaign: Campaign, now: datetime, account: Account | None = None
) -> None:
    """Stop giving out cards for a while; answers on the way still arrive."""
    _require(campaign, "paused", CampaignState.open)
    campaign.state = CampaignState.paused
    _note(session, "campaign.pause", campaign, now, account)


def resume(
    session: Session, campaign: Campaign, now: datetime, account: Account | None = None
) -> None:
    """Go on after a pause."""
    _require(campaign, "resumed", CampaignState.paused)
    if deadline_passed(campaign, now.date()):
        raise WrongState("The deadline has passed: set a later one first.")
    campaign.state = CampaignState.open
    _note(session, "campaign.resume", campaign, now, account)


def close(
    session: Session, campaign: Campaign, now: datetime, account: Account | None = None
) -> Job:
    """Stop serving and decide what can be decided from the answers that came."""
    _require(campaign, "closed", CampaignState.open, CampaignState.paused)
    campaign.state = CampaignState.closed
    campaign.closed_at = now
    _note(session, "campaign.close", campaign, now, account)
    return jobs.plan(session, "estimate", campaign=campaign, now=now)


def delete(
    session: Session, campaign: Campaign, now: datetime, account: Account | None = None
) -> Job:
    """Take a campaign away for good: from now on it answers nobody, and a job erases all that it holds."""
    if campaign.deleted_at is not None:
        raise WrongState("This campaign is being deleted already.")
    if campaign.state != CampaignState.draft:
        campaign.state = CampaignState.closed
    campaign.deleted_at = now
    _note(session, "campaign.delete", campaign, now, account)
    return jobs.plan(session, "erase", campaign=campaign, now=now)


def deadline_passed(campaign: Campaign, today: date) -> bool:
    """Whether the last day on which answers are taken is over."""
    return campaign.deadline is not None and campaign.deadline < today


def sweep(session: Session, now: datetime) -> None:
    """Do what the calendar asks for: close what is overdue, estimate what was answered."""
    close_overdue(session, now.date(), now)
    plan_estimates(session, now)


def close_overdue(session: Session, today: date, now: datetime) -> Sequence[Campaign]:
    """Close the campaigns whose deadline has passed; the worker's sweep calls it."""
    overdue = session.scalars(
        select(Campaign)
        .where(
            Campaign.state.in_((CampaignState.open, CampaignState.paused)),
            Campaign.deadline < today,
            Campaign.deleted_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for campaign in overdue:
        close(session, campaign, now)
    return overdue


def plan_estimates(session: Session, now: datetime) -> list[Job]:
    """Plan a batch estimate for each open campaign whose answers have grown enough since its last one; for the sweep."""
    running = select(Campaign).where(Campaign.state == CampaignState.open)
    return [
        jobs.plan(session, "estimate", campaign=campaign, now=now)
        for campaign in session.scalars(running)
        if jobs.unfinished(session, "estimate", campaign) is None
        and _wants_estimate(session, campaign, now)
    ]


def _wants_estimate(session: Session, campaign: Campaign, now: datetime) -> bool:
    last = session.execute(
        select(Job.created_at, Job.cursor)
        .where(Job.campaign_id == campaign.id, Job.kind == "estimate")
        .order_by(Job.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return _new_answers(session, campaign, None, 1)
    read = last.cursor.get("answers", 0)
    is_due = last.created_at <= now - ESTIMATE_EVERY
    wanted = 1 if is_due else stopping.next_estimate(read) - read
    return _new_answers(session, campaign, last.created_at, wanted)


def unfinished_reading(session: Session, campaign: Campaign) -> bool:
    """Whether an upload of the campaign is still being read or its sources are being cut anew."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Job.campaign_id == campaign.id,
                    Job.kind.in_(("intake", "recut")),
                    Job.state.in_((JobState.waiting, JobState.running)),
                )
            )
        )
    )


def _new_answers(
    session: Session, campaign: Campaign, since: datetime | None, wanted: int
) -> bool:
    """Say whether at least so many answers came, without counting further."""
    stages = [stage.id for stage in campaign.stages]
    new = select(Answer.id).where(Answer.stage_id.in_(stages))
    if since is not None:
        new = new.where(Answer.answered_at > since)
    return session.scalars(new.offset(wanted - 1).limit(1)).first() is not None


def _has_cards(session: Session, campaign: Campaign) -> bool:
    stages = select(Stage.id).where(
        Stage.campaign_id == campaign.id, Stage.position >= 0
    )
    return bool(session.scalar(select(exists().where(Card.stage_id.in_(stages)))))


def _require(campaign: Campaign, verb: str, *states: CampaignState) -> None:
    if campaign.deleted_at is not None:
        raise WrongState("This campaign is being deleted.")
    if campaign.state not in states:
        wanted = " or ".join(states)
        article = "an" if wanted.startswith("o") else "a"
        raise WrongState(
            f"Only {article} {wanted} campaign can be {verb}; this one is {campaign.state}."
        )


def _note(
    session: Session,
    deed: str,
    campaign: Campaign,
    now: datetime,
    account: Account | None,
) -> None:
    session.flush()
    audit.write(session, deed, now=now, account=account, campaign=campaign)

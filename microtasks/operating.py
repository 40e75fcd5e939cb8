"""What an operator does to keep the site: approve, take down, put back, try a job again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from microtasks import audit
from microtasks.errors import WrongState
from microtasks.models import (
    Account,
    Campaign,
    CampaignState,
    Job,
    JobState,
    Organisation,
)


def approve(
    session: Session, organisation: Organisation, *, by: Account | None, now: datetime
) -> None:
    """Let the organisation's opened campaigns be seen by everybody, these and later ones."""
    if organisation.approved_at is None:
        organisation.approved_at = now
        audit.write(
            session,
            "organisation.approved",
            now=now,
            account=by,
            organisation=organisation,
        )


def take_down(
    session: Session, campaign: Campaign, reason: str, *, by: Account, now: datetime
) -> None:
    """Hide a campaign from all but its organisation and operators."""
    if campaign.taken_down_at is None:
        campaign.taken_down_at = now
        audit.write(
            session,
            "campaign.taken_down",
            now=now,
            account=by,
            campaign=campaign,
            reason=reason,
        )


def put_back(
    session: Session, campaign: Campaign, *, by: Account, now: datetime
) -> None:
    """Show a campaign again that was taken down."""
    if campaign.taken_down_at is not None:
        campaign.taken_down_at = None
        audit.write(
            session, "campaign.put_back", now=now, account=by, campaign=campaign
        )


def retry(session: Session, job: Job, *, by: Account, now: datetime) -> None:
    """Let a failed job go on from where its cursor stands."""
    if job.state != JobState.failed:
        raise WrongState("Only a failed job can be tried again.")
    job.state, job.stalled, job.reason = JobState.waiting, 0, ""
    job.lease_until, job.finished_at = None, None
    audit.write(
        session,
        "job.retried",
        now=now,
        account=by,
        campaign=job.campaign,
        kind=job.kind,
    )


def waiting_campaigns(session: Session) -> list[Campaign]:
    """Return the opened campaigns of organisations that nobody has approved, the longest waiting first."""
    return list(
        session.scalars(
            select(Campaign)
            .join(Organisation)
            .options(joinedload(Campaign.organisation))
            .where(
                Organisation.approved_at.is_(None),
                Campaign.state != CampaignState.draft,
                Campaign.deleted_at.is_(None),
            )
            .order_by(Campaign.opened_at, Campaign.id)
        )
    )


def unfinished_jobs(session: Session, limit: int = 50) -> list[Job]:
    """Return the jobs that are not done, the latest first."""
    jobs = select(Job).where(Job.state != JobState.done).order_by(Job.id.desc())
    return list(session.scalars(jobs.options(joinedload(Job.campaign)).limit(limit)))

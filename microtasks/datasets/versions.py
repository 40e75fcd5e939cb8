"""The numbered data sets of a campaign: begun in a request, written by a job, found again by their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import audit, jobs
from microtasks.datasets.build import Built
from microtasks.errors import WrongState
from microtasks.models import Account, Answer, Campaign, DataSet, Job, Stage


def begin(
    session: Session,
    campaign: Campaign,
    *,
    is_public: bool,
    now: datetime,
    account: Account | None = None,
) -> DataSet:
    """Number a new data set and plan the job that writes it: what was answered until now is in it."""
    data_set = add(session, campaign, is_public=is_public, now=now)
    jobs.plan(
        session,
        "freeze",
        campaign=campaign,
        arguments={"data_set": data_set.id},
        now=now,
    )
    deed = "dataset.publish" if is_public else "dataset.freeze"
    audit.write(
        session,
        deed,
        now=now,
        account=account,
        campaign=campaign,
        version=data_set.version,
    )
    return data_set


def add(
    session: Session, campaign: Campaign, *, is_public: bool, now: datetime
) -> DataSet:
    """Add the row of a campaign's next data set, not written yet."""
    # One after the other. Only the number: PostgreSQL locks no row that came with what hangs on it.
    session.execute(
        select(Campaign.id).where(Campaign.id == campaign.id).with_for_update()
    )
    last = session.scalar(
        select(func.max(DataSet.version)).where(DataSet.campaign_id == campaign.id)
    )
    data_set = DataSet(
        campaign_id=campaign.id,
        version=(last or 0) + 1,
        is_public=is_public,
        frozen_at=moment(session, campaign, now),
    )
    session.add(data_set)
    session.flush()
    return data_set


def find(session: Session, campaign: Campaign, version: int) -> DataSet | None:
    """Return a campaign's data set by its number."""
    return session.scalars(
        select(DataSet).where(
            DataSet.campaign_id == campaign.id, DataSet.version == version
        )
    ).first()


def listed(session: Session, campaign: Campaign, *, public: bool) -> Sequence[DataSet]:
    """Return a campaign's data sets, the newest first; for the public, those that are written and meant for it."""
    query = select(DataSet).where(DataSet.campaign_id == campaign.id)
    if public:
        query = query.where(DataSet.is_public.is_(True), DataSet.key.is_not(None))
    return session.scalars(query.order_by(DataSet.version.desc())).all()


def set_public(
    session: Session,
    data_set: DataSet,
    is_public: bool,
    now: datetime,
    account: Account | None = None,
) -> None:
    """Show a data set to everybody or take it back; one that was made for the organisation is never shown."""
    if is_public and data_set.summary.get("audience") != "public":
        raise WrongState(
            "This data set holds columns that are not for the public. Publish a new one instead."
        )
    data_set.is_public = is_public
    audit.write(
        session,
        "dataset.show" if is_public else "dataset.hide",
        now=now,
        account=account,
        campaign=data_set.campaign,
        version=data_set.version,
    )
    session.flush()


def job_of(session: Session, data_set: DataSet) -> Job | None:
    """Return the job that writes a data set."""
    planned = session.scalars(
        select(Job)
        .where(Job.campaign_id == data_set.campaign_id, Job.kind == "freeze")
        .order_by(Job.id.desc())
    )
    for job in planned:
        if data_set.id in {job.arguments.get("data_set"), job.cursor.get("data_set")}:
            return job
    return None


def summary(built: Built) -> dict[str, Any]:
    """Return what the page of a data set tells of it, as JSON."""
    return asdict(built.summary) | {
        "audience": "public" if built.about.is_public else "team",
        "citation": built.about.citation,
        "licence": built.about.licence,
        "columns": list(built.bundle.columns),
        "files": [
            {"name": path.name, "size": path.stat().st_size}
            for path in sorted(built.folder.iterdir())
        ],
    }


def moment(session: Session, campaign: Campaign, now: datetime) -> datetime:
    """Return now, or the last answer's moment if the clock went back since: no answer may fall out."""
    last = session.scalar(
        select(func.max(Answer.answered_at))
        .join(Stage, Stage.id == Answer.stage_id)
        .where(Stage.campaign_id == campaign.id)
    )
    return max(now, last) if last else now

"""Makes a whole campaign out of a recipe and some files, as `flask campaign create` does: upload, slice, wait."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from microtasks import campaigns, jobs, uploads
from microtasks.models import Account, Campaign, Job, JobState, Organisation, Upload
from microtasks.recipe import Recipe
from microtasks.uploads import ReceivedFile


def campaign_of(
    organisation: Organisation, recipe: Recipe, by: Account | None = None
) -> Campaign:
    """Return the organisation's campaign with the recipe's title; make it if there is none."""
    owner, account = organisation.id, by and by.id

    def make(session: Session) -> Campaign:
        known = session.scalars(
            select(Campaign).where(
                Campaign.organisation_id == owner, Campaign.title == recipe.title
            )
        ).first()
        return known or campaigns.create(
            session,
            session.get_one(Organisation, owner),
            recipe,
            utcnow(),
            session.get(Account, account) if account else None,
        )

    return transact(make)


def stock(campaign: Campaign, files: Mapping[str, bytes]) -> None:
    """Upload the files unless the campaign has had an upload, and stay until its jobs are done."""
    number = campaign.id
    if not db.session.scalar(select(Upload.id).where(Upload.campaign_id == number)):
        received = [_received(name, body) for name, body in files.items()]
        transact(
            lambda session: uploads.receive(
                session, session.get_one(Campaign, number), received, utcnow()
            )
        )
    finish_jobs(number)


def finish_jobs(campaign: int) -> None:
    """Do a campaign's jobs, or wait for the worker that does them."""
    waiting = select(Job.id).where(
        Job.campaign_id == campaign,
        Job.state.in_((JobState.waiting, JobState.running)),
    )
    for job in db.session.scalars(waiting.order_by(Job.id)).all():
        db.session.rollback()
        jobs.run_to_end(db.session(), job, _jobs.tools(), lambda: time.sleep(0.1))


def _received(name: str, body: bytes) -> ReceivedFile:
    stored = _jobs.tools().store.put(io.BytesIO(body))
    return ReceivedFile(name, stored.sha256, stored.size)

"""Makes a whole campaign out of a recipe and files made by ourselves: upload, slice, wait.

Each step sees whether it was done, and between steps no transaction is open: on SQLite nobody else could write.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from blueprints import _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from microtasks import campaigns, database, jobs, uploads
from microtasks.models import (
    Account,
    Campaign,
    CampaignState,
    Job,
    JobState,
    Organisation,
    Upload,
)
from microtasks.recipe import Recipe
from microtasks.uploads import ReceivedFile


@dataclass(frozen=True, slots=True)
class Made:
    """A campaign that stands: its number and its address."""

    number: int
    slug: str


def look(query: Select[Any]) -> Any:
    """Read one value and leave no transaction open."""
    with database.reading():
        found = db.session.scalar(query)
        db.session.rollback()
    return found


def campaign_of(organisation: int, recipe: Recipe, account: int | None = None) -> Made:
    """Return the organisation's campaign with the recipe's title; make it if there is none."""

    def make(session: Session) -> Made:
        known = session.scalars(
            select(Campaign).where(
                Campaign.organisation_id == organisation,
                Campaign.title == recipe.title,
            )
        ).first()
        if known is None:
            owner = session.get_one(Organisation, organisation)
            by = session.get(Account, account) if account else None
            known = campaigns.create(session, owner, recipe, utcnow(), by)
        return Made(known.id, known.slug)

    return transact(make)


def stock(campaign: Made, files: Mapping[str, bytes]) -> None:
    """Upload the files unless the campaign has had an upload, and stay until its jobs are done."""
    if not look(select(Upload.id).where(Upload.campaign_id == campaign.number)):
        received = [_received(name, body) for name, body in files.items()]

        def receive(session: Session) -> None:
            found = session.get_one(Campaign, campaign.number)
            uploads.receive(session, found, received, utcnow())

        transact(receive)
    finish_jobs(campaign)


def open_draft(campaign: Made) -> None:
    """Let volunteers in, if that has not been done yet."""

    def change(session: Session) -> None:
        found = session.get_one(Campaign, campaign.number)
        if found.state == CampaignState.draft:
            campaigns.open_(session, found, utcnow())

    transact(change)


def finish_jobs(campaign: Made) -> None:
    """Do a campaign's jobs, or wait for the worker that does them."""
    waiting = (
        select(Job.id)
        .where(
            Job.campaign_id == campaign.number,
            Job.state.in_((JobState.waiting, JobState.running)),
        )
        .order_by(Job.id)
        .limit(1)
    )
    while job := look(waiting):
        jobs.run_to_end(db.session(), job, _jobs.tools(), lambda: time.sleep(0.1))


def _received(name: str, body: bytes) -> ReceivedFile:
    stored = _jobs.tools().store.put(io.BytesIO(body))
    return ReceivedFile(name, stored.sha256, stored.size)

"""The job that erases a deleted campaign, bite by bite: rows, media that nobody else uses, cuts in the cache, data sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from microtasks import audit, card_pictures, erasing
from microtasks.errors import WrongState
from microtasks.jobs.tools import Tools
from microtasks.media_use import Elsewhere
from microtasks.models import (
    Base,
    Campaign,
    Card,
    DataSet,
    Exposure,
    Job,
    JobState,
    Lease,
    Organisation,
    Refused,
    Source,
    Stage,
    Standing,
    Upload,
    Walk,
)

#: Cards that go in one transaction, with all that hangs on them.
CARDS = 100
#: Rows of other tables that go in one transaction.
ROWS = 500


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Erase the campaign that the job belongs to; an audit line keeps how much there was."""
    campaign_id = _detach(session, job)
    yield
    elsewhere = Elsewhere(campaign_id)
    stages = session.scalars(
        select(Stage.id).where(Stage.campaign_id == campaign_id)
    ).all()
    for stage_id in stages:
        yield from _stage(session, job, stage_id)
    yield from _sources(session, job, tools, campaign_id, elsewhere)
    yield from _uploads(session, job, tools, campaign_id, elsewhere)
    yield from _data_sets(session, job, tools, campaign_id, elsewhere)
    _end(session, job, tools, campaign_id)


def _detach(session: Session, job: Job) -> int:
    """Take the campaign's jobs away from it: whoever still runs one can store nothing more."""
    campaign_id = int(job.arguments.get("campaign") or job.campaign_id or 0)
    campaign = session.get(Campaign, campaign_id)
    if campaign is not None and campaign.deleted_at is None:
        raise WrongState("The campaign was not deleted.")
    unfinished = Job.state.in_((JobState.waiting, JobState.running))
    others = (Job.campaign_id == campaign_id) & (Job.id != job.id)
    ended = {"state": JobState.done, "attempt": Job.attempt + 1, "lease_until": None}
    _update(session, others & unfinished, **ended)
    _update(session, others, campaign_id=None, arguments={}, cursor={}, reason="")
    job.arguments, job.campaign_id = {"campaign": campaign_id}, None
    return campaign_id


def _update(session: Session, where: Any, **values: Any) -> None:
    change = update(Job).where(where).values(**values)
    session.execute(change.execution_options(synchronize_session=False))


def _note(job: Job, gone: dict[str, int]) -> None:
    before = job.cursor.get("gone", {})
    names = sorted(before.keys() | gone.keys())
    sums = {name: before.get(name, 0) + gone.get(name, 0) for name in names}
    job.cursor = job.cursor | {"gone": sums}
    job.done += sum(gone.values())


def _stage(session: Session, job: Job, stage_id: int) -> Iterator[None]:
    of_stage = select(Card.id).where(Card.stage_id == stage_id).limit(CARDS)
    while cards := session.scalars(of_stage).all():
        _note(job, erasing.delete_cards(session, cards))
        yield
    tables: tuple[tuple[type[Base], Any, Any], ...] = (
        (Standing, Standing.identity_id, Standing.stage_id),
        (Walk, Walk.identity_id, Walk.stage_id),
        (Lease, Lease.key, Lease.stage_id),
    )
    for table, key, of in tables:
        yield from _rows(session, job, table, key, of == stage_id)
    session.execute(delete(Stage).where(Stage.id == stage_id))
    _note(job, {"stage": 1})
    yield


def _rows(
    session: Session, job: Job, table: type[Base], key: Any, where: Any
) -> Iterator[None]:
    while gone := erasing.delete_rows(session, table, key, where, ROWS):
        _note(job, {table.__tablename__: gone})
        yield


def _sources(
    session: Session, job: Job, tools: Tools, campaign_id: int, elsewhere: Elsewhere
) -> Iterator[None]:
    query = select(Source.id, Source.original, Source.picture).where(
        Source.campaign_id == campaign_id
    )
    while batch := session.execute(query.order_by(Source.id).limit(50)).all():
        pictures = elsewhere.free(session, [row.picture for row in batch])
        media = elsewhere.free(session, [row.original for row in batch] + pictures)
        yield
        for key in pictures:
            tools.store.drop_cache(card_pictures.folder_of(key))
        _forget(tools, media)
        ours = [row.id for row in batch]
        on_them = Exposure.source_id.in_(ours)
        yield from _rows(session, job, Exposure, Exposure.identity_id, on_them)
        session.execute(delete(Source).where(Source.id.in_(ours)))
        _note(job, {"source": len(ours), "media": len(media)})
        yield


def _uploads(
    session: Session, job: Job, tools: Tools, campaign_id: int, elsewhere: Elsewhere
) -> Iterator[None]:
    query = select(Upload.id, Upload.files).where(Upload.campaign_id == campaign_id)
    while upload := session.execute(query.limit(1)).first():
        media = elsewhere.free(session, [file["key"] for file in upload.files])
        yield
        _forget(tools, media)
        yield from _rows(
            session, job, Refused, Refused.id, Refused.upload_id == upload.id
        )
        session.execute(delete(Upload).where(Upload.id == upload.id))
        _note(job, {"upload": 1, "media": len(media)})
        yield


def _data_sets(
    session: Session, job: Job, tools: Tools, campaign_id: int, elsewhere: Elsewhere
) -> Iterator[None]:
    of_campaign = DataSet.campaign_id == campaign_id
    media = elsewhere.free(
        session, session.scalars(select(DataSet.key).where(of_campaign)).all()
    )
    yield
    _forget(tools, media)
    yield from _rows(session, job, DataSet, DataSet.id, of_campaign)


def _forget(tools: Tools, keys: Sequence[str]) -> None:
    for key in keys:
        tools.store.delete(key)


def _end(session: Session, job: Job, tools: Tools, campaign_id: int) -> None:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return
    organisation = session.get_one(Organisation, campaign.organisation_id)
    audit.write(
        session,
        "campaign.erased",
        now=tools.clock(),
        organisation=organisation,
        gone=job.cursor.get("gone", {}),
    )
    session.flush()
    session.execute(delete(Campaign).where(Campaign.id == campaign_id))

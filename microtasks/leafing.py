"""Leafing through what a campaign holds: its sources, its cards, its uploads and what was refused of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from microtasks.errors import NotFound
from microtasks.models import (
    Campaign,
    Card,
    Job,
    JobState,
    Refused,
    Report,
    Source,
    Stage,
    Upload,
)

T = TypeVar("T")

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a longer list, and how many pages and things there are."""

    items: Sequence[T]
    page: int
    pages: int
    total: int


def sources(session: Session, campaign: Campaign, page: int = 1) -> Page[Source]:
    """Return a page of a campaign's sources in the order in which they came."""
    mine = select(Source).where(Source.campaign_id == campaign.id)
    return _page(session, mine.order_by(Source.id), page)


def refused(session: Session, upload: Upload, page: int = 1) -> Page[Refused]:
    """Return a page of what was not taken of an upload, in the order in which it stood there."""
    mine = select(Refused).where(Refused.upload_id == upload.id)
    return _page(session, mine.order_by(Refused.id), page)


def first_refused(
    session: Session, upload: Upload, limit: int = 100_000
) -> Sequence[Refused]:
    """Return what was not taken of an upload, for a table; nobody mends more lines by hand."""
    return session.scalars(
        select(Refused)
        .where(Refused.upload_id == upload.id)
        .order_by(Refused.id)
        .limit(limit)
    ).all()


def cards_per_source(session: Session, sources: Sequence[Source]) -> Mapping[int, int]:
    """Count the cards of each of these sources by the source's number."""
    numbers = [source.id for source in sources]
    counts = session.execute(
        select(Card.source_id, func.count())
        .where(Card.source_id.in_(numbers))
        .group_by(Card.source_id)
    )
    found: dict[int, int] = dict(counts.all())
    return found


def count_cards(session: Session, stage: Stage) -> int:
    """Count a stage's cards."""
    return session.scalar(select(func.count()).where(Card.stage_id == stage.id)) or 0


def card_at(session: Session, stage: Stage, number: int) -> Card | None:
    """Return a stage's n-th card (from 1) in the order in which they were cut."""
    return session.scalars(
        _cards()
        .where(Card.stage_id == stage.id)
        .order_by(Card.id)
        .offset(max(0, number - 1))
        .limit(1)
    ).first()


def card(session: Session, campaign: Campaign, public_id: str) -> Card:
    """Return the campaign's card of this public id."""
    found = session.scalars(
        _cards().where(Card.public_id == public_id, Stage.campaign_id == campaign.id)
    ).first()
    return _there(found, "card")


def report(session: Session, campaign: Campaign, public_id: str) -> Report:
    """Return the campaign's report of this public id."""
    found = session.scalars(
        select(Report)
        .join(Card, Card.id == Report.card_id)
        .join(Stage, Stage.id == Card.stage_id)
        .where(Report.public_id == public_id, Stage.campaign_id == campaign.id)
    ).first()
    return _there(found, "report")


def upload(session: Session, campaign: Campaign, public_id: str) -> Upload:
    """Return the campaign's upload of this public id."""
    found = session.scalars(
        select(Upload).where(
            Upload.public_id == public_id, Upload.campaign_id == campaign.id
        )
    ).first()
    return _there(found, "upload")


@dataclass(frozen=True, slots=True)
class Taken:
    """What an upload became: its sources and their cards."""

    sources: int
    cards: int


def taken(session: Session, upload: Upload) -> Taken:
    """Count what was taken of an upload so far."""
    mine = Source.upload_id == upload.id
    cards = select(func.count(Card.id)).join(Source).where(mine)
    return Taken(
        session.scalar(select(func.count(Source.id)).where(mine)) or 0,
        session.scalar(cards) or 0,
    )


def reading_job(session: Session, upload: Upload) -> Job | None:
    """Return the job that reads an upload, the latest if there were several."""
    jobs = session.scalars(
        select(Job)
        .where(Job.campaign_id == upload.campaign_id, Job.kind == "intake")
        .order_by(Job.id.desc())
    )
    return next((job for job in jobs if job.arguments.get("upload") == upload.id), None)


def cutting_jobs(session: Session, campaign: Campaign) -> Sequence[Job]:
    """Return the unfinished jobs that make or change a campaign's cards, the oldest first."""
    return session.scalars(
        select(Job)
        .where(
            Job.campaign_id == campaign.id,
            Job.kind.in_(("intake", "recut")),
            Job.state.in_((JobState.waiting, JobState.running)),
        )
        .order_by(Job.id)
    ).all()


def _cards() -> Select[Card]:
    return (
        select(Card)
        .join(Stage, Stage.id == Card.stage_id)
        .options(joinedload(Card.source), joinedload(Card.stage))
    )


def _page(session: Session, query: Select[Any], page: int) -> Page[Any]:
    total = (
        session.scalar(
            select(func.count()).select_from(query.order_by(None).subquery())
        )
        or 0
    )
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    items = session.scalars(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all()
    return Page(items, page, pages, total)


def _there(found: T | None, what: str) -> T:
    if found is None:
        raise NotFound(f"There is no such {what}, or it is not for you.")
    return found

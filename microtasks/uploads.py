"""Uploads: files that a coordinator sent in one go wait here, as keys in the store, until a job reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import audit, jobs
from microtasks.errors import InvalidInput, WrongState
from microtasks.models import Account, Campaign, Card, Refused, Source, Upload


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that is in the store already: what the person called it, its key, its bytes."""

    name: str
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What one campaign may hold; docs/operating.md names these numbers."""

    files_per_upload: int = 20_000
    uploads: int = 2_000
    bytes: int = 200 << 30
    cards: int = 20_000_000


QUOTA = Quota()


def receive(
    session: Session,
    campaign: Campaign,
    files: Sequence[ReceivedFile],
    now: datetime,
    account: Account | None = None,
    quota: Quota = QUOTA,
) -> Upload:
    """Note the files of one upload and plan the job that reads them, in the same transaction."""
    if campaign.deleted_at is not None:
        raise WrongState("This campaign is being deleted.")
    _check(session, campaign, files, quota)
    upload = Upload(
        campaign_id=campaign.id,
        files=[asdict(file) for file in files],
        created_at=now,
    )
    session.add(upload)
    session.flush()
    jobs.plan(
        session, "intake", campaign=campaign, arguments={"upload": upload.id}, now=now
    )
    audit.write(
        session,
        "upload.receive",
        now=now,
        account=account,
        campaign=campaign,
        files=len(files),
        bytes=sum(file.size for file in files),
    )
    return upload


def of(session: Session, campaign: Campaign) -> Sequence[Upload]:
    """Return a campaign's uploads, the newest first."""
    return session.scalars(
        select(Upload)
        .where(Upload.campaign_id == campaign.id)
        .order_by(Upload.id.desc())
    ).all()


def refused(
    session: Session, campaign: Campaign, *, after: int = 0, limit: int = 200
) -> Sequence[Refused]:
    """Return what was not taken of a campaign's uploads, in the order in which it stood there."""
    return session.scalars(
        select(Refused)
        .join(Upload, Upload.id == Refused.upload_id)
        .where(Upload.campaign_id == campaign.id, Refused.id > after)
        .order_by(Refused.id)
        .limit(limit)
    ).all()


def count_refused(session: Session, campaign: Campaign) -> int:
    """Count what was not taken of a campaign's uploads."""
    return (
        session.scalar(
            select(func.count(Refused.id))
            .join(Upload, Upload.id == Refused.upload_id)
            .where(Upload.campaign_id == campaign.id)
        )
        or 0
    )


def count_sources(session: Session, campaign: Campaign) -> int:
    """Count a campaign's sources."""
    return (
        session.scalar(
            select(func.count(Source.id)).where(Source.campaign_id == campaign.id)
        )
        or 0
    )


def _check(
    session: Session, campaign: Campaign, files: Sequence[ReceivedFile], quota: Quota
) -> None:
    if not files:
        raise InvalidInput("Choose at least one file.", "files")
    if len(files) > quota.files_per_upload:
        raise InvalidInput(
            f"{len(files):,} files in one go; at most {quota.files_per_upload:,} are taken: put them in a ZIP.",
            "files",
        )
    earlier = session.scalars(
        select(Upload.files).where(Upload.campaign_id == campaign.id)
    ).all()
    if len(earlier) >= quota.uploads:
        raise InvalidInput(
            f"This campaign has had {len(earlier):,} uploads; it can have no more.",
            "files",
        )
    if _count_cards(session, campaign) >= quota.cards:
        raise InvalidInput(
            f"This campaign has {quota.cards:,} cards; it can have no more.", "files"
        )
    held = sum(file["size"] for upload in earlier for file in upload)
    if held + sum(file.size for file in files) > quota.bytes:
        raise InvalidInput(
            f"With these files the campaign would hold more than {quota.bytes / 2**30:,.0f} GiB.",
            "files",
        )


def _count_cards(session: Session, campaign: Campaign) -> int:
    stages = [stage.id for stage in campaign.stages]
    query = select(func.count(Card.id)).where(Card.stage_id.in_(stages))
    return session.scalar(query) or 0

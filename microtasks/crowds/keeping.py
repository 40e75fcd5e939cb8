"""Uploaded crowds from their coming to their going: each is its owner's alone and leaves after some days by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from microtasks import audit, jobs
from microtasks.crowds.request import Request
from microtasks.datasets import packing
from microtasks.errors import InvalidInput, NotFound
from microtasks.models import Account, CrowdState, JobState, UploadedCrowd

#: How long a crowd stays; docs/scientist.md names this number.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Quota:
    """What one account may have here at a time; docs/operating.md names these numbers."""

    kept: int = 20
    waiting: int = 3


QUOTA = Quota()


def receive(
    session: Session,
    account: Account,
    asked: Request,
    name: str,
    bundle: Path,
    now: datetime,
) -> UploadedCrowd:
    """Note a crowd and plan its going; its bundle comes into the store afterwards, so that no bytes stay unnoted."""
    _check(of(session, account), QUOTA)
    crowd = UploadedCrowd(
        public_id=asked.crowd,
        account_id=account.id,
        name=name[:200],
        asked=asked.table(),
        received=packing.sha256(bundle),
        size=bundle.stat().st_size,
        created_at=now,
        until=now + KEPT,
    )
    session.add(crowd)
    session.flush()
    jobs.plan(
        session,
        "forget",
        arguments={"crowd": crowd.id},
        now=now,
        not_before=crowd.until,
    )
    audit.write(session, "crowd.receive", now=now, account=account, bytes=crowd.size)
    return crowd


def begin(session: Session, crowd_id: int, now: datetime) -> bool:
    """Plan the deciding of a crowd whose bundle is in the store by now; say no if the crowd was deleted meanwhile."""
    crowd = session.get(UploadedCrowd, crowd_id, populate_existing=True)
    if crowd is None or crowd.deleted_at is not None:
        return False
    crowd.job_id = jobs.plan(
        session, "decide", arguments={"crowd": crowd_id}, now=now
    ).id
    return True


def of(session: Session, account: Account) -> Sequence[UploadedCrowd]:
    """Return an account's crowds, the newest first, without what only a crowd's own page shows."""
    return session.scalars(
        select(UploadedCrowd)
        .where(
            UploadedCrowd.account_id == account.id, UploadedCrowd.deleted_at.is_(None)
        )
        .options(
            joinedload(UploadedCrowd.job),
            defer(UploadedCrowd.reason),
            defer(UploadedCrowd.told),
        )
        .order_by(UploadedCrowd.id.desc())
    ).all()


def find(session: Session, account: Account, public_id: str) -> UploadedCrowd:
    """Return a crowd to its owner; for everybody else there is none."""
    found = session.scalars(
        select(UploadedCrowd)
        .where(
            UploadedCrowd.public_id == public_id,
            UploadedCrowd.account_id == account.id,
            UploadedCrowd.deleted_at.is_(None),
        )
        .options(joinedload(UploadedCrowd.job))
    ).first()
    if found is None:
        raise NotFound("There is no such page, or it is not for you.")
    return found


def is_waiting(crowd: UploadedCrowd) -> bool:
    """Say whether a crowd is still to be decided, and somebody will."""
    if crowd.state != CrowdState.received or crowd.job is None:
        return False
    return crowd.job.state != JobState.failed


def delete(session: Session, crowd: UploadedCrowd, now: datetime) -> None:
    """Hide a crowd from now on, and plan the job that takes it away."""
    crowd.deleted_at = now
    jobs.plan(session, "forget", arguments={"crowd": crowd.id}, now=now)
    audit.write(session, "crowd.delete", now=now, account=crowd.account)


def _check(mine: Sequence[UploadedCrowd], quota: Quota) -> None:
    """Refuse another crowd of somebody who has enough of them here."""
    waiting = sum(is_waiting(each) for each in mine)
    if waiting >= quota.waiting:
        raise InvalidInput(
            f"{waiting} of your files are still being decided. Wait for one of them, then send the next."
        )
    if len(mine) >= quota.kept:
        raise InvalidInput(
            f"You have {len(mine)} files here, which is all there may be. Delete one, then send the next."
        )

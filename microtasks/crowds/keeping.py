"""Uploaded crowds from their coming to their going: each is its owner's alone and leaves after some days by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from microtasks import audit, jobs
from microtasks.crowds.request import Request
from microtasks.errors import NotFound, WrongState
from microtasks.models import Account, CrowdState, JobState, UploadedCrowd
from microtasks.storage import Stored

#: How long a crowd stays; docs/scientist.md names this number.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Quota:
    """What one account may have here at a time; docs/operating.md names these numbers."""

    kept: int = 20
    waiting: int = 3


QUOTA = Quota()


def check(session: Session, account: Account, quota: Quota = QUOTA) -> None:
    """Refuse another crowd of somebody who has enough of them here."""
    mine = of(session, account)
    waiting = [each for each in mine if is_waiting(each)]
    if len(waiting) >= quota.waiting:
        raise WrongState(
            f"{len(waiting)} of your files are still being decided. Wait for one of them, then send the next."
        )
    if len(mine) >= quota.kept:
        raise WrongState(
            f"You have {len(mine)} files here, and can have no more. Delete one, then send the next."
        )


def receive(
    session: Session,
    account: Account,
    request: Request,
    name: str,
    bundle: Stored,
    now: datetime,
) -> UploadedCrowd:
    """Note a crowd whose bundle is in the store; plan its deciding, and its going."""
    check(session, account)
    crowd = UploadedCrowd(
        public_id=request.crowd,
        account_id=account.id,
        name=name[:200],
        asked=request.table(),
        received=bundle.sha256,
        size=bundle.size,
        created_at=now,
        until=now + KEPT,
    )
    session.add(crowd)
    session.flush()
    arguments = {"crowd": crowd.id}
    crowd.job_id = jobs.plan(session, "decide", arguments=arguments, now=now).id
    jobs.plan(session, "forget", arguments=arguments, now=now, not_before=crowd.until)
    audit.write(session, "crowd.receive", now=now, account=account, bytes=bundle.size)
    return crowd


def of(session: Session, account: Account) -> Sequence[UploadedCrowd]:
    """Return an account's crowds, the newest first."""
    return session.scalars(
        select(UploadedCrowd)
        .where(
            UploadedCrowd.account_id == account.id, UploadedCrowd.deleted_at.is_(None)
        )
        .options(joinedload(UploadedCrowd.job))
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
    failed = crowd.job is not None and crowd.job.state == JobState.failed
    return crowd.state == CrowdState.received and not failed


def delete(session: Session, crowd: UploadedCrowd, now: datetime) -> None:
    """Hide a crowd from now on, and plan the job that takes it away."""
    crowd.deleted_at = now
    jobs.plan(session, "forget", arguments={"crowd": crowd.id}, now=now)
    audit.write(session, "crowd.delete", now=now, account=crowd.account)

"""A job's row: planned with what it belongs to, held by one worker at a time, let go in one of four ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from microtasks.errors import JobFenced
from microtasks.models import Campaign, Job, JobState

#: How long a silent worker keeps its job; the heartbeat renews it far more often.
LEASE = timedelta(seconds=20)
#: So many attempts in a row that moved nothing, and a job has failed.
MOST_STALLED = 5
#: Jobs of this kind take minutes of a processor and nobody's campaign waits for them.
PATIENT = "decide"


@dataclass(slots=True)
class Held:
    """One attempt at a job: the number that fences it, and how far it was when last stored."""

    id: int
    attempt: int
    stalled: int
    at: tuple[Mapping[str, Any], int]


def plan(
    session: Session,
    kind: str,
    *,
    campaign: Campaign | None = None,
    arguments: Mapping[str, Any] | None = None,
    now: datetime,
    not_before: datetime | None = None,
) -> Job:
    """Add a job to the transaction that needs it done; ring the bell after its commit."""
    job = Job(
        kind=kind,
        campaign_id=campaign and campaign.id,
        arguments=dict(arguments or {}),
        cursor={},
        created_at=now,
        lease_until=not_before,
    )
    session.add(job)
    session.flush()
    return job


def unfinished(session: Session, kind: str, campaign: Campaign | None) -> Job | None:
    """Return the oldest job of a kind that still waits or runs for a campaign, if any."""
    return session.scalars(
        select(Job)
        .where(
            Job.kind == kind,
            Job.campaign_id == (campaign and campaign.id),
            Job.state.in_([JobState.waiting, JobState.running]),
        )
        .order_by(Job.id)
        .limit(1)
    ).first()


def due(session: Session, now: datetime, limit: int = 100) -> Sequence[int]:
    """Return the numbers of jobs that wait for a worker, or whose worker fell silent; the oldest first, crowds from elsewhere last."""
    return session.scalars(
        select(Job.id)
        .where(_is_due(now))
        .order_by(Job.kind == PATIENT, Job.id)
        .limit(limit)
    ).all()


def _is_due(now: datetime) -> ColumnElement[bool]:
    ready = or_(
        and_(
            Job.state == JobState.waiting,
            or_(Job.lease_until.is_(None), Job.lease_until <= now),
        ),
        and_(Job.state == JobState.running, Job.lease_until <= now),
    )
    other = aliased(Job)
    is_one_running = exists().where(
        other.kind == PATIENT,
        other.state == JobState.running,
        other.lease_until > now,
    )
    return and_(ready, or_(Job.kind != PATIENT, ~is_one_running))


def take(session: Session, job_id: int, now: datetime) -> Held | None:
    """Begin an attempt if the job is due and nobody else was faster; it counts as stalled until it moves."""
    row = session.execute(
        update(Job)
        .where(Job.id == job_id, _is_due(now))
        .values(
            state=JobState.running,
            attempt=Job.attempt + 1,
            stalled=Job.stalled + 1,
            lease_until=now + LEASE,
        )
        .returning(Job.attempt, Job.stalled, Job.cursor, Job.done)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    return Held(job_id, row.attempt, row.stalled, (row.cursor, row.done))


def store_step(session: Session, job: Job, held: Held, now: datetime) -> None:
    """Add how far the job came to the step's transaction; refuse if the job is another's by now."""
    session.flush()
    reached = (dict(job.cursor), job.done)
    if reached != held.at:
        held.stalled = 0
    held.at = reached
    _change(
        session,
        held,
        cursor=job.cursor,
        done=job.done,
        total=job.total,
        lease_until=now + LEASE,
    )


def finish(session: Session, held: Held, now: datetime) -> None:
    """End the job well, in the transaction of its last step."""
    _change(
        session,
        held,
        state=JobState.done,
        finished_at=now,
        lease_until=None,
        reason="",
    )


def fail(session: Session, held: Held, reason: str, now: datetime) -> None:
    """End the job with a sentence that says why."""
    _change(
        session,
        held,
        state=JobState.failed,
        finished_at=now,
        lease_until=None,
        reason=reason,
    )


def try_later(session: Session, held: Held, reason: str, now: datetime) -> None:
    """Let go of the job after an error; it waits longer each time nothing moved."""
    wait = timedelta(seconds=2**held.stalled)
    _change(
        session,
        held,
        state=JobState.waiting,
        lease_until=now + wait,
        reason=reason,
    )


def give_back(session: Session, held: Held) -> None:
    """Let go of the job because this worker stops: another may take it at once, and nothing counts as stalled."""
    held.stalled = max(0, held.stalled - 1)
    _change(session, held, state=JobState.waiting, lease_until=None)


def renew(session: Session, held: Held, now: datetime) -> None:
    """Extend the lease while a long step goes on."""
    lease = update(Job).where(*_ours(held)).values(lease_until=now + LEASE)
    session.execute(lease.execution_options(synchronize_session=False))


def _change(session: Session, held: Held, **values: Any) -> None:
    changed = session.execute(
        update(Job)
        .where(*_ours(held))
        .values(stalled=held.stalled, **values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        raise JobFenced(f"attempt {held.attempt} no longer holds job {held.id}")


def _ours(held: Held) -> tuple[ColumnElement[bool], ...]:
    return (
        Job.id == held.id,
        Job.attempt == held.attempt,
        Job.state == JobState.running,
    )

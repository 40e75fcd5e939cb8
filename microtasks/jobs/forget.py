"""The job that takes an uploaded crowd away: its files first, then its row; when its owner says so, or its time is up."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from microtasks.jobs.tools import Tools
from microtasks.models import Job, UploadedCrowd


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Forget the crowd that the job's arguments name, if it is still there."""
    crowd = session.get(UploadedCrowd, job.arguments["crowd"])
    if crowd is None:
        return
    # From here on the job that decides it finds nothing to decide, and stores nothing that stays.
    crowd.deleted_at = crowd.deleted_at or tools.clock()
    number, keys, deciding = crowd.id, {crowd.received, crowd.decided}, crowd.job_id
    yield
    cursor = session.scalar(select(Job.cursor).where(Job.id == deciding)) or {}
    yield
    for key in keys | {cursor.get("decided")}:
        if key:
            tools.store.delete(key)
    session.execute(delete(UploadedCrowd).where(UploadedCrowd.id == number))

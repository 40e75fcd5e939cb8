"""A kind of job for tests: it writes audit lines, one a step, so that each can be counted afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.jobs import Tools
from microtasks.models import AuditLine, Job
from tests.conftest import NOON


class HandClock:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def write_line(session: Session, job: Job) -> None:
    """The work of these jobs: one audit line for each number up to the one asked for."""
    number = int(job.cursor.get("next", 0))
    session.add(AuditLine(at=NOON, deed=f"line {number}", detail={}))
    job.cursor, job.done = {"next": number + 1}, number + 1
    job.total = int(job.arguments["lines"])


def write_lines(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    while job.cursor.get("next", 0) < job.arguments["lines"]:
        write_line(session, job)
        yield


def lines(session: Session) -> list[str]:
    found = list(session.scalars(select(AuditLine.deed).order_by(AuditLine.id)))
    session.rollback()
    return found


def is_next(session: Session, job: Job) -> Job:
    session.rollback()
    return session.get_one(Job, job.id, populate_existing=True)


FIVE = [f"line {number}" for number in range(5)]

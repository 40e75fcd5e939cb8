"""Runs jobs: takes one, goes through its steps, commits each under the fence, and lets go of it in the right way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, sessionmaker

from microtasks import database
from microtasks.errors import JobFenced, MicrotaskError, NotFound
from microtasks.jobs import kinds, rows
from microtasks.jobs.heartbeat import Heartbeat
from microtasks.jobs.rows import Held
from microtasks.jobs.tools import Tools
from microtasks.models import Job, JobState
from microtasks.storage import StorageError

log = logging.getLogger(__name__)


def run(session: Session, job_id: int, tools: Tools) -> JobState:
    """Make one attempt at a job if it is due; return the state in which it is then, whoever holds it."""
    held = database.transact(session, lambda s: rows.take(s, job_id, tools.clock()))
    if held is not None:
        log.info("job %s: attempt %s begins", held.id, held.attempt)
        with _keeping_what_was_read(session):
            _attempt(session, held, tools)
    return database.transact(session, lambda s: _state(s, job_id))


def run_due(sessions: sessionmaker[Session], tools: Tools) -> int:
    """Run jobs until none is due or it is time to stop; return how many attempts were made."""
    attempts = 0
    while not tools.stopping():
        with sessions() as session:
            with database.reading():
                waiting = rows.due(session, tools.clock(), limit=1)
                session.rollback()
            if not waiting:
                break
            run(session, waiting[0], tools)
            attempts += 1
    return attempts


def run_to_end(
    session: Session, job_id: int, tools: Tools, pause: Callable[[], object]
) -> JobState:
    """Run a job, or wait for whoever runs it, until it is done or failed; `pause` is called between looks."""
    while True:
        state = run(session, job_id, tools)
        if state in {JobState.done, JobState.failed} or tools.stopping():
            return state
        pause()


def _state(session: Session, job_id: int) -> JobState:
    state = session.scalar(select(Job.state).where(Job.id == job_id))
    if state is None:
        raise NotFound(f"there is no job {job_id}")
    return JobState(state)


def _attempt(session: Session, held: Held, tools: Tools) -> None:
    """Go through the steps and let go of the job as they ended."""
    try:
        _go_through_steps(session, held, tools)
    except JobFenced as fenced:
        session.rollback()
        log.warning("job %s: %s", held.id, fenced)
    except StorageError as error:  # refused by circumstances, which may change
        _later(session, held, error, tools)
    except MicrotaskError as refusal:
        log.info("job %s: refused: %s", held.id, refusal)
        _let_go(session, held, partial(_refuse, reason=str(refusal), tools=tools))
    except Exception as error:  # noqa: BLE001 - whatever a step does, the job survives it
        _later(session, held, error, tools)


def _go_through_steps(session: Session, held: Held, tools: Tools) -> None:
    if held.stalled > rows.MOST_STALLED:
        raise MicrotaskError(_gave_up(session.get_one(Job, held.id).reason))
    job = session.get_one(Job, held.id, populate_existing=True)
    steps = kinds.steps_of(job.kind)
    with (
        Heartbeat(session.get_bind(), held, tools.clock) as beat,
        closing(steps(session, job, tools)) as running,  # type: ignore[type-var]
    ):
        session.commit()
        for _ in running:
            rows.store_step(session, job, held, tools.clock())
            session.commit()
            beat.stepped()
            _forget_others(session, job)
            if tools.stopping():
                rows.give_back(session, held)
                session.commit()
                return
        rows.store_step(session, job, held, tools.clock())
        rows.finish(session, held, tools.clock())
        session.commit()


def _later(session: Session, held: Held, error: Exception, tools: Tools) -> None:
    log.error("job %s: attempt %s ended early", held.id, held.attempt, exc_info=error)
    reason = f"{type(error).__name__}: {error}"[:2000]
    _let_go(session, held, partial(_try_again, reason=reason, tools=tools))


def _refuse(session: Session, held: Held, reason: str, tools: Tools) -> None:
    rows.fail(session, held, reason, tools.clock())


def _try_again(session: Session, held: Held, reason: str, tools: Tools) -> None:
    if held.stalled >= rows.MOST_STALLED:
        rows.fail(session, held, _gave_up(reason), tools.clock())
    else:
        rows.try_later(session, held, reason, tools.clock())


def _gave_up(reason: str) -> str:
    last = reason or "the worker died"
    return f"{rows.MOST_STALLED} attempts in a row moved nothing; the last ended so: {last}"


def _let_go(
    session: Session, held: Held, change: Callable[[Session, Held], None]
) -> None:
    session.rollback()
    try:
        database.transact(session, lambda s: change(s, held))
    except JobFenced as fenced:
        log.warning("job %s: %s", held.id, fenced)


@contextmanager
def _keeping_what_was_read(session: Session) -> Iterator[None]:
    """Let `job` stay readable after a commit, so that looking at the cursor opens no transaction."""
    before, session.expire_on_commit = session.expire_on_commit, False
    try:
        yield
    finally:
        session.expire_on_commit = before
        session.expire_all()


def _forget_others(session: Session, job: Job) -> None:
    for thing in session:
        if thing is not job and inspect(thing).persistent:
            session.expire(thing)

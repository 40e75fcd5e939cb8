"""Jobs: whatever ends an attempt, the next one goes on from what was stored, and only one worker stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from microtasks import jobs
from microtasks.jobs import Tools, kinds, rows
from microtasks.models import AuditLine, Job, JobState
from tests.conftest import NOON
from tests.joblines import FIVE, HandClock, is_next, lines, write_line, write_lines


def test_a_job_goes_through_its_steps_and_is_done(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    job = plan(write_lines)

    assert jobs.run(session_on_each, job.id, tools) == JobState.done

    job = is_next(session_on_each, job)
    assert lines(session_on_each) == FIVE
    assert (job.done, job.total, job.finished_at) == (5, 5, NOON)
    assert jobs.due(session_on_each, NOON + timedelta(days=1)) == []


def test_an_attempt_that_died_is_taken_over_when_its_lease_ran_out_and_goes_on_where_it_was(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def dies_after_three(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        for _ in range(3):
            write_line(session, job)
            yield
        write_line(session, job)
        raise SystemExit("killed in the middle of the fourth step")

    job = plan(dies_after_three)
    with pytest.raises(SystemExit):
        jobs.run(session_on_each, job.id, tools)
    session_on_each.rollback()
    kinds.register("test", write_lines)

    assert jobs.run(session_on_each, job.id, tools) == JobState.running
    clock.turn(rows.LEASE.total_seconds())
    assert jobs.run(session_on_each, job.id, tools) == JobState.done
    assert lines(session_on_each) == FIVE
    assert is_next(session_on_each, job).attempt == 2


def test_a_worker_whose_job_was_taken_over_stores_nothing_more(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    def is_overtaken(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        write_line(session, job)
        yield
        with Session(session.get_bind()) as another, another.begin():
            another.execute(update(Job).values(attempt=Job.attempt + 1))
        write_line(session, job)
        yield
        raise AssertionError("the fence let a stale worker through")

    job = plan(is_overtaken)

    assert jobs.run(session_on_each, job.id, tools) == JobState.running
    assert lines(session_on_each) == FIVE[:1]
    assert is_next(session_on_each, job).cursor == {"next": 1}


def test_a_worker_that_stops_gives_the_job_back_after_its_step(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    job = plan(write_lines)
    asked_to_stop = Tools(tools.store, tools.scratch, tools.clock, lambda: True)

    assert jobs.run(session_on_each, job.id, asked_to_stop) == JobState.waiting
    assert lines(session_on_each) == FIVE[:1]
    assert is_next(session_on_each, job).stalled == 0
    assert jobs.due(session_on_each, NOON) == [job.id]


def test_looking_at_the_cursor_after_a_step_locks_nobody_out(
    session: Session, tools: Tools
) -> None:
    seen: list[bool] = []

    def looks(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        for _ in range(2):
            write_line(session, job)
            yield
            seen.append(session.in_transaction() or not job.cursor)

    kinds.register("test", looks)
    job = jobs.plan(session, "test", arguments={"lines": 2}, now=NOON)
    session.commit()
    jobs.run(session, job.id, tools)
    kinds._registered.clear()

    assert seen == [False, False]


def test_what_a_step_read_is_read_afresh_in_the_next(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    seen: list[str] = []

    def reads(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        line = AuditLine(at=NOON, deed="before", detail={})
        session.add(line)
        yield
        with Session(session.get_bind()) as another, another.begin():
            another.execute(update(AuditLine).values(deed="after"))
        seen.append(line.deed)
        yield

    jobs.run(session_on_each, plan(reads).id, tools)

    assert seen == ["after"]


def test_all_due_jobs_are_run_and_those_for_later_are_left(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    plan(write_lines)
    plan(write_lines)
    later = jobs.plan(
        session_on_each, "test", now=NOON, not_before=NOON + timedelta(hours=1)
    )
    session_on_each.commit()

    ran = jobs.run_due(sessionmaker(session_on_each.get_bind()), tools)

    assert ran == 2
    assert lines(session_on_each) == FIVE * 2
    assert is_next(session_on_each, later).state == JobState.waiting


def test_an_unfinished_job_of_a_kind_is_found_until_it_is_done(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    job = plan(write_lines)
    assert jobs.unfinished(session_on_each, "test", None) == job
    assert jobs.unfinished(session_on_each, "other", None) is None
    session_on_each.commit()

    jobs.run(session_on_each, job.id, tools)

    assert jobs.unfinished(session_on_each, "test", None) is None

"""Jobs: whatever ends an attempt, the next one goes on from what was stored, and only one worker stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from microtasks import jobs
from microtasks.errors import UploadRejected
from microtasks.jobs import Tools, kinds, rows
from microtasks.models import AuditLine, Job, JobState
from tests.conftest import NOON


class HandClock:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def tools(tmp_path: Path, clock: HandClock) -> Tools:
    nothing: Any = None
    return Tools(store=nothing, scratch=tmp_path, clock=clock)


@pytest.fixture
def plan(session_on_each: Session) -> Iterator[Callable[[kinds.Steps], Job]]:
    """Plans a job with the given steps; the kind is forgotten after the test."""

    def plan(steps: kinds.Steps) -> Job:
        kinds.register("test", steps)
        job = jobs.plan(session_on_each, "test", arguments={"lines": 5}, now=NOON)
        session_on_each.commit()
        return job

    yield plan
    kinds._registered.clear()


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


def test_an_error_lets_go_of_the_job_and_it_is_tried_again_later(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def breaks(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        write_line(session, job)
        yield
        raise OSError("the disk is full")

    job = plan(breaks)

    assert jobs.run(session_on_each, job.id, tools) == JobState.waiting
    assert is_next(session_on_each, job).reason == "OSError: the disk is full"
    assert jobs.due(session_on_each, clock()) == []
    clock.turn(60)
    assert jobs.due(session_on_each, clock()) == [job.id]


def test_five_attempts_in_a_row_that_move_nothing_end_the_job(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def never_starts(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        yield
        raise OSError("no")

    job, states = plan(never_starts), []
    for _ in range(5):
        states.append(jobs.run(session_on_each, job.id, tools))
        clock.turn(3600)

    assert states == [JobState.waiting] * 4 + [JobState.failed]
    job = is_next(session_on_each, job)
    assert "five" in job.reason.lower() or "5" in job.reason
    assert "OSError: no" in job.reason
    assert job.finished_at is not None


def test_five_deaths_in_a_row_that_move_nothing_end_the_job_as_well(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def dies(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        raise SystemExit
        yield

    job = plan(dies)
    for _ in range(5):
        with pytest.raises(SystemExit):
            jobs.run(session_on_each, job.id, tools)
        session_on_each.rollback()
        clock.turn(3600)

    assert jobs.run(session_on_each, job.id, tools) == JobState.failed
    assert "the worker died" in is_next(session_on_each, job).reason


def test_a_job_that_moves_each_time_never_gives_up(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def one_line_then_breaks(
        session: Session, job: Job, tools: Tools
    ) -> Iterator[None]:
        write_line(session, job)
        yield
        raise OSError("again")

    job = plan(one_line_then_breaks)
    for _ in range(12):
        assert jobs.run(session_on_each, job.id, tools) == JobState.waiting
        clock.turn(3600)

    assert is_next(session_on_each, job).done == 12


def test_a_refusal_fails_the_job_at_once_with_its_sentence(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    def refuses(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        write_line(session, job)
        raise UploadRejected("the archive is damaged")
        yield

    job = plan(refuses)

    assert jobs.run(session_on_each, job.id, tools) == JobState.failed
    assert is_next(session_on_each, job).reason == "the archive is damaged"
    assert lines(session_on_each) == []


def test_a_job_of_an_unknown_kind_fails_with_a_sentence(
    session_on_each: Session, tools: Tools
) -> None:
    job = jobs.plan(session_on_each, "astrology", now=NOON)
    session_on_each.commit()

    assert jobs.run(session_on_each, job.id, tools) == JobState.failed
    assert "astrology" in is_next(session_on_each, job).reason


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
